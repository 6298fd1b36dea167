import { type FlowDocument, MAX_LEVEL, type StepKey } from "#core/flow-document.ts";
import { describeRefusal, topmostSteps } from "#core/move-steps.ts";
import { findList, heightOf, isSameList, keysWithin, locateSteps } from "#core/step-list.ts";
import { stepName } from "#core/step.ts";
import type { Boundary, LevelPlace, Target } from "./places-at-boundary.ts";

/** Steps on their way, with what is asked of every place that they are carried past. */
export interface StepMove {
  readonly document: FlowDocument;
  /** In the order of the page, without those inside another one. */
  readonly keys: readonly StepKey[];
  readonly covers: ReadonlySet<StepKey>;
  /** “Summarise”, “3 steps”. */
  readonly name: string;
  /** Levels of lists that they bring along. */
  readonly height: number;
}

export function planMove(document: FlowDocument, wanted: readonly StepKey[]): StepMove | undefined {
  const moved = topmostSteps(document, wanted);
  const [first] = moved;
  if (!first) return undefined;
  return {
    document,
    keys: moved.map(({ key }) => key),
    covers: new Set(moved.flatMap(keysWithin)),
    name: moved.length === 1 ? stepName(first) : `${moved.length} steps`,
    height: Math.max(...moved.map(heightOf)),
  };
}

/** Why the steps cannot go to a place, as a sentence; undefined when they can. The rules are those of `refusePlace`. */
export function explainRefusal(
  { covers, height }: StepMove,
  { list, level }: LevelPlace,
): string | undefined {
  if (list.type === "root") return undefined;
  if (covers.has(list.step)) return describeRefusal("inside-itself");
  return level + height > MAX_LEVEL ? describeRefusal("too-deep") : undefined;
}

/** Whether the steps already are where the place would put them. */
export function isHome({ document, keys }: StepMove, { list, index }: LevelPlace): boolean {
  const steps = findList(document, list) ?? [];
  const first = steps.findIndex(({ key }) => key === keys[0]);
  const isBlock = first >= 0 && keys.every((key, offset) => steps[first + offset]?.key === key);
  return isBlock && index >= first && index <= first + keys.length;
}

/**
 * The places that the steps can go to, from top to bottom, each that would give the same result only once: beside a
 * step that goes away, the gap above it stands for both.
 */
export function listTargets(move: StepMove, boundaries: readonly Boundary[]): readonly Target[] {
  const moved = new Set(move.keys);
  return boundaries.flatMap((places, boundary) =>
    places
      .filter((place) => {
        const above = findList(move.document, place.list)?.[place.index - 1];
        return !(above && moved.has(above.key)) && explainRefusal(move, place) === undefined;
      })
      .map((place) => ({ boundary, place })),
  );
}

/** Where the steps are picked up: in the gap above this one of them, or above those of them that are right above it. */
export function findStart(
  { document, keys }: StepMove,
  lead: StepKey,
  boundaries: readonly Boundary[],
): Target | undefined {
  const at = locateSteps(document).get(lead);
  const steps = at && findList(document, at.list);
  if (!at || !steps) return undefined;
  const moved = new Set(keys);
  let { index } = at;
  for (let above = steps[index - 1]; above && moved.has(above.key); above = steps[index - 1]) index -= 1;
  return findBoundary(boundaries, { list: at.list, index, level: at.level });
}

/** The boundary that a place is at; undefined when it is folded away. */
export function findBoundary(boundaries: readonly Boundary[], place: LevelPlace): Target | undefined {
  const boundary = boundaries.findIndex((places) => places.some((other) => isSamePlace(other, place)));
  return boundary < 0 ? undefined : { boundary, place };
}

export function isSamePlace(a: LevelPlace, b: LevelPlace): boolean {
  return a.index === b.index && isSameList(a.list, b.list);
}

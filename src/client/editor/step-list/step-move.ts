import { quoteName } from "#core/text/quote-name.ts";
import { type FlowDocument, MAX_NESTING_LEVEL, type StepKey } from "#core/document/flow-document.ts";
import { describeMoveRefusal } from "#core/document/step-place.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import {
  findStepList,
  getNestingHeight,
  isSameStepListRef,
  listKeysOfStepAndNestedSteps,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import type { PlacesInGap, PlaceInGap, DropPlace } from "./list-places-at-gap.ts";
import { formatCount } from "#client/ui/format/format-count.ts";

export interface PlannedStepMove {
  readonly document: FlowDocument;
  readonly keys: readonly StepKey[];
  readonly covers: ReadonlySet<StepKey>;
  readonly name: string;
  readonly height: number;
}

export function planStepMove(
  document: FlowDocument,
  requestedKeys: readonly StepKey[],
): PlannedStepMove | undefined {
  const moved = getTopmostSteps(document, requestedKeys);
  const [first] = moved;
  if (!first) return undefined;
  return {
    document,
    keys: moved.map(({ key }) => key),
    covers: new Set(moved.flatMap(listKeysOfStepAndNestedSteps)),
    name: moved.length === 1 ? quoteName(getStepName(first)) : formatCount(moved.length, "step"),
    height: Math.max(...moved.map(getNestingHeight)),
  };
}

/** Applies the same rules as `findMoveRefusalReason`. */
export function explainWhyStepsCannotMoveTo(
  { covers, height }: PlannedStepMove,
  { list, level }: PlaceInGap,
): string | undefined {
  if (list.type === "root") return undefined;
  if (covers.has(list.step)) return describeMoveRefusal("inside-itself");
  return level + height > MAX_NESTING_LEVEL ? describeMoveRefusal("too-deep") : undefined;
}

/** Whether a move to this place would change nothing. */
export function isMoveWithoutEffect(
  { document, keys }: PlannedStepMove,
  { list, index }: PlaceInGap,
): boolean {
  const steps = findStepList(document, list) ?? [];
  const first = steps.findIndex(({ key }) => key === keys[0]);
  const isBlock = first >= 0 && keys.every((key, offset) => steps[first + offset]?.key === key);
  return isBlock && index >= first && index <= first + keys.length;
}

/** The places above and below a moved step give the same result, so only the upper one is listed. */
export function listPlacesOfMove(move: PlannedStepMove, gaps: readonly PlacesInGap[]): readonly DropPlace[] {
  const moved = new Set(move.keys);
  return gaps.flatMap((places, gap) =>
    places
      .filter((place) => {
        const above = findStepList(move.document, place.list)?.[place.index - 1];
        return !(above && moved.has(above.key)) && explainWhyStepsCannotMoveTo(move, place) === undefined;
      })
      .map((place) => ({ gap, place })),
  );
}

/** Above `lead` or, if the steps right before it move too, above the first of these. */
export function findInitialDropPlace(
  { document, keys }: PlannedStepMove,
  lead: StepKey,
  gaps: readonly PlacesInGap[],
): DropPlace | undefined {
  const at = getLocationsOfAllSteps(document).get(lead);
  const steps = at && findStepList(document, at.list);
  if (!at || !steps) return undefined;
  const moved = new Set(keys);
  let { index } = at;
  for (let above = steps[index - 1]; above && moved.has(above.key); above = steps[index - 1]) index -= 1;
  return findDropPlaceInGap(gaps, { list: at.list, index, level: at.level });
}

export function findDropPlaceInGap(gaps: readonly PlacesInGap[], place: PlaceInGap): DropPlace | undefined {
  const gap = gaps.findIndex((places) => places.some((other) => isSamePlaceInGap(other, place)));
  return gap < 0 ? undefined : { gap, place };
}

export function isSamePlaceInGap(a: PlaceInGap, b: PlaceInGap): boolean {
  return a.index === b.index && isSameStepListRef(a.list, b.list);
}

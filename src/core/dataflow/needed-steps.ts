import type { FlowDocument, StepKey } from "#core/flow-document.ts";
import { refusePlace, topmostSteps } from "#core/move-steps.ts";
import type { StepTypes } from "#core/references/reference.ts";
import { type Place, isSameList, locateSteps, stepsAround } from "#core/step-list.ts";
import { planVerdicts } from "./plan-verdicts.ts";
import type { ResolvedRead } from "./resolve-reads.ts";
import { surveyNames } from "./survey-names.ts";

/** Moves that are tried at the most: past it nothing is offered. What a person would take along is found long before. */
const MAX_TRIES = 150;

/**
 * “Move with what it needs”: the smallest set of steps, those asked for among them, that can go to the place together
 * without breaking a reference, in the order of the page. Undefined where the steps alone break nothing or cannot go
 * there, and where no set does it.
 *
 * What comes along stands in a list that steps are moved from or to, a conditional with all that is inside it: a step is
 * never taken out of a conditional from which nobody took one, since it would run where it did not run before.
 */
export function findNeededSteps(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: Place,
  types: StepTypes,
): readonly StepKey[] | undefined {
  if (refusePlace(document, keys, place)) return undefined;
  const { producers } = surveyNames(document, types);
  const candidatesFor = findCandidates(document, keys, place);
  let tries = 0;
  const isGivenUp = () => tries >= MAX_TRIES;

  /** The steps that break something at the place, told by the first reference; each solution holds one of the cures. */
  const findCures = (along: ReadonlySet<StepKey>): readonly StepKey[] | undefined => {
    tries += 1;
    const verdict = planVerdicts(document, [...along], types).at(place);
    if (verdict.type === "refused") return [];
    const [first] = verdict.broken;
    return first && curesOf(first, producers, candidatesFor).filter((key) => !along.has(key));
  };
  /** Depth first, no deeper than `more` steps beside those that are moved. */
  const search = (from: ReadonlySet<StepKey>, more: number): ReadonlySet<StepKey> | undefined => {
    if (isGivenUp()) return undefined;
    const ways = findCures(from);
    if (!ways) return from;
    if (more === 0) return undefined;
    for (const key of ways) {
      const found = search(new Set([...from, key]), more - 1);
      if (found) return found;
    }
    return undefined;
  };

  let moved: ReadonlySet<StepKey> = new Set(topmostSteps(document, keys).map(({ key }) => key));
  let cures = findCures(moved);
  if (!cures) return undefined;
  const answer = (found: ReadonlySet<StepKey>) => topmostSteps(document, [...found]).map(({ key }) => key);
  // Where one step alone is a cure, every solution holds it: a long chain is followed in one go.
  while (cures?.length === 1 && !isGivenUp()) {
    moved = new Set([...moved, ...cures]);
    cures = findCures(moved);
  }
  if (!cures) return answer(moved);
  if (cures.length === 0) return undefined;
  for (let more = 1; more <= candidatesFor.size && !isGivenUp(); more += 1) {
    const found = search(moved, more);
    if (found) return answer(found);
  }
  return undefined;
}

/**
 * Between the reader and what it read, one has to change its place: any other step can come along and the reference
 * still finds nothing.
 */
function curesOf(
  { step, reference }: ResolvedRead,
  producers: ReadonlyMap<string, readonly StepKey[]>,
  candidatesFor: ReadonlyMap<StepKey, readonly StepKey[]>,
): readonly StepKey[] {
  const concerned = [...(producers.get(reference.name) ?? []), step];
  return [...new Set(concerned.flatMap((key) => candidatesFor.get(key) ?? []))];
}

/** For each step those that may come along for it: itself, or a conditional around it. */
function findCandidates(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: Place,
): ReadonlyMap<StepKey, readonly StepKey[]> {
  const known = locateSteps(document);
  const asked = topmostSteps(document, keys).flatMap(({ key }) => known.get(key) ?? []);
  const lists = [place.list, ...asked.map(({ list }) => list)];
  // What is around the place or around a step that was asked for cannot come along with it.
  const fixed = new Set(lists.flatMap((list) => stepsAround(document, list)));
  const isCandidate = (key: StepKey) => {
    const list = known.get(key)?.list;
    return !fixed.has(key) && lists.some((other) => list !== undefined && isSameList(list, other));
  };
  const candidates = new Map<StepKey, readonly StepKey[]>();
  for (const [key, { list }] of known) {
    const ways = [key, ...stepsAround(document, list)].filter(isCandidate);
    if (ways.length > 0) candidates.set(key, ways);
  }
  return candidates;
}

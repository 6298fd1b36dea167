import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { findMoveRefusalReason } from "#core/document/step-place.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import type { StepTypeLookup } from "#core/references/reference.ts";
import {
  type StepPlace,
  isSameStepListRef,
  getLocationsOfAllSteps,
  listEnclosingConditionals,
} from "#core/document/step-list.ts";
import { createStepMoveImpactLookup } from "./step-move-impact-lookup.ts";
import type { ResolvedVariableRead } from "./resolve-reads.ts";
import { findVariableProducers } from "./find-variable-producers.ts";

const MAX_TRIES = 150;

/** In the source and target lists. Undefined if the given steps alone break nothing, or no set works. */
export function findStepsToMoveTogether(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: StepPlace,
  types: StepTypeLookup,
): readonly StepKey[] | undefined {
  if (findMoveRefusalReason(document, keys, place)) return undefined;
  const { producers } = findVariableProducers(document, types);
  const candidatesFor = findCandidates(document, keys, place);
  let tries = 0;
  const isOutOfTries = () => tries >= MAX_TRIES;

  /** One of these must move along to fix the first broken reference. Undefined if none is broken. */
  const findFixes = (along: ReadonlySet<StepKey>): readonly StepKey[] | undefined => {
    tries += 1;
    const impact = createStepMoveImpactLookup(document, [...along], types).at(place);
    if (impact.type === "refused") return [];
    const [first] = impact.broken;
    return first && fixesOf(first, producers, candidatesFor).filter((key) => !along.has(key));
  };
  const search = (from: ReadonlySet<StepKey>, more: number): ReadonlySet<StepKey> | undefined => {
    if (isOutOfTries()) return undefined;
    const ways = findFixes(from);
    if (!ways) return from;
    if (more === 0) return undefined;
    for (const key of ways) {
      const found = search(new Set([...from, key]), more - 1);
      if (found) return found;
    }
    return undefined;
  };

  let moved: ReadonlySet<StepKey> = new Set(getTopmostSteps(document, keys).map(({ key }) => key));
  let fixes = findFixes(moved);
  if (!fixes) return undefined;
  const toKeys = (found: ReadonlySet<StepKey>) => getTopmostSteps(document, [...found]).map(({ key }) => key);
  // A step that alone can fix the reference is in every solution.
  while (fixes?.length === 1 && !isOutOfTries()) {
    moved = new Set([...moved, ...fixes]);
    fixes = findFixes(moved);
  }
  if (!fixes) return toKeys(moved);
  if (fixes.length === 0) return undefined;
  for (let more = 1; more <= candidatesFor.size && !isOutOfTries(); more += 1) {
    const found = search(moved, more);
    if (found) return toKeys(found);
  }
  return undefined;
}

/** The reading step, a step that sets the variable, or a conditional around one of these. */
function fixesOf(
  { step, reference }: ResolvedVariableRead,
  producers: ReadonlyMap<string, readonly StepKey[]>,
  candidatesFor: ReadonlyMap<StepKey, readonly StepKey[]>,
): readonly StepKey[] {
  const concerned = [...(producers.get(reference.name) ?? []), step];
  return [...new Set(concerned.flatMap((key) => candidatesFor.get(key) ?? []))];
}

function findCandidates(
  document: FlowDocument,
  keys: readonly StepKey[],
  place: StepPlace,
): ReadonlyMap<StepKey, readonly StepKey[]> {
  const known = getLocationsOfAllSteps(document);
  const givenSteps = getTopmostSteps(document, keys).flatMap(({ key }) => known.get(key) ?? []);
  const lists = [place.list, ...givenSteps.map(({ list }) => list)];
  const immovable = new Set(lists.flatMap((list) => listEnclosingConditionals(document, list)));
  const isCandidate = (key: StepKey) => {
    const list = known.get(key)?.list;
    return !immovable.has(key) && lists.some((other) => list !== undefined && isSameStepListRef(list, other));
  };
  const candidates = new Map<StepKey, readonly StepKey[]>();
  for (const [key, { list }] of known) {
    const ways = [key, ...listEnclosingConditionals(document, list)].filter(isCandidate);
    if (ways.length > 0) candidates.set(key, ways);
  }
  return candidates;
}

import { getStepListId } from "#core/difference/build-step-tree.ts";
import { type FlowDocument, MAX_NESTING_LEVEL, type StepKey } from "#core/document/flow-document.ts";
import {
  type StepPlace,
  type StepListRef,
  ROOT_STEP_LIST_REF,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import type { ConflictChoices, MoveConflict, MergeSide } from "./conflict.ts";
import type { MergeSideMovedSteps } from "./merge-step-removals.ts";

/** The document from which a step's position is taken: the side that moved the step, or `base` if no side did. */
export type MergedPlaceSource = MergeSide | "base";

export interface MergedStepLists {
  readonly lists: ReadonlyMap<StepKey, StepListRef>;
  readonly sources: ReadonlyMap<StepKey, MergedPlaceSource>;
}

export interface StepPlaceMergeInput {
  readonly base: FlowDocument;
  readonly mine: MergeSideMovedSteps;
  readonly theirs: MergeSideMovedSteps;
  readonly steps: readonly StepKey[];
  readonly hasList: (list: StepListRef) => boolean;
  /** Wins between equal moves. Both users' merges must choose the same document as leader. */
  readonly leader: MergeSide;
  readonly choices: ConflictChoices;
  readonly conflicts: MoveConflict[];
}

export function mergeStepPlaces(merge: StepPlaceMergeInput): MergedStepLists {
  const { steps, hasList, leader, choices, conflicts } = merge;
  const sources = new Map<StepKey, MergedPlaceSource>();
  const lists = new Map<StepKey, StepListRef>();
  const reported = new Set<StepKey>();

  const placeIn = (key: StepKey, source: MergedPlaceSource): StepPlace | undefined => {
    const document = source === "base" ? merge.base : merge[source].document;
    return getLocationsOfAllSteps(document).get(key);
  };
  const put = (key: StepKey, source: MergedPlaceSource) => {
    const first = source === "base" ? leader : source;
    const order: readonly MergedPlaceSource[] = [source, first, otherSide(first), "base"];
    const found = order.find((side) => {
      const place = placeIn(key, side);
      return place && hasList(place.list);
    });
    sources.set(key, found ?? source);
    lists.set(key, (found && placeIn(key, found)?.list) ?? ROOT_STEP_LIST_REF);
  };
  const conflict = (key: StepKey): MergeSide => {
    const id = JSON.stringify(["place", key]);
    const [mine, theirs] = [placeIn(key, "mine"), placeIn(key, "theirs")];
    if (!reported.has(key) && mine && theirs)
      conflicts.push({ type: "place", id, key, mine, theirs, preset: "mine" });
    reported.add(key);
    return choices.get(id) === "theirs" ? "theirs" : "mine";
  };

  for (const key of steps)
    put(
      key,
      sourceOf(merge, key, () => conflict(key)),
    );

  const canGo = (key: StepKey, from: MergeSide, to: MergeSide) =>
    sources.get(key) === from && placeIn(key, to) !== undefined;

  // Two valid moves can together be invalid. The first by key is the same for both users.
  const inKeyOrder = steps.toSorted();
  for (let round = 0; round <= 2 * steps.length; round += 1) {
    const invalidNesting = findInvalidNesting(inKeyOrder, lists)?.toSorted();
    if (!invalidNesting) break;
    const conflicting = invalidNesting.find(
      (key) => canGo(key, "mine", "theirs") || canGo(key, "theirs", "mine"),
    );
    // Decisions can create cycles without end, but the positions of one side never form one.
    const side = conflicting === undefined || round >= steps.length ? leader : conflict(conflicting);
    const stepToMove = invalidNesting.find((key) => canGo(key, otherSide(side), side));
    if (stepToMove === undefined) for (const key of invalidNesting) if (placeIn(key, side)) put(key, side);
    if (stepToMove !== undefined) put(stepToMove, side);
  }
  return { lists, sources };
}

function otherSide(side: MergeSide): MergeSide {
  return side === "mine" ? "theirs" : "mine";
}

function sourceOf(
  { base, mine, theirs, leader }: StepPlaceMergeInput,
  key: StepKey,
  decide: () => MergeSide,
): MergedPlaceSource {
  const [was, here, there] = [base, mine.document, theirs.document].map((document) =>
    getLocationsOfAllSteps(document).get(key),
  );
  if (!here) return !was || theirs.moved.has(key) ? "theirs" : "base";
  if (!there) return !was || mine.moved.has(key) ? "mine" : "base";
  const [byMine, byTheirs] = was ? [mine.moved.has(key), theirs.moved.has(key)] : [true, true];
  if (!byMine && !byTheirs) return "base";
  if (byMine !== byTheirs) return byMine ? "mine" : "theirs";
  const isSamePlace =
    getStepListId(here.list) === getStepListId(there.list) &&
    neighborOf(mine, key) === neighborOf(theirs, key);
  return isSamePlace ? leader : decide();
}

function neighborOf({ document, moved }: MergeSideMovedSteps, key: StepKey): StepKey | undefined {
  const all = getLocationsOfAllSteps(document);
  const place = all.get(key);
  if (!place) return undefined;
  const siblings = [...all.values()].filter(({ list }) => getStepListId(list) === getStepListId(place.list));
  return siblings.findLast(({ index, node }) => index < place.index && !moved.has(node.key))?.node.key;
}

/** Steps that would contain each other in a cycle, or be nested too deep. */
function findInvalidNesting(
  steps: readonly StepKey[],
  lists: ReadonlyMap<StepKey, StepListRef>,
): readonly StepKey[] | undefined {
  for (const key of steps) {
    const around: StepKey[] = [key];
    let list = lists.get(key);
    while (list?.type === "branch") {
      if (around.includes(list.step)) return around.slice(around.indexOf(list.step));
      around.push(list.step);
      list = lists.get(list.step);
    }
    if (around.length - 1 > MAX_NESTING_LEVEL) return around;
  }
  return undefined;
}

import { buildStepTree, listStepKeysByList } from "#core/difference/build-step-tree.ts";
import { findDocumentChanges, findMovedSteps } from "#core/difference/find-changes.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listEditableBranchNames } from "#core/document/step-content-fields.ts";
import { type StepListRef, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { ConflictChoices, MoveConflict, MergeSide } from "./conflict.ts";
import type { PossibleMergeBases } from "./merge-json-value.ts";
import { mergeStepOrder } from "./merge-order.ts";
import { type StepPlaceMergeInput, mergeStepPlaces } from "./merge-step-places.ts";
import type { MergeSideChanges } from "./merge-step-removals.ts";

interface ListMerge {
  readonly bases: PossibleMergeBases<FlowDocument>;
  readonly mine: FlowDocument;
  readonly theirs: FlowDocument;
  readonly fields: ReadonlyMap<StepKey, JsonObject>;
  readonly choices: ConflictChoices;
  readonly conflicts: MoveConflict[];
}

/** If the `bases` lead to different orders, reports one conflict, whose choice decides all places. */
export function mergeStepLists(merge: ListMerge): readonly StepNode[] {
  const { bases, mine, theirs, choices, conflicts } = merge;
  const reported = new Set<string>();
  const results = bases.map((base) => {
    const found: MoveConflict[] = [];
    const steps = mergeFrom(base, { ...merge, conflicts: found });
    for (const conflict of found) if (!reported.has(conflict.id)) conflicts.push(conflict);
    for (const { id } of found) reported.add(id);
    return { name: "", description: null, steps };
  });
  const [first, ...others] = results;
  const moved = new Set(others.flatMap((other) => (first ? [...findMovedSteps(first, other)] : [])));
  if (!first || moved.size === 0) return first?.steps ?? [];
  const sides = { mine: getLocationsOfAllSteps(mine), theirs: getLocationsOfAllSteps(theirs) };
  const key = [...moved].find((step) => sides.mine.has(step) && sides.theirs.has(step));
  const [here, there] = [sides.mine, sides.theirs].map((all) => key && all.get(key));
  const id = JSON.stringify(["place", key]);
  if (key && here && there && !reported.has(id))
    conflicts.push({ type: "place", id, key, mine: here, theirs: there, preset: "mine" });
  const side = choices.get(id) === "theirs" ? theirs : mine;
  const distance = (result: FlowDocument) => findMovedSteps(side, result).size;
  return results.toSorted((a, b) => distance(a) - distance(b))[0]?.steps ?? first.steps;
}

function mergeFrom(base: FlowDocument, { mine, theirs, fields, choices, conflicts }: ListMerge) {
  const branches = new Map([...fields].map(([key, own]) => [key, listEditableBranchNames(own)]));
  const sides: Pick<StepPlaceMergeInput, "base" | "mine" | "theirs"> = {
    base,
    mine: { side: "mine", document: mine, moved: findMovedSteps(base, mine) },
    theirs: { side: "theirs", document: theirs, moved: findMovedSteps(base, theirs) },
  };
  const merged = mergeStepPlaces({
    ...sides,
    steps: [...fields.keys()],
    hasList: (list: StepListRef) =>
      list.type === "root" || (branches.get(list.step)?.includes(list.branch) ?? false),
    leader: orderText(mine) <= orderText(theirs) ? "mine" : "theirs",
    choices,
    conflicts,
  });
  return buildStepTree({ fields, lists: mergeStepOrder(sides, merged) }, mine);
}

export function findMergeSideChanges(
  side: MergeSide,
  bases: PossibleMergeBases<FlowDocument>,
  document: FlowDocument,
): MergeSideChanges {
  const changes = bases.flatMap((base) => findDocumentChanges(base, document));
  const moved = new Set(bases.flatMap((base) => [...findMovedSteps(base, document)]));
  return { side, document, changes, moved };
}

/** The smaller text is the `leader`, so that the merges of both users have the same result. */
function orderText(document: FlowDocument): string {
  return JSON.stringify([...listStepKeysByList(document)]);
}

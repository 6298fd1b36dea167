import type { DocumentChange } from "#core/difference/find-changes.ts";
import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import type { ConflictChoices, RemovalConflict, MergeSide } from "./conflict.ts";
import type { PossibleMergeBases } from "./merge-json-value.ts";

export interface MergeSideMovedSteps {
  readonly side: MergeSide;
  readonly document: FlowDocument;
  readonly moved: ReadonlySet<StepKey>;
}

export interface MergeSideChanges extends MergeSideMovedSteps {
  readonly changes: readonly DocumentChange[];
}

/** Adds a conflict to `conflicts` if the other side changed a step that one side removed. */
export function mergeStepRemovals(
  bases: PossibleMergeBases<FlowDocument>,
  [remover, other]: readonly [MergeSideChanges, MergeSideChanges],
  choices: ConflictChoices,
  conflicts: RemovalConflict[],
): ReadonlySet<StepKey> {
  const gone = new Set<StepKey>();
  const old = bases.map(getLocationsOfAllSteps);
  const [held, left] = [getLocationsOfAllSteps(other.document), getLocationsOfAllSteps(remover.document)];
  const isRemoved = (key: StepKey) => old.some((all) => all.has(key)) && held.has(key) && !left.has(key);
  const edited = new Set(other.changes.flatMap((change) => (change.type === "field" ? [change.key] : [])));
  for (const [key, { node, list }] of held) {
    const isTopmost = list.type === "root" || !isRemoved(list.step);
    if (!isRemoved(key) || !isTopmost) continue;
    const inside = keysOfUnit(node, (step) => left.has(step));
    const isChanged = inside.some(
      (step) =>
        !old.every((all) => all.has(step)) || (isRemoved(step) && edited.has(step)) || other.moved.has(step),
    );
    const id = JSON.stringify(["removal", key]);
    if (isChanged) {
      const { side: removedBy } = remover;
      conflicts.push({ type: "removal", id, key, removedBy, node, preset: other.side });
    }
    if (isChanged && choices.get(id) !== remover.side) continue;
    for (const step of inside) if (!left.has(step)) gone.add(step);
  }
  return gone;
}

/** All removed or all preserved. Ends at steps for which `isEnd` returns true. */
function keysOfUnit(node: StepNode, isEnd: (key: StepKey) => boolean): readonly StepKey[] {
  if (isEnd(node.key)) return [node.key];
  const inside = BRANCH_NAMES.flatMap((branch) => node.branches?.[branch] ?? []);
  return [node.key, ...inside.flatMap((step) => keysOfUnit(step, isEnd))];
}

import {
  BRANCH_NAMES,
  type FlowDocument,
  type StepKey,
  type StepNode,
} from "#core/document/flow-document.ts";
import { ROOT_STEP_LIST_REF, type StepListRef, findStepList } from "#core/document/step-list.ts";
import { type DocumentChange, findDocumentChanges } from "./find-changes.ts";

export interface DifferenceOutlineEntry {
  readonly key: StepKey;
  /** The step as in the earlier document if `role` is `gone` or `left`, otherwise as in the later document. */
  readonly node: StepNode;
  readonly level: number;
  /** `gone` marks the former position of a removed step, `left` the former position of a moved step. */
  readonly role: "stays" | "added" | "moved" | "gone" | "left";
  readonly isEdited: boolean;
  readonly isSwitched: boolean;
}

/** Includes removed and moved steps at their former places; nested steps only at the new place. */
export function createDifferenceOutline(
  before: FlowDocument,
  after: FlowDocument,
  changes: readonly DocumentChange[] = findDocumentChanges(before, after),
): readonly DifferenceOutlineEntry[] {
  const { added, removed, moved, edited, switched } = sortChanges(changes);
  const entries: DifferenceOutlineEntry[] = [];

  const weave = (list: StepListRef, level: number) => {
    const was = findStepList(before, list) ?? [];
    const places = new Map(was.map(({ key }, index) => [key, index]));
    let next = 0;
    const passTo = (end: number) => {
      for (const node of was.slice(next, end)) {
        if (moved.has(node.key)) push(node, level, "left");
        else if (removed.has(node.key)) {
          push(node, level, "gone");
          weaveInside(node, level);
        }
      }
      next = Math.max(next, end);
    };
    for (const node of findStepList(after, list) ?? []) {
      const role = added.has(node.key) ? "added" : moved.has(node.key) ? "moved" : "stays";
      if (role === "stays") passTo(places.get(node.key) ?? next);
      push(node, level, role);
      weaveInside(node, level);
    }
    passTo(was.length);
  };
  const weaveInside = ({ key }: StepNode, level: number) => {
    for (const branch of BRANCH_NAMES) weave({ type: "branch", step: key, branch }, level + 1);
  };
  const push = (node: StepNode, level: number, role: DifferenceOutlineEntry["role"]) => {
    const isThere = role === "stays" || role === "moved";
    entries.push({
      key: node.key,
      node,
      level,
      role,
      isEdited: isThere && edited.has(node.key),
      isSwitched: isThere && switched.has(node.key),
    });
  };

  weave(ROOT_STEP_LIST_REF, 0);
  return entries;
}

function sortChanges(changes: readonly DocumentChange[]) {
  const keys = {
    added: new Set<StepKey>(),
    removed: new Set<StepKey>(),
    moved: new Set<StepKey>(),
    edited: new Set<StepKey>(),
    switched: new Set<StepKey>(),
  };
  for (const change of changes) {
    if (change.type === "add") keys.added.add(change.node.key);
    else if (change.type === "remove") keys.removed.add(change.node.key);
    else if (change.type === "move") keys.moved.add(change.key);
    else if (change.type === "field") {
      const isSwitch = change.path.length === 1 && change.path[0] === "enabled";
      keys[isSwitch ? "switched" : "edited"].add(change.key);
    }
  }
  return keys;
}

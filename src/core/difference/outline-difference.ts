import { BRANCHES, type FlowDocument, type StepKey, type StepNode } from "#core/flow-document.ts";
import { ROOT, type StepListRef, findList } from "#core/step-list.ts";
import { type Change, findChanges } from "./find-changes.ts";

/** A station of a line that shows two documents at once. */
export interface OutlineStop {
  readonly key: StepKey;
  /** As it is in the later document, or where it is not there, in the earlier one. */
  readonly node: StepNode;
  /** 0 at the top, +1 per conditional around it. */
  readonly level: number;
  /** `gone` is where a removed step was, `left` where one was that stands elsewhere now. */
  readonly role: "stays" | "added" | "moved" | "gone" | "left";
  readonly isEdited: boolean;
  readonly isSwitched: boolean;
}

/**
 * The steps of both documents in one order: those of `after` as they stand, and between them, where they stood, those
 * that were there before. A step that was moved comes twice; what is inside it only at its new place.
 */
export function outlineDifference(
  before: FlowDocument,
  after: FlowDocument,
  changes: readonly Change[] = findChanges(before, after),
): readonly OutlineStop[] {
  const { added, removed, moved, edited, switched } = sortChanges(changes);
  const stops: OutlineStop[] = [];

  const weave = (list: StepListRef, level: number) => {
    const was = findList(before, list) ?? [];
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
    for (const node of findList(after, list) ?? []) {
      const role = added.has(node.key) ? "added" : moved.has(node.key) ? "moved" : "stays";
      if (role === "stays") passTo(places.get(node.key) ?? next);
      push(node, level, role);
      weaveInside(node, level);
    }
    passTo(was.length);
  };
  const weaveInside = ({ key }: StepNode, level: number) => {
    for (const branch of BRANCHES) weave({ type: "branch", step: key, branch }, level + 1);
  };
  const push = (node: StepNode, level: number, role: OutlineStop["role"]) => {
    const isThere = role === "stays" || role === "moved";
    stops.push({
      key: node.key,
      node,
      level,
      role,
      isEdited: isThere && edited.has(node.key),
      isSwitched: isThere && switched.has(node.key),
    });
  };

  weave(ROOT, 0);
  return stops;
}

function sortChanges(changes: readonly Change[]) {
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

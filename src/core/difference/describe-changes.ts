import { CONDITIONAL_BRANCH_LABELS } from "#core/document/branch-step-counts.ts";
import type { FlowDocument, StepKey, StepNode } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { getStepName } from "#core/document/step.ts";
import {
  type StepPlace,
  type StepListRef,
  findStepList,
  findStep,
  isSameStepListRef,
  getLocationsOfAllSteps,
} from "#core/document/step-list.ts";
import type { DocumentChangeDescription, GetStepFieldLabelFunction } from "./document-change-description.ts";
import { describeStepFieldChange } from "./describe-field-change.ts";
import type { DocumentChange } from "./find-changes.ts";
import { findVariableRenames } from "./find-variable-renames.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

/** Consecutive moves in the same direction and by the same distance become one sentence. */
export function describeDocumentChanges(
  before: FlowDocument,
  after: FlowDocument,
  changes: readonly DocumentChange[],
  labelField: GetStepFieldLabelFunction,
): readonly DocumentChangeDescription[] {
  const added = keysOf(changes, "add");
  const removed = keysOf(changes, "remove");
  const moved = keysOf(changes, "move");
  const describeMove = createMoveDescriber(before, after, moved);
  const renames = findVariableRenames(changes);
  const lines: DocumentChangeDescription[] = [];
  let lastMove:
    | { readonly words: string; readonly line: DocumentChangeDescription; readonly count: number }
    | undefined;
  for (const change of changes) {
    switch (change.type) {
      case "rename":
        lines.push({
          type: "flow",
          key: undefined,
          sentence: `Renamed the flow to ${quoteName(change.after)}`,
        });
        break;
      case "describe":
        lines.push(describeDescription(change.before ?? "", change.after ?? ""));
        break;
      case "add":
        if (!isInside(change.place.list, added))
          lines.push(describeAddition(after, change.node, change.place));
        break;
      case "remove":
        if (!isInside(change.place.list, removed))
          lines.push({
            type: "removed",
            key: change.node.key,
            sentence: `Removed ${nameWithInside(change.node)}`,
          });
        break;
      case "move": {
        const words = describeMove(change);
        const isSame = lastMove?.words === words && lines.at(-1) === lastMove.line;
        const count = isSame && lastMove ? lastMove.count + 1 : 1;
        if (isSame) lines.pop();
        const key = isSame && lastMove ? lastMove.line.key : change.key;
        const sentence = `Moved ${nameSeveral(after, key ?? change.key, count)} ${words}`;
        const line: DocumentChangeDescription = { type: "moved", key, sentence };
        lastMove = { words, line, count };
        lines.push(line);
        break;
      }
      case "field":
        if (!renames.isUse(change))
          lines.push(
            describeStepFieldChange(change, { before, after, labelField, uses: renames.countUses(change) }),
          );
        break;
    }
  }
  return lines;
}

function keysOf(changes: readonly DocumentChange[], type: "add" | "remove" | "move"): ReadonlySet<StepKey> {
  return new Set(
    changes.flatMap((change) => {
      if (change.type !== type) return [];
      return [change.type === "move" ? change.key : change.node.key];
    }),
  );
}

const isInside = (list: StepListRef, keys: ReadonlySet<StepKey>) =>
  list.type === "branch" && keys.has(list.step);

function describeDescription(before: string, after: string): DocumentChangeDescription {
  const verb = before === "" ? "Added" : after === "" ? "Removed" : "Changed";
  return {
    type: "flow",
    key: undefined,
    sentence: `${verb} the flow description`,
    texts: { before: before || undefined, after: after || undefined },
  };
}

function describeAddition(
  after: FlowDocument,
  node: StepNode,
  { list, index }: StepPlace,
): DocumentChangeDescription {
  const previous = findStepList(after, list)?.[index - 1];
  const where = previous
    ? `after ${quoteName(getStepName(previous))}`
    : list.type === "root"
      ? "at the start"
      : `in ${nameList(after, list)}`;
  return { type: "added", key: node.key, sentence: `Added ${nameWithInside(node)} ${where}` };
}

/** Within a list “up” or “down” by the unmoved steps that the step passes; otherwise names the list. */
function createMoveDescriber(before: FlowDocument, after: FlowDocument, moved: ReadonlySet<StepKey>) {
  const isUnmoved = (key: StepKey) =>
    !moved.has(key) && getLocationsOfAllSteps(before).has(key) && getLocationsOfAllSteps(after).has(key);
  const countBefore = createStepCounter(before, isUnmoved);
  const countAfter = createStepCounter(after, isUnmoved);
  return ({ from, to }: DocumentChange & { readonly type: "move" }): string => {
    if (!isSameStepListRef(from.list, to.list)) return `to ${nameList(after, to.list)}`;
    const past = countAfter(to) - countBefore(from) || to.index - from.index;
    if (past === 0) return "to another place";
    return `${past < 0 ? "up" : "down"} ${Math.abs(past)}`;
  };
}

function createStepCounter(document: FlowDocument, isCounted: (key: StepKey) => boolean) {
  const countsByList = new Map<readonly StepNode[], readonly number[]>();
  return ({ list, index }: StepPlace): number => {
    const steps = findStepList(document, list) ?? [];
    let counts = countsByList.get(steps);
    if (!counts) {
      let count = 0;
      counts = [0, ...steps.map(({ key }) => (count += isCounted(key) ? 1 : 0))];
      countsByList.set(steps, counts);
    }
    return counts[index] ?? 0;
  };
}

function nameSeveral(document: FlowDocument, key: StepKey, count: number): string {
  const node = findStep(document, key);
  const name = node ? quoteName(getStepName(node)) : "a step";
  return count === 1 ? name : `${name} and ${formatCountWithNoun(count - 1, "more step")}`;
}

function nameWithInside(node: StepNode): string {
  const count = countInside(node);
  return `${quoteName(getStepName(node))}${count === 0 ? "" : ` with ${formatCountWithNoun(count, "step")} inside`}`;
}

function countInside({ branches }: StepNode): number {
  const nested = [...(branches?.trueSteps ?? []), ...(branches?.falseSteps ?? [])];
  return nested.reduce((sum, node) => sum + 1 + countInside(node), 0);
}

function nameList(document: FlowDocument, list: StepListRef): string {
  if (list.type === "root") return "the top level";
  const owner = findStep(document, list.step);
  return `“${CONDITIONAL_BRANCH_LABELS[list.branch]}” of ${owner ? quoteName(getStepName(owner)) : "a step"}`;
}

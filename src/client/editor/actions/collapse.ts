import { ChevronsDownUp, ChevronsUpDown } from "lucide-react";
import type { FlowDocument, StepKey } from "#core/document/flow-document.ts";
import { getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { defineEditorAction } from "./define-action.ts";

/** Returns the keys of all conditionals, nested ones included, in document order. */
export function listConditionalStepKeys(document: FlowDocument): readonly StepKey[] {
  return [...getLocationsOfAllSteps(document).values()].flatMap(({ node }) =>
    node.branches ? [node.key] : [],
  );
}

export function countFoldedConditionals(
  conditionals: readonly StepKey[],
  folded: ReadonlySet<StepKey>,
): number {
  return conditionals.filter((key) => folded.has(key)).length;
}

const isShown = ({ documentNow }: Editor) => listConditionalStepKeys(documentNow()).length > 0;

export const collapseAllConditionalsAction = defineEditorAction({
  id: "collapseAll",
  label: "Collapse all",
  icon: ChevronsDownUp,
  scope: "page",
  isShown,
  disabledReason: ({ documentNow, selection }) => {
    const conditionals = listConditionalStepKeys(documentNow());
    const folded = countFoldedConditionals(conditionals, selection.getState().folded);
    return folded === conditionals.length ? "All conditionals are collapsed." : undefined;
  },
  run: ({ documentNow, selection }) => {
    const conditionals = listConditionalStepKeys(documentNow());
    selection.foldOnly(conditionals);
    announceToScreenReaders(`Collapsed ${formatCount(conditionals.length, "conditional")}.`);
  },
});

export const expandAllConditionalsAction = defineEditorAction({
  id: "expandAll",
  label: "Expand all",
  icon: ChevronsUpDown,
  scope: "page",
  isShown,
  disabledReason: ({ documentNow, selection }) =>
    countFoldedConditionals(listConditionalStepKeys(documentNow()), selection.getState().folded) === 0
      ? "All conditionals are expanded."
      : undefined,
  run: ({ documentNow, selection }) => {
    const folded = countFoldedConditionals(
      listConditionalStepKeys(documentNow()),
      selection.getState().folded,
    );
    selection.foldOnly([]);
    announceToScreenReaders(`Expanded ${formatCount(folded, "conditional")}.`);
  },
});

import { Trash2 } from "lucide-react";
import { type EditCommand, describeEditCommand } from "#core/commands/edit-command.ts";
import { getTopmostSteps } from "#core/document/topmost-steps.ts";
import type { StepKey, FlowDocument } from "#core/document/flow-document.ts";
import type { StepTextReplacement } from "#core/search/step-text-replacements.ts";
import { findStepList, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { focusAddStepButton } from "#client/editor/session/editor-session.ts";
import { isEditBreakingReferences } from "#client/editor/actions/dependents/reference-breaking-edit.ts";
import { EDIT_SCOPES, defineEditorAction, isKeyPressOnStepRow } from "./define-action.ts";

export const deleteStepsAction = defineEditorAction({
  id: "delete",
  needs: EDIT_SCOPES,
  label: "Delete",
  menuLabel: (_editor, { them = "" }) => `Delete${them}`,
  icon: Trash2,
  isDanger: true,
  keys: ["Delete"],
  hiddenKeys: ["Backspace"],
  scope: "steps",
  sheetGroup: "Steps",
  isBound: ({ selection, focusedStep }, _targets, press) =>
    isKeyPressOnStepRow(press) ||
    (press.key === "Delete" && selection.getState().keys.size > 1 && focusedStep() === undefined),
  run: (editor, { keys }) => removeStepsOrAsk(editor, keys, "delete"),
});

export const deleteFlowAction = defineEditorAction({
  id: "deleteFlow",
  needs: EDIT_SCOPES,
  label: "Delete flow",
  icon: Trash2,
  isDanger: true,
  scope: "page",
  run: ({ openDialog }) => openDialog({ type: "delete" }),
});

export function removeStepsOrAsk(editor: Editor, keys: readonly StepKey[], verb: "delete" | "cut"): void {
  const edit = { type: "remove", keys, verb } as const;
  if (isEditBreakingReferences(editor.analysis, edit)) editor.openDialog({ type: "dependents", edit });
  else removeStepsAndEditDependents(editor, keys, verb, []);
}

/** One undoable edit; `edits` apply to the steps that read from the removed ones. */
export function removeStepsAndEditDependents(
  { documentNow, nameOf, editAndSelect, focusStep }: Editor,
  keys: readonly StepKey[],
  verb: "delete" | "cut",
  edits: readonly StepTextReplacement[],
): void {
  const next = findStepToFocusAfterRemoval(documentNow(), keys);
  const readers = new Set(edits.map(({ key }) => key)).size;
  const also = readers > 0 ? ` and fixed ${formatCount(readers, "step")}` : "";
  announceToScreenReaders(`${verb === "cut" ? "Cut" : "Deleted"} ${nameOf(keys)}${also}. Undo to restore.`);
  const removal: EditCommand = { type: "removeSteps", keys, verb };
  const label = describeEditCommand(documentNow(), removal);
  editAndSelect(
    edits.length === 0
      ? removal
      : { type: "sequence", commands: [removal, { type: "replaceText", edits }], label },
  );
  if (next === undefined) focusAddStepButton();
  else focusStep(next);
}

/** The next in the same list, else the previous, else the parent conditional. */
export function findStepToFocusAfterRemoval(
  document: FlowDocument,
  keys: readonly StepKey[],
): StepKey | undefined {
  const removedKeys = new Set(keys);
  const [first] = getTopmostSteps(document, keys);
  const at = first && getLocationsOfAllSteps(document).get(first.key);
  if (!at) return undefined;
  const steps = findStepList(document, at.list) ?? [];
  const next = steps.slice(at.index).find((node) => !removedKeys.has(node.key)) ?? steps[at.index - 1];
  return next?.key ?? (at.list.type === "branch" ? at.list.step : undefined);
}

import { ListChecks, X } from "lucide-react";
import type { StepKey } from "#core/document/flow-document.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { findStep, getLocationsOfAllSteps } from "#core/document/step-list.ts";
import { getStepName } from "#core/document/step.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { defineEditorAction, isKeyPressOnStepRow } from "./define-action.ts";

type ClickModifiers = Pick<MouseEvent, "shiftKey" | "ctrlKey" | "metaKey">;

export const extendSelectionAction = defineEditorAction({
  id: "extendSelection",
  label: "Extend selection up or down",
  keys: ["Shift+ArrowUp", "Shift+ArrowDown"],
  scope: "row",
  sheetGroup: "Select",
  isBound: (_editor, { lead }, press) => lead !== undefined && isKeyPressOnStepRow(press),
  run: (editor, { lead: from }, press) => {
    const { selection, focusStep } = editor;
    if (from === undefined) return;
    const visible = visibleNow(editor);
    const to = visible[visible.indexOf(from) + (press?.key === "ArrowUp" ? -1 : 1)];
    if (to === undefined) return;
    const { keys, anchor } = selection.getState();
    // Starts a new range at the focused row, unless the row is part of the current selection.
    selection.extendTo(to, visible, { from: anchor !== undefined && keys.has(from) ? anchor : from });
    focusStep(to);
    announceSelection(editor);
  },
});

export const selectAllStepsAction = defineEditorAction({
  id: "selectAll",
  label: "Select all (twice: include collapsed)",
  menuLabel: () => "Select all steps",
  keys: ["Mod+A"],
  scope: "steps",
  sheetGroup: "Select",
  run: (editor) => {
    const { selection, documentNow } = editor;
    const visible = visibleNow(editor);
    const { keys } = selection.getState();
    const hasAll = visible.every((key) => keys.has(key));
    selection.selectMany(hasAll ? [...getLocationsOfAllSteps(documentNow()).keys()] : visible);
    announceSelection(editor);
  },
});

export const clearSelectionAction = defineEditorAction({
  id: "selectNone",
  label: "Select none",
  icon: X,
  keys: ["Escape"],
  scope: "steps",
  sheetGroup: "Select",
  isBound: ({ selection }) => selection.getState().keys.size > 0,
  disabledReason: ({ selection }) => (selection.getState().keys.size > 0 ? undefined : "No steps selected."),
  run: ({ selection, focusStep }) => {
    const { anchor } = selection.getState();
    // Clearing the selection unmounts its panel; if the focused button is inside, the focus moves to the list.
    const isPaneFocused = document.activeElement?.closest("[data-panel=pane]") != null;
    selection.clear();
    if (isPaneFocused && anchor !== undefined) focusStep(anchor);
    announceToScreenReaders("No steps selected.");
  },
});

/** Starts the mode in which plain taps add and remove steps, for devices without Ctrl or Shift. */
export const startMultiSelectAction = defineEditorAction({
  id: "startMultiSelect",
  label: "Select",
  icon: ListChecks,
  scope: "row",
  isShown: ({ selection }, { keys }) => keys.length === 1 && !selection.getState().isMultiSelect,
  run: ({ selection }, { lead }) => {
    if (lead === undefined) return;
    selection.startMultiSelect(lead);
    announceToScreenReaders("Tap steps to select or deselect.");
  },
});

export function selectStepOnClick(
  editor: Editor,
  key: StepKey,
  { shiftKey, ctrlKey, metaKey }: ClickModifiers,
): void {
  const { selection } = editor;
  const isToggle = ctrlKey || metaKey;
  if (shiftKey) selection.extendTo(key, visibleNow(editor), { add: isToggle });
  else if (isToggle || selection.getState().isMultiSelect) selection.toggle(key);
  else return selection.selectOnly(key);
  announceSelection(editor);
}

function visibleNow({ list }: Editor): readonly StepKey[] {
  return list.current?.visibleKeys() ?? [];
}

function announceSelection({ selection, documentNow }: Editor): void {
  const { keys } = selection.getState();
  const [only] = keys;
  const node = keys.size === 1 && only !== undefined ? findStep(documentNow(), only) : undefined;
  if (keys.size === 0) announceToScreenReaders("No steps selected.");
  else
    announceToScreenReaders(
      node ? `${quoteName(getStepName(node))} selected.` : `${formatCount(keys.size, "step")} selected.`,
    );
}

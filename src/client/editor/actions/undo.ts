import { Redo2, Undo2 } from "lucide-react";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import type { Editor } from "#client/editor/session/editor-provider.tsx";
import { focusAddStepButton } from "#client/editor/session/editor-session.ts";
import { isDialogOrMenuOpen, isEventTargetInTextField } from "#client/ui/focus/key-event-in-text-field.ts";
import {
  type EditorAction,
  type ActionTargetSteps,
  type ShortcutKeyPress,
  defineEditorAction,
} from "./define-action.ts";

const shared = {
  scope: "page",
  sheetGroup: "Flow",
  // Typing becomes edits of the flow: with nothing left in the field, the key undoes the flow's last edit.
  worksIn: ["dialog", "text", "drag"],
  yieldsToField: true,
  isBound: (_editor: Editor, _targets: ActionTargetSteps, { target }: ShortcutKeyPress) =>
    isEventTargetInTextField(target)
      ? target?.closest("[data-inspector], [data-json-tab]") != null
      : !isDialogOrMenuOpen(),
} as const satisfies Partial<EditorAction>;

export const undoFlowEditAction = defineEditorAction({
  ...shared,
  id: "undo",
  label: "Undo",
  icon: Undo2,
  keys: ["Mod+Z"],
  disabledReason: ({ openFlow }) =>
    openFlow.getState().history.position === 0 ? "Nothing to undo." : undefined,
  run: (editor) => undoOrRedo(editor, "undo"),
});

export const redoFlowEditAction = defineEditorAction({
  ...shared,
  id: "redo",
  label: "Redo",
  icon: Redo2,
  keys: ["Mod+Shift+Z", "Mod+Y"],
  disabledReason: ({ openFlow }) => {
    const { entries, position } = openFlow.getState().history;
    return position === entries.length ? "Nothing to redo." : undefined;
  },
  run: (editor) => undoOrRedo(editor, "redo"),
});

function undoOrRedo({ openFlow, restoreSelection, focusStep }: Editor, direction: "undo" | "redo"): void {
  openFlow.flush();
  const { entries, position } = openFlow.getState().history;
  const entry = entries[direction === "undo" ? position - 1 : position];
  const affected = openFlow[direction]();
  if (!entry) return;
  restoreSelection(entry, direction === "undo" ? "before" : "after");
  announceToScreenReaders(direction === "undo" ? `Undid ${entry.label}.` : `Redid ${entry.label}.`);
  if (affected !== undefined) focusStep(affected);
  // The browser has moved the focus to the body if the focused row was removed with its step.
  else requestAnimationFrame(() => document.activeElement === document.body && focusAddStepButton());
}

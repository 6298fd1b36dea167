import { PanelRight } from "lucide-react";
import { isDialogOrMenuOpen } from "#client/ui/focus/key-event-in-text-field.ts";
import { findSingleSelectedStep } from "#client/editor/session/step-selection.ts";
import { defineEditorAction, isKeyPressOnStepRow } from "./define-action.ts";

export const openInspectorAction = defineEditorAction({
  id: "inspect",
  label: "Open in the inspector",
  menuLabel: () => "Configure",
  icon: PanelRight,
  keys: ["Enter"],
  scope: "row",
  sheetGroup: "Go",
  isShown: (_editor, { keys }) => keys.length === 1,
  isBound: (_editor, { lead }, press) => lead !== undefined && isKeyPressOnStepRow(press),
  run: (editor, { lead }) => lead !== undefined && editor.inspect(lead),
});

export const openStepListRowMenuAction = defineEditorAction({
  id: "openMenu",
  label: "Open the menu",
  keys: ["Shift+F10"],
  hiddenKeys: ["ContextMenu"],
  scope: "row",
  sheetGroup: "Go",
  isBound: (_editor, _targets, press) => isKeyPressOnStepRow(press),
  run: (_editor, _targets, press) => press?.target?.querySelector<HTMLElement>("[data-part=menu]")?.click(),
});

export const inspectAdjacentStepAction = defineEditorAction({
  id: "inspectAdjacent",
  label: "Inspect previous or next step",
  keys: ["Alt+PageUp", "Alt+PageDown"],
  scope: "page",
  isStepsViewOnly: true,
  sheetGroup: "Go",
  worksIn: ["dialog", "text"],
  // Disables the shortcut while a dialog is open, unless the dialog contains the inspector, as on a narrow page.
  isBound: ({ selection }) =>
    findSingleSelectedStep(selection.getState()) !== undefined &&
    (!isDialogOrMenuOpen() || document.querySelector("[role=dialog] [data-inspector]") !== null),
  run: ({ page }, _targets, press) => page.current?.inspectAdjacentStep(press?.key === "PageUp" ? -1 : 1),
});

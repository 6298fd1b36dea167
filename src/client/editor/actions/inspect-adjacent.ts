import { isDialogOrMenuOpen } from "#client/ui/focus/key-target.ts";
import { findSingleSelectedStep } from "#client/editor/session/step-selection.ts";
import { defineEditorAction } from "./define-action.ts";

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

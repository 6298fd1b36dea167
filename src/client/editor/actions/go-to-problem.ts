import { isDialogOrMenuOpen } from "#client/ui/focus/key-event-in-text-field.ts";
import { type EditorAction, defineEditorAction } from "./define-action.ts";

const shared = {
  scope: "page",
  sheetGroup: "Go",
  worksIn: ["dialog", "text"],
  // On a narrow page the inspector and the list of problems are dialogs, and the shortcut must work inside them.
  isBound: () =>
    !isDialogOrMenuOpen() ||
    document.querySelector("[role=dialog] :is([data-inspector], [data-panel=problems])") !== null,
} as const satisfies Partial<EditorAction>;

export const goToNextProblemAction = defineEditorAction({
  ...shared,
  id: "goToNextProblem",
  label: "Next problem",
  keys: ["F8"],
  run: ({ page }) => page.current?.goToAdjacentProblem(1),
});

export const goToPreviousProblemAction = defineEditorAction({
  ...shared,
  id: "goToPreviousProblem",
  label: "Previous problem",
  keys: ["Shift+F8"],
  run: ({ page }) => page.current?.goToAdjacentProblem(-1),
});

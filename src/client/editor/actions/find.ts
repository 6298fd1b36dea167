import { Search } from "lucide-react";
import type { EditorAction } from "./define-action.ts";
import { defineEditorAction } from "./define-action.ts";

export const openFindBarAction = defineEditorAction({
  id: "find",
  label: "Find in flow",
  menuLabel: () => "Find in flow",
  icon: Search,
  keys: ["Mod+F"],
  scope: "page",
  sheetGroup: "Flow",
  worksIn: ["text", "drag"],
  isStepsViewOnly: true,
  run: ({ page }) => {
    page.current?.showTab("steps");
    page.current?.openFind();
  },
});

/** Works on the whole page, so that a user who has edited a match can go on to the next. */
const whileOpen = {
  scope: "page",
  isStepsViewOnly: true,
  sheetGroup: "Go",
  worksIn: ["dialog", "text", "drag"],
  isBound: ({ finder }) => finder.current !== null,
} as const satisfies Partial<EditorAction>;

export const findNextMatchAction = defineEditorAction({
  ...whileOpen,
  id: "findNext",
  label: "Next match",
  keys: ["F3"],
  hiddenKeys: ["Mod+G", "Mod+F3"],
  run: ({ finder }) => finder.current?.next(),
});

export const findPreviousMatchAction = defineEditorAction({
  ...whileOpen,
  id: "findPrevious",
  label: "Previous match",
  keys: ["Shift+F3"],
  hiddenKeys: ["Mod+Shift+G", "Mod+Shift+F3"],
  run: ({ finder }) => finder.current?.previous(),
});

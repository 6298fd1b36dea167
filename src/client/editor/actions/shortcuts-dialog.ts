import { Keyboard } from "lucide-react";
import {
  SHOW_VARIABLE_INFO_SHORTCUT,
  NEXT_DIFFERENCE_SHORTCUT,
  PREVIOUS_DIFFERENCE_SHORTCUT,
  RENAME_VARIABLE_SHORTCUT,
} from "#client/ui/code/select-text-range.ts";
import { type EditorAction, defineEditorAction } from "./define-action.ts";

export const showShortcutsDialogAction = defineEditorAction({
  id: "showShortcuts",
  label: "Show shortcuts",
  menuLabel: () => "Keyboard shortcuts",
  icon: Keyboard,
  keys: ["?", "Mod+/"],
  scope: "page",
  sheetGroup: "Flow",
  worksIn: ["text", "drag"],
  run: ({ openDialog }) => openDialog({ type: "shortcuts" }),
});

type ControlKeys = Required<Pick<EditorAction, "id" | "label" | "keys" | "scope" | "sheetGroup">>;

/** Listed in the dialog of keyboard shortcuts, but not handled by `useKeyboardShortcuts`. */
export const SHORTCUTS_HANDLED_BY_CONTROLS: readonly ControlKeys[] = [
  {
    id: "walkDifferences",
    label: "Next/previous difference",
    keys: [NEXT_DIFFERENCE_SHORTCUT, PREVIOUS_DIFFERENCE_SHORTCUT],
    scope: "page",
    sheetGroup: "Go",
  },
  {
    id: "aboutName",
    label: "Show variable",
    keys: [SHOW_VARIABLE_INFO_SHORTCUT],
    scope: "steps",
    sheetGroup: "Variables",
  },
  {
    id: "renameName",
    label: "Rename variable",
    keys: [RENAME_VARIABLE_SHORTCUT],
    scope: "steps",
    sheetGroup: "Variables",
  },
  { id: "palette", label: "Search or run an action", keys: ["Mod+K"], scope: "page", sheetGroup: "Go" },
  { id: "notification", label: "Go to a notification", keys: ["Alt+T"], scope: "page", sheetGroup: "Flow" },
];

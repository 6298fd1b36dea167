import type { ShortcutGroup } from "#client/ui/overlays/shortcuts-dialog.tsx";

/** Lists the shortcuts that move the focus between the rows of a list, for the dialog of keyboard shortcuts. */
export function listRowNavigationShortcuts(noun: string): ShortcutGroup["shortcuts"] {
  return [
    { id: "next", label: `Next ${noun}`, keys: ["J", "ArrowDown"] },
    { id: "previous", label: `Previous ${noun}`, keys: ["K", "ArrowUp"] },
    { id: "page", label: "Page down and up", keys: ["PageDown", "PageUp"] },
    { id: "ends", label: `First and last ${noun}`, keys: ["Home", "End"] },
  ];
}

/** Shortcuts that work on every page. */
export const SHORTCUTS_OF_EVERY_PAGE: ShortcutGroup["shortcuts"] = [
  { id: "palette", label: "Search or run an action", keys: ["Mod+K"] },
  { id: "shortcuts", label: "Show these shortcuts", keys: ["?", "Mod+/"] },
  { id: "notification", label: "Go to a notification", keys: ["Alt+T"] },
];

/** Lists the shortcuts that select rows of a list; `all` is the label of Mod+A. */
export function listRowSelectionShortcuts(all: string): ShortcutGroup {
  return {
    title: "Select",
    shortcuts: [
      { id: "select", label: "Select or deselect", keys: ["Space"] },
      { id: "range", label: "Select a range", keys: ["Shift+Space"] },
      { id: "all", label: all, keys: ["Mod+A"] },
      { id: "none", label: "Clear selection", keys: ["Escape"] },
    ],
  };
}

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

/** Lists the shortcuts of a page of rows; `noun` is singular and capitalized, `all` the label of Mod+A. */
export function listRowPageShortcuts(noun: string, all: string): readonly ShortcutGroup[] {
  const row = noun.toLowerCase();
  return [
    {
      title: "Go",
      shortcuts: [
        { id: "search", label: `Search ${row}s`, keys: ["/"] },
        ...listRowNavigationShortcuts(row),
        ...SHORTCUTS_OF_EVERY_PAGE,
      ],
    },
    {
      title: noun,
      shortcuts: [
        { id: "open", label: "Open", keys: ["Enter"] },
        { id: "rename", label: "Rename", keys: ["F2"] },
        { id: "delete", label: "Delete", keys: ["Delete"] },
        { id: "undo", label: "Undo delete", keys: ["Mod+Z"] },
        { id: "menu", label: "All actions", keys: ["Shift+F10"] },
      ],
    },
    {
      title: "Select",
      shortcuts: [
        { id: "select", label: "Select or deselect", keys: ["Space"] },
        { id: "range", label: "Select a range", keys: ["Shift+Space"] },
        { id: "all", label: all, keys: ["Mod+A"] },
        { id: "none", label: "Clear selection", keys: ["Escape"] },
      ],
    },
  ];
}

import { type ShortcutGroup, ShortcutsDialog } from "#client/ui/overlays/shortcuts-dialog.tsx";
import {
  SHORTCUTS_OF_EVERY_PAGE,
  listRowNavigationShortcuts,
  listRowSelectionShortcuts,
} from "#client/ui/rows/row-shortcuts.ts";

const groups: readonly ShortcutGroup[] = [
  {
    title: "Go",
    shortcuts: [
      { id: "search", label: "Search flows", keys: ["/"] },
      ...listRowNavigationShortcuts("flow"),
      ...SHORTCUTS_OF_EVERY_PAGE,
    ],
  },
  {
    title: "Flow",
    shortcuts: [
      { id: "open", label: "Open", keys: ["Enter"] },
      { id: "rename", label: "Rename", keys: ["F2"] },
      { id: "delete", label: "Delete", keys: ["Delete"] },
      { id: "undo", label: "Undo delete", keys: ["Mod+Z"] },
      { id: "menu", label: "All actions", keys: ["Shift+F10"] },
    ],
  },
  listRowSelectionShortcuts("Select all (twice: include flows not loaded)"),
];

export function ListShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  return <ShortcutsDialog groups={groups} singleKeys="“/”, “?”, J and K" onClose={onClose} />;
}

import { useState } from "react";
import { LazyShortcutsDialog } from "#client/ui/overlays/lazy-shortcuts-dialog.ts";
import { SHORTCUTS_OF_EVERY_PAGE, listRowNavigationShortcuts } from "#client/ui/rows/row-shortcuts.ts";
import { useListPageKeyboardShortcuts } from "#client/ui/rows/use-list-page-keyboard-shortcuts.ts";

const GROUPS = [
  {
    title: "Go",
    shortcuts: [
      { id: "search", label: "Search schedules", keys: ["/"] },
      ...listRowNavigationShortcuts("schedule"),
      ...SHORTCUTS_OF_EVERY_PAGE,
    ],
  },
  {
    title: "Schedule",
    shortcuts: [
      { id: "open", label: "Open its flow", keys: ["Enter"] },
      { id: "edit", label: "Edit", keys: ["F2"] },
      { id: "delete", label: "Delete", keys: ["Delete"] },
      { id: "undo", label: "Undo delete", keys: ["Mod+Z"] },
      { id: "menu", label: "All actions", keys: ["Shift+F10"] },
    ],
  },
];

export function ScheduleShortcuts() {
  const [isOpen, setOpen] = useState(false);
  useListPageKeyboardShortcuts(() => setOpen(true));
  if (!isOpen) return null;
  return (
    <LazyShortcutsDialog groups={GROUPS} singleKeys="“/”, “?”, J and K" onClose={() => setOpen(false)} />
  );
}

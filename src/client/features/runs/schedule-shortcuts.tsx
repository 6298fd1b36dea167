import { useState } from "react";
import { createLazyDialog } from "#client/ui/hooks/create-lazy-component.tsx";
import { SHORTCUTS_OF_EVERY_PAGE, listRowNavigationShortcuts } from "#client/ui/rows/row-shortcuts.ts";
import { useListPageKeyboardShortcuts } from "#client/ui/rows/use-list-page-keyboard-shortcuts.ts";

const ShortcutsDialog = createLazyDialog(
  async () => (await import("#client/ui/overlays/shortcuts-dialog.tsx")).ShortcutsDialog,
);

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
  return <ShortcutsDialog groups={GROUPS} singleKeys="“/”, “?”, J and K" onClose={() => setOpen(false)} />;
}

import { useState } from "react";
import { LazyShortcutsDialog } from "#client/ui/overlays/lazy-shortcuts-dialog.ts";
import type { ShortcutGroup } from "#client/ui/overlays/shortcuts-dialog.tsx";
import { SHORTCUTS_OF_EVERY_PAGE, listRowPageShortcuts } from "#client/ui/rows/row-shortcuts.ts";
import { useListPageKeyboardShortcuts } from "#client/ui/rows/use-list-page-keyboard-shortcuts.ts";

const openRecord: ShortcutGroup = {
  title: "Open record",
  shortcuts: [
    { id: "save", label: "Save", keys: ["Mod+S"] },
    { id: "close", label: "Close", keys: ["Escape"] },
  ],
};

const recordTypesGroups: readonly ShortcutGroup[] = [
  { title: "Go", shortcuts: SHORTCUTS_OF_EVERY_PAGE },
  openRecord,
];

const recordListGroups = [...listRowPageShortcuts("Record", "Select all loaded records"), openRecord];

export function RecordPageShortcuts({ page }: { readonly page: "types" | "list" }) {
  const [isOpen, setOpen] = useState(false);
  useListPageKeyboardShortcuts(() => setOpen(true));
  if (!isOpen) return null;
  return (
    <LazyShortcutsDialog
      groups={page === "types" ? recordTypesGroups : recordListGroups}
      singleKeys={page === "types" ? "“?”" : "“/”, “?”, J and K"}
      onClose={() => setOpen(false)}
    />
  );
}

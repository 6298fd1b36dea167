import { ShortcutsDialog } from "#client/ui/overlays/shortcuts-dialog.tsx";
import { listRowPageShortcuts } from "#client/ui/rows/row-shortcuts.ts";

const groups = listRowPageShortcuts("Flow", "Select all (twice: include flows not loaded)");

export function ListShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  return <ShortcutsDialog groups={groups} singleKeys="“/”, “?”, J and K" onClose={onClose} />;
}

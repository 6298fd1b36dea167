import { type EditorAction, SHORTCUTS_DIALOG_GROUPS } from "#client/editor/actions/define-action.ts";
import { SHORTCUTS_HANDLED_BY_CONTROLS } from "#client/editor/actions/shortcuts-dialog.ts";
import { EDITOR_ACTIONS } from "#client/editor/actions/menus.ts";
import { useEditor } from "#client/editor/session/editor-provider.tsx";
import { type ShortcutGroup, ShortcutsDialog } from "#client/ui/overlays/shortcuts-dialog.tsx";
import { listRowNavigationShortcuts } from "#client/ui/rows/row-shortcuts.ts";

type Entry = Pick<EditorAction, "id" | "label" | "keys" | "scope" | "isStepsViewOnly" | "sheetGroup">;

const entries: readonly Entry[] = [...EDITOR_ACTIONS, ...SHORTCUTS_HANDLED_BY_CONTROLS];

const groupEntries = (isShown: (entry: Entry) => boolean): readonly ShortcutGroup[] =>
  SHORTCUTS_DIALOG_GROUPS.map((title) => ({
    title,
    shortcuts: entries.filter((entry) => entry.sheetGroup === title && isShown(entry)),
  })).filter(({ shortcuts }) => shortcuts.length > 0);

const stepsGroups = groupEntries(() => true);
const otherViewGroups = groupEntries(({ scope, isStepsViewOnly }) => scope === "page" && !isStepsViewOnly);

const listRows: Readonly<Partial<Record<string, ShortcutGroup>>> = {
  runs: {
    title: "Runs and results",
    shortcuts: [
      ...listRowNavigationShortcuts("row"),
      { id: "open", label: "Open", keys: ["Enter"] },
      { id: "close", label: "Close the result", keys: ["Escape"] },
    ],
  },
  versions: {
    title: "Versions",
    shortcuts: [
      ...listRowNavigationShortcuts("version"),
      { id: "open", label: "Open", keys: ["Enter"] },
      { id: "menu", label: "All actions", keys: ["Shift+F10"] },
    ],
  },
};

/** Lists the shortcuts that work in the open view of the flow. */
export function EditorShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const tab = useEditor().page.current?.tab ?? "steps";
  const rows = listRows[tab];
  const groups = tab === "steps" ? stepsGroups : [...(rows ? [rows] : []), ...otherViewGroups];
  const singleKeys = rows ? "“?”, J and K" : "“?”";
  return (
    <ShortcutsDialog
      groups={groups}
      singleKeys={tab === "steps" ? "“/” and “?”" : singleKeys}
      onClose={onClose}
    />
  );
}

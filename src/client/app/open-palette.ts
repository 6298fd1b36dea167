import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { CommandPaletteProps } from "#client/features/command-palette/command-palette.tsx";
import { isDialogOrMenuOpen } from "#client/ui/focus/key-event-in-text-field.ts";
import { isApplePlatform } from "#client/ui/format/format-shortcut.ts";
import { findPageCommandSource, setPageCommandsListener } from "#client/ui/overlays/page-commands.ts";

type OpenPalette = Omit<CommandPaletteProps, "onClose">;

/** The open command palette, which the header renders; undefined while it is closed. */
const openStore = createStore<OpenPalette | undefined>(() => undefined);

function listPageCommands() {
  const source = findPageCommandSource();
  return { commands: source?.listCommands() ?? [], parts: source?.listParts?.() ?? [] };
}

setPageCommandsListener(() => {
  if (openStore.getState()) openStore.setState(listPageCommands());
});

const close = () => openStore.setState(undefined, true);

export const commandPalette = {
  useOpen: () => useStore(openStore),
  close,
  open: () => {
    openStore.setState(listPageCommands(), true);
  },
};

/** Opens the command palette by its shortcut, also from text fields, but not above an open dialog or menu. */
export function openCommandPaletteOnShortcut(event: KeyboardEvent): void {
  // On Apple devices, Ctrl+K deletes to the end of the line in every text field.
  const isModified = isApplePlatform ? event.metaKey && !event.ctrlKey : event.ctrlKey;
  if (!isModified || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (!openStore.getState() && !isDialogOrMenuOpen()) commandPalette.open();
}

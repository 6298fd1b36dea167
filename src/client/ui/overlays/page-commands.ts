import type { ReactNode } from "react";
import type { MenuItem } from "./menu.tsx";

export interface PageCommand extends MenuItem {
  /** Identifies the command on every page that has it, so that the palette can list it as recently used. */
  readonly id: string;
  readonly detail?: string;
  /** Words that the palette's search also matches. */
  readonly terms?: string;
}

/** A part of the current page that the command palette can go to, such as a step of the open flow. */
export interface PagePart {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly terms: string;
  readonly draw: () => ReactNode;
  readonly onSelect: () => void;
}

export interface PageCommandSource {
  /** Called when the palette opens, while the focus is still where the user left it. */
  readonly listCommands: () => readonly PageCommand[];
  readonly listParts?: () => readonly PagePart[];
}

let source: PageCommandSource | undefined;
let onRegister = () => {};
let awaited: { readonly id: string } | undefined;

/** Registers the commands of the current page. Returns a function that removes them. */
export function registerPageCommands(added: PageCommandSource): () => void {
  source = added;
  onRegister();
  // Waits until the page has rendered, because the command may need elements of the page.
  if (awaited) setTimeout(runAwaitedCommand);
  return () => {
    if (source === added) source = undefined;
  };
}

/** Sets the listener that is called when a page registers its commands, which may be after the palette has opened. */
export function setPageCommandsListener(listener: () => void): void {
  onRegister = listener;
}

export function findPageCommandSource(): PageCommandSource | undefined {
  return source;
}

/** Returns a function that cancels this. */
export function runCommandOfNextPage(id: string): () => void {
  const own = { id };
  awaited = own;
  runAwaitedCommand();
  return () => {
    if (awaited === own) awaited = undefined;
  };
}

function runAwaitedCommand(): void {
  const command = source?.listCommands().find(({ id }) => id === awaited?.id);
  if (!command) return;
  awaited = undefined;
  if (command.disabledReason === undefined) command.onSelect();
}

let showShortcuts: (() => void) | undefined;

/** Registers how the current page shows its keyboard shortcuts. Returns a function that removes the registration. */
export function registerShortcutsDialogOpener(open: () => void): () => void {
  showShortcuts = open;
  return () => {
    if (showShortcuts === open) showShortcuts = undefined;
  };
}

/** Returns a function that shows the shortcuts of the current page; undefined if the page has none. */
export function findShortcutsDialogOpener(): (() => void) | undefined {
  return showShortcuts;
}

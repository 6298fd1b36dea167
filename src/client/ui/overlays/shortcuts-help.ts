let show: (() => void) | undefined;

/** Registers how the current page shows its keyboard shortcuts. Returns a function that removes the registration. */
export function registerShortcutsDialogOpener(open: () => void): () => void {
  show = open;
  return () => {
    if (show === open) show = undefined;
  };
}

/** Returns a function that shows the shortcuts of the current page; undefined if the page has none. */
export function findShortcutsDialogOpener(): (() => void) | undefined {
  return show;
}

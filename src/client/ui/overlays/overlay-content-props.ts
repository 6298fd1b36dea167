import type { SyntheticEvent } from "react";

const stop = (event: SyntheticEvent) => event.stopPropagation();

/** For the content of each dialog, popover and menu. */
export const overlayContentProps = {
  /** `isDialogOrMenuOpen` looks for it. */
  "data-overlay": "",
  // React bubbles events through portals: a Space typed in a dialog would toggle the row that opened it.
  onKeyDown: stop,
  onClick: stop,
  onPointerDown: stop,
  onMouseDown: stop,
  onTouchStart: stop,
  onCopy: stop,
  onCut: stop,
  onPaste: stop,
} as const;

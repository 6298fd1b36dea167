import type { SyntheticEvent } from "react";

const stop = (event: SyntheticEvent) => event.stopPropagation();

/** React bubbles events through portals: a Space typed in a dialog would toggle the row that opened it. */
export const propagationStoppers = {
  onKeyDown: stop,
  onClick: stop,
  onPointerDown: stop,
  onMouseDown: stop,
  onTouchStart: stop,
  onCopy: stop,
  onCut: stop,
  onPaste: stop,
} as const;

import type { SyntheticEvent } from "react";

const stop = (event: SyntheticEvent) => event.stopPropagation();

/**
 * Stops React events at a portal. React bubbles events to the component that opened the portal, so a Space typed in a
 * dialog would toggle the row that opened the dialog.
 */
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

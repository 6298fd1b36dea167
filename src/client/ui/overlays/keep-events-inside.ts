import type { SyntheticEvent } from "react";

const keep = (event: SyntheticEvent) => event.stopPropagation();

/**
 * Stops React events at a portal. React bubbles events to the component that opened the portal, so a Space typed in a
 * dialog would toggle the row that opened the dialog.
 */
export const propagationStoppingEventHandlers = {
  onKeyDown: keep,
  onClick: keep,
  onPointerDown: keep,
  onMouseDown: keep,
  onTouchStart: keep,
  onCopy: keep,
  onCut: keep,
  onPaste: keep,
} as const;

import type { SyntheticEvent } from "react";

const keep = (event: SyntheticEvent) => event.stopPropagation();

/**
 * For what is shown in a portal. React passes its events on to the component that opened it, so without this a Space
 * typed in a dialog would switch the row that asked for the dialog, and a press on a menu would start to drag it.
 */
export const keepEventsInside = {
  onKeyDown: keep,
  onClick: keep,
  onPointerDown: keep,
  onMouseDown: keep,
  onTouchStart: keep,
  onCopy: keep,
  onCut: keep,
  onPaste: keep,
} as const;

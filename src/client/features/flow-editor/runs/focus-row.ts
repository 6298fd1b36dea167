import { wishFocus } from "#client/ui/focus-wish.ts";

/** Gives the focus back to the row whose content was closed. */
export function focusRow(id: string): void {
  wishFocus(() => document.querySelector<HTMLElement>(`[data-row-id="${CSS.escape(id)}"] [data-row-link]`));
}

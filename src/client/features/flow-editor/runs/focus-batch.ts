import { wishFocus } from "#client/ui/focus-wish.ts";

/** Gives the focus to the heading of a run that is about to be shown: what led there is gone, and the flow is the same. */
export function focusBatch(batchId: string): void {
  wishFocus(() => document.querySelector<HTMLElement>(`[data-batch="${CSS.escape(batchId)}"] h2`));
}

import { toasts } from "./toasts.ts";

/** Longer than any undo period: the caller dismisses the toast, because its own timer pauses on hover. */
const UNTIL_CLOSED_MS = 60_000;

/** Shows the toast of a deletion. Undo is available until the request is sent; “Deleted” appears only after success. */
export function showDeletionToast(what: string, undo: () => void) {
  const text = `Deleting ${what}…`;
  let toast = toasts.show({ text, durationMs: UNTIL_CLOSED_MS, action: { label: "Undo", run: undo } });
  const close = () => toasts.dismiss(toast);
  return {
    close,
    isSent: () => toasts.dropAction(toast),
    isDone: () => {
      close();
      toast = toasts.show({ text: `Deleted ${what}.` });
    },
  };
}

import type { QueryClient } from "@tanstack/react-query";
import { ApiError, NetworkError, describeError } from "#client/data/api-error.ts";
import { type FlowTarget, flowMutations } from "#client/data/flow-mutations.ts";
import { pendingDeletions } from "#client/data/pending-deletions.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import { announce } from "#client/ui/announce.ts";
import { toasts } from "#client/ui/toasts.ts";
import { quoteName } from "#core/quote-name.ts";

/** A failure stays up long enough to be read. */
const FAILURE_MS = 20_000;

/** Hides the flow now, with a way back; the request follows when it can no longer be undone. */
export function deleteFlow(
  client: QueryClient,
  flow: FlowTarget & { readonly name: string },
  onUndone: () => void,
): void {
  const name = quoteName(flow.name);
  const toast = toasts.show({
    text: `Deleted ${name}.`,
    // The deletion closes the toast when it is sent; its own clock stands still under the pointer.
    durationMs: 60_000,
    action: { label: "Undo", run: () => pendingDeletions.undo(flow.id) },
  });
  const send = async () => {
    toasts.dismiss(toast);
    try {
      await runMutation(client, flowMutations.remove(flow), undefined);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return;
      const isUnknown = error instanceof NetworkError;
      const outcome = isUnknown ? "may not be deleted" : "was not deleted, and is back in the list";
      const text = `${name} ${outcome}. ${describeError(error)}`;
      toasts.show({ text, tone: "danger", durationMs: FAILURE_MS });
    }
  };
  pendingDeletions.schedule(flow.id, send, () => {
    toasts.dismiss(toast);
    announce(`${name} is back.`);
    onUndone();
  });
}

import type { QueryClient } from "@tanstack/react-query";
import { ApiError, NetworkError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { flowMutations, deleteFlowOnPageExit } from "#client/data/mutations/flow-mutations.ts";
import {
  type FlowIdWithSeenVersion,
  getNewestVersionWrittenByPage,
  nameVersion,
} from "#client/data/api/write-flow.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { forgetRecentFlow } from "#client/data/device/note-opened-flow.ts";
import { showDeletionToast } from "#client/ui/overlays/show-deletion.ts";

const FAILURE_TOAST_MS = 20_000;

/** Resets the cached flow, also while a page observes it, so that neither that page nor Back shows it as editable. */
export function forgetDeletedFlow(client: QueryClient, id: string): void {
  forgetRecentFlow(id);
  void client.resetQueries({ queryKey: flowQueries.detail(id).queryKey });
}

/** Hides the flow and offers Undo; sends the delete request when the undo period ends. */
export function deleteFlowAfterUndoPeriod(
  client: QueryClient,
  flow: FlowIdWithSeenVersion & { readonly name: string },
  onUndone: () => void,
): void {
  const name = quoteName(flow.name);
  const shown = showDeletionToast(name, () => pendingDeletionScheduler.undo(flow.id));
  const send = async () => {
    shown.isSent();
    try {
      await runMutationOutsideComponent(client, flowMutations.remove(flow), undefined);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) {
        shown.close();
        const isUnknown = error instanceof NetworkError;
        const outcome = isUnknown ? `${name} may not have been deleted.` : `Couldn’t delete ${name}.`;
        const text = `${outcome} ${describeRequestErrorForUser(error)}`;
        return void toasts.show({ text, tone: "danger", durationMs: FAILURE_TOAST_MS });
      }
    }
    forgetDeletedFlow(client, flow.id);
    shown.isDone();
  };
  pendingDeletionScheduler.schedule({
    kind: "flow",
    ids: [flow.id],
    version: nameVersion(getNewestVersionWrittenByPage(flow)),
    send,
    sendOnExit: () => {
      shown.close();
      deleteFlowOnPageExit(flow);
    },
    onUndo: () => {
      shown.close();
      announceToScreenReaders(`Restored ${name}.`);
      onUndone();
    },
  });
}

import type { QueryClient } from "@tanstack/react-query";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { deleteScheduleOnPageExit, scheduleMutations } from "#client/data/mutations/schedule-mutations.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { showDeletionToast } from "#client/ui/overlays/show-deletion.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { quoteName } from "#core/text/quote-name.ts";

const FAILURE_TOAST_MS = 20_000;

interface NamedSchedule {
  readonly id: string;
  readonly name: string;
}

/** Hides the schedule and offers Undo; sends the delete request when the undo period ends. */
export function deleteSchedule(client: QueryClient, { id, name }: NamedSchedule, onUndone: () => void): void {
  const what = `the schedule ${quoteName(name)}`;
  const shown = showDeletionToast(what, () => pendingDeletionScheduler.undo(id));
  const send = async () => {
    shown.isSent();
    try {
      await runMutationOutsideComponent(client, scheduleMutations.remove(), id);
      shown.isDone();
    } catch (error) {
      shown.close();
      const text = `Couldn’t delete ${what}. ${describeRequestErrorForUser(error)}`;
      toasts.show({ text, tone: "danger", durationMs: FAILURE_TOAST_MS });
    }
  };
  pendingDeletionScheduler.schedule({
    kind: "schedule",
    ids: [id],
    send,
    sendOnExit: () => {
      shown.close();
      deleteScheduleOnPageExit(id);
    },
    onUndo: () => {
      shown.close();
      announceToScreenReaders(`Restored ${what}.`);
      onUndone();
    },
  });
}

import type { QueryClient } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { recordMutations, deleteRecordsOnPageExit } from "#client/data/mutations/record-mutations.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { showDeletionToast } from "#client/ui/overlays/show-deletion.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { quoteName } from "#core/text/quote-name.ts";

const FAILURE_TOAST_MS = 20_000;

type NamedRecord = Pick<FlowRecord, "id" | "name">;

/** Hides the records and offers Undo; sends the delete request when the undo period ends. */
export function deleteRecords(
  client: QueryClient,
  records: readonly NamedRecord[],
  onUndone: () => void,
): void {
  const [first] = records;
  if (!first) return;
  const what = formatRecordNames(records);
  const shown = showDeletionToast(what, () => pendingDeletionScheduler.undo(first.id));
  const send = async (ids: readonly string[]) => {
    shown.isSent();
    try {
      await runMutationOutsideComponent(client, recordMutations.remove(), ids);
      // Resets the cache, so that neither an open panel nor Back shows a deleted record as editable.
      for (const id of ids) void client.resetQueries({ queryKey: recordQueries.detail(id).queryKey });
      shown.isDone();
    } catch (error) {
      shown.close();
      const isOne = records.length === 1;

      const text = `Couldn’t delete ${isOne ? what : `all ${what}`}. ${describeRequestErrorForUser(error)}`;
      toasts.show({ text, tone: "danger", durationMs: FAILURE_TOAST_MS });
    }
  };
  pendingDeletionScheduler.schedule({
    kind: "record",
    ids: records.map(({ id }) => id),
    send,
    sendOnExit: (ids) => {
      shown.close();
      deleteRecordsOnPageExit(ids);
    },
    onUndo: () => {
      shown.close();
      announceToScreenReaders(`Restored ${what}.`);
      onUndone();
    },
  });
}

export function formatRecordNames(records: readonly NamedRecord[]): string {
  const [first] = records;
  return records.length === 1 && first ? quoteName(first.name) : formatCount(records.length, "record");
}

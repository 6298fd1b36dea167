import type { QueryClient } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import { describeError } from "#client/data/api-error.ts";
import { pendingDeletions } from "#client/data/pending-deletions.ts";
import { recordMutations } from "#client/data/record-mutations.ts";
import { runMutation } from "#client/data/run-mutation.ts";
import { announce } from "#client/ui/announce.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { toasts } from "#client/ui/toasts.ts";
import { quoteName } from "#core/quote-name.ts";

const FAILURE_MS = 20_000;

/** Hides the records now, with a way back; the request follows when it can no longer be undone. */
export function deleteRecords(
  client: QueryClient,
  records: readonly FlowRecord[],
  onUndone: () => void,
): void {
  const [first] = records;
  if (!first) return;
  const what = nameRecords(records);
  const toast = toasts.show({
    text: `Deleted ${what}.`,
    // The deletion closes the toast when it is sent; its own clock stands still under the pointer.
    durationMs: 60_000,
    action: { label: "Undo", run: () => pendingDeletions.undo(first.id) },
  });
  const send = async (ids: readonly string[]) => {
    toasts.dismiss(toast);
    try {
      await runMutation(client, recordMutations.remove(), ids);
    } catch (error) {
      const isOne = records.length === 1;
      const back = isOne ? "was not deleted, and is back in the list" : "were not all deleted";
      const text = `${isOne ? what : `These ${what}`} ${back}. ${describeError(error)}`;
      toasts.show({ text, tone: "danger", durationMs: FAILURE_MS });
    }
  };
  pendingDeletions.scheduleAll(
    records.map(({ id }) => id),
    send,
    () => {
      toasts.dismiss(toast);
      announce(records.length === 1 ? `${what} is back.` : `${what} are back.`);
      onUndone();
    },
  );
}

export function nameRecords(records: readonly FlowRecord[]): string {
  const [first] = records;
  return records.length === 1 && first ? quoteName(first.name) : formatCount(records.length, "record");
}

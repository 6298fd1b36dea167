import type { QueryClient } from "@tanstack/react-query";
import type { FlowListItem } from "#contract/flow.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { getNewestVersionWrittenByPage, nameVersion } from "#client/data/api/write-flow.ts";
import { deleteFlowOnPageExit, flowMutations } from "#client/data/mutations/flow-mutations.ts";
import { pendingDeletionScheduler } from "#client/data/mutations/pending-deletions.ts";
import { flowQueries } from "#client/data/queries/flow-queries.ts";
import { runMutationOutsideComponent } from "#client/data/queries/keep-query-errors.ts";
import { type BulkOutcome, runInBulk } from "#client/flow/bulk/run-in-bulk.ts";
import { forgetDeletedFlow } from "#client/flow/delete-flow.ts";
import { showDeletionToast } from "#client/ui/overlays/show-deletion.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** Undoable deletions are sent at the latest on close, and browsers let few requests outlive a page. */
export const MAX_UNDOABLE_DELETIONS = 100;

const FAILURE_TOAST_MS = 20_000;

/** Deletes one flow. Resolves to a note if it was deleted already. */
export async function deleteFlow(client: QueryClient, flow: FlowListItem): Promise<string | undefined> {
  const { meta: _meta, ...mutation } = flowMutations.remove(flow);
  const note = await runMutationOutsideComponent(client, mutation, undefined).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return "Already deleted.";
      void client.invalidateQueries({ queryKey: flowQueries.detail(flow.id).queryKey });
      throw error;
    },
  );
  forgetDeletedFlow(client, flow.id);
  return note;
}

/** Sends the requests when the undo period ends. Flows that could not be deleted reappear, with a report. */
export function deleteFlowsAfterUndoPeriod(
  client: QueryClient,
  flows: readonly FlowListItem[],
  onUndone: () => void,
): void {
  const what = formatCount(flows.length, "flow");
  const undo = () => flows.forEach(({ id }) => pendingDeletionScheduler.undo(id));
  const shown = showDeletionToast(what, undo);
  const outcomes = new Map<string, BulkOutcome<string | undefined>>();
  let isUndone = false;
  let run: Promise<void> | undefined;
  const sendAll = async () => {
    shown.isSent();
    await runInBulk({
      items: flows,
      perform: (flow) => deleteFlow(client, flow),
      signal: new AbortController().signal,
      onOutcome: ({ id }, outcome) => outcomes.set(id, outcome),
    });
    await client.invalidateQueries({ queryKey: flowQueries.lists() });
    const failed = flows.filter(({ id }) => outcomes.get(id)?.type !== "done");
    if (failed.length === 0) return shown.isDone();
    shown.close();
    reportFailures(client, failed, what, outcomes);
  };
  for (const flow of flows)
    pendingDeletionScheduler.schedule({
      kind: "flow",
      ids: [flow.id],
      version: nameVersion(getNewestVersionWrittenByPage(flow)),
      // The undo periods of all flows end at the same time; the first that ends sends all deletions.
      send: () => (run ??= sendAll()),
      sendOnExit: () => {
        shown.close();
        deleteFlowOnPageExit(flow);
      },
      onUndo: () => {
        if (isUndone) return;
        isUndone = true;
        undo();
        shown.close();
        announceToScreenReaders(`Restored ${what}.`);
        onUndone();
      },
    });
}

function reportFailures(
  client: QueryClient,
  failed: readonly FlowListItem[],
  what: string,
  outcomes: ReadonlyMap<string, BulkOutcome<unknown>>,
): void {
  const reasonOf = ({ id }: FlowListItem) => {
    const outcome = outcomes.get(id);
    return outcome?.type === "failed" ? outcome.reason : "Not sent.";
  };
  const [first] = failed;
  const rest = failed.length - 1;
  const detail = first ? `${quoteName(first.name)}: ${reasonOf(first)}` : "";
  const more = rest > 0 ? ` And ${formatCount(rest, "more flow")}. Their rows are back in the list.` : "";
  const isStale = ({ id }: FlowListItem) => {
    const outcome = outcomes.get(id);
    return outcome?.type === "failed" && outcome.isStale;
  };
  const repeatable = failed.filter((flow) => !isStale(flow));
  toasts.show({
    text: `Couldn’t delete ${formatNumber(failed.length)} of ${what}. ${detail}${more}`,
    tone: "danger",
    durationMs: FAILURE_TOAST_MS,
    ...(repeatable.length > 0 && {
      action: {
        label: "Retry",
        run: () => deleteFlowsAfterUndoPeriod(client, repeatable, () => undefined),
      },
    }),
  });
}

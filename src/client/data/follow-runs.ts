import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { BatchState } from "#contract/run.ts";
import { isActiveBatch, withProgress } from "./batch-progress.ts";
import { type LiveEvent, liveEvents } from "./live-events.ts";
import { RefreshPace, type Sight, pageSight } from "./refresh-pace.ts";
import { runQueries } from "./run-queries.ts";

/**
 * Keeps what is read of a flow's runs as the server's events say it is: counts at once, by the events themselves, and what
 * they do not say by reading it again when a batch is new or has ended. Returns what ends it.
 */
export function followRuns(client: QueryClient, flowId: string, sight: Sight = pageSight): () => void {
  const pace = new RefreshPace(
    () => client.invalidateQueries({ queryKey: runQueries.ofFlow(flowId) }),
    sight,
  );
  const hear = (event: LiveEvent) => {
    if (event.type === "resync") pace.ask();
    if (event.type !== "batch.progress" || event.flowId !== flowId) return;
    const batchKey = runQueries.batch(flowId, event.id, { hasEvents: true }).queryKey;
    const listKey = runQueries.batches(flowId, { hasEvents: true }).queryKey;
    const list = client.getQueryData(listKey);
    const isListed = list?.pages.some(({ data }) => data.some((batch) => isOf(batch, event.id))) ?? true;
    client.setQueryData(batchKey, (batch) => batch && withProgress(batch, event));
    client.setQueryData(
      listKey,
      (pages) =>
        pages && mapBatches(pages, (batch) => (isOf(batch, event.id) ? withProgress(batch, event) : batch)),
    );
    if (!isListed || !isActiveBatch(event.status)) pace.ask();
  };
  const leave = liveEvents.subscribe(hear);
  return () => {
    leave();
    pace.stop();
  };
}

const isOf = (batch: BatchState, id: string) => batch.batchExecutionId === id;

function mapBatches<Page extends { readonly data: BatchState[] }, Param>(
  list: InfiniteData<Page, Param>,
  change: (batch: BatchState) => BatchState,
): InfiniteData<Page, Param> {
  return { ...list, pages: list.pages.map((page) => ({ ...page, data: page.data.map(change) })) };
}

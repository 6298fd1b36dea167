import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { BatchState } from "#contract/run.ts";
import { isActiveBatchStatus } from "#contract/is-active-batch.ts";
import { applyProgressEventToBatch } from "#client/data/queries/batch-progress.ts";
import { type ServerChangeOrResyncEvent, liveEventEmitter } from "./live-events.ts";
import { RefreshThrottle, type TabVisibilityObserver, pageVisibilityObserver } from "./refresh-throttle.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";

/** Refetches the runs when a batch starts or ends. Returns the unsubscribe function. */
export function subscribeCachedRuns(
  client: QueryClient,
  flowId: string,
  visibility: TabVisibilityObserver = pageVisibilityObserver,
): () => void {
  const throttle = new RefreshThrottle(
    () => client.invalidateQueries({ queryKey: flowRunQueries.ofFlow(flowId) }),
    visibility,
  );
  const hear = (event: ServerChangeOrResyncEvent) => {
    if (event.type === "resync") throttle.ask();
    if (event.type !== "batch.progress" || event.flowId !== flowId) return;
    const batchKey = flowRunQueries.batch(flowId, event.id, { hasEvents: true }).queryKey;
    const listKey = flowRunQueries.batches(flowId, { hasEvents: true }).queryKey;
    const list = client.getQueryData(listKey);
    const isListed = list?.pages.some(({ data }) => data.some((batch) => isOf(batch, event.id))) ?? true;
    client.setQueryData(batchKey, (batch) => batch && applyProgressEventToBatch(batch, event));
    client.setQueryData(
      listKey,
      (pages) =>
        pages &&
        mapBatches(pages, (batch) =>
          isOf(batch, event.id) ? applyProgressEventToBatch(batch, event) : batch,
        ),
    );
    if (!isListed || !isActiveBatchStatus(event.status)) throttle.ask();
  };
  const unsubscribe = liveEventEmitter.subscribe(hear);
  return () => {
    unsubscribe();
    throttle.stop();
  };
}

const isOf = (batch: BatchState, id: string) => batch.batchExecutionId === id;

function mapBatches<Page extends { readonly data: BatchState[] }, Param>(
  list: InfiniteData<Page, Param>,
  change: (batch: BatchState) => BatchState,
): InfiniteData<Page, Param> {
  return { ...list, pages: list.pages.map((page) => ({ ...page, data: page.data.map(change) })) };
}

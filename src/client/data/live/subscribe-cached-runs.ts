import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";
import type { BatchState } from "#contract/run.ts";
import type { EndpointResponseBody } from "#client/data/api/call-endpoint.ts";
import { isActiveBatchStatus } from "#contract/is-active-batch.ts";
import { applyProgressEventToBatch } from "#client/data/queries/batch-progress.ts";
import { type ServerChangeOrResyncEvent, liveEventEmitter } from "./live-events.ts";
import { RefreshThrottle, type TabVisibilityObserver, pageVisibilityObserver } from "./refresh-throttle.ts";
import { hasRunFilter } from "#client/data/queries/run-filters.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";

/** Refetches the runs of a flow, or of all, when a run starts or ends. Returns the unsubscribe function. */
export function subscribeCachedRuns(
  client: QueryClient,
  flowId: string | undefined,
  visibility: TabVisibilityObserver = pageVisibilityObserver,
): () => void {
  const throttle = new RefreshThrottle(
    () => client.invalidateQueries({ queryKey: flowRunQueries.all() }),
    visibility,
  );
  const hear = (event: ServerChangeOrResyncEvent) => {
    if (event.type === "resync") throttle.ask();
    if (event.type !== "batch.progress") return;
    if (event.flowId === null || (flowId !== undefined && event.flowId !== flowId)) return;
    const batchKey = flowRunQueries.batch(flowId, event.id, { hasEvents: true }).queryKey;
    client.setQueryData(batchKey, (batch) => batch && applyProgressEventToBatch(batch, event));
    let isListed = true;
    for (const [key, list] of client.getQueriesData<BatchPages>({ queryKey: flowRunQueries.lists(flowId) })) {
      if (!list) continue;
      // A narrowed list lacks most runs: it is read again only when one starts or ends.
      if (!isNarrowed(key))
        isListed &&= list.pages.some(({ data }) => data.some((batch) => isOf(batch, event.id)));
      client.setQueryData(
        key,
        mapBatches(list, (batch) =>
          isOf(batch, event.id) ? applyProgressEventToBatch(batch, event) : batch,
        ),
      );
    }
    if (!isListed || event.status === "scheduled" || !isActiveBatchStatus(event.status)) throttle.ask();
  };
  const unsubscribe = liveEventEmitter.subscribe(hear);
  return () => {
    unsubscribe();
    throttle.stop();
  };
}

const isNarrowed = (key: QueryKey) => hasRunFilter(key.at(-1) ?? {});

const isOf = (batch: BatchState, id: string) => batch.batchExecutionId === id;

type BatchPages = InfiniteData<EndpointResponseBody<"listBatches">, string>;

function mapBatches(list: BatchPages, change: (batch: BatchState) => BatchState): BatchPages {
  return { ...list, pages: list.pages.map((page) => ({ ...page, data: page.data.map(change) })) };
}

import { useNavigate } from "@tanstack/react-router";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo, useRef } from "react";
import { mergeBatchRecords } from "#contract/merge-batch-records.ts";
import type { BatchRecord } from "#contract/run.ts";
import type { RecordRunStatus } from "#contract/run-statuses.ts";
import { offersFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { fetchBatchRecordsPage, flowRunQueries } from "#client/data/queries/run-queries.ts";
import { type InfiniteQueryRows, toInfiniteQueryRows } from "#client/data/queries/infinite-query-rows.ts";
import { useRunLinks } from "#client/flow/runs/run-place.ts";
import { type BatchSearchParams, parseBatchSearchParams } from "./batch-search-params.ts";

export interface BatchPageNavigation {
  readonly showRecord: (record: string | undefined) => void;
  readonly showStatus: (status: BatchSearchParams["status"]) => void;
  readonly showResult: (result: string | undefined) => void;
}

export function useBatchPageNavigation(batchId: string, now: BatchSearchParams): BatchPageNavigation {
  const navigate = useNavigate();
  const { toRun } = useRunLinks();
  const go = (search: Partial<Record<keyof BatchSearchParams, string | undefined>>, replace: boolean) =>
    void navigate({ ...toRun(batchId, parseBatchSearchParams(search)), replace });
  const { status, record: opened } = now;
  return {
    // Back then closes the record instead of showing the previous one.
    showRecord: (record) => go({ status, record }, record !== undefined && opened !== undefined),
    showStatus: (next) => go({ status: next }, true),
    showResult: (result) => go({ status, record: opened, result }, true),
  };
}

export interface BatchRecordRow {
  readonly id: string;
  readonly record: BatchRecord;
}

export type LoadedBatchRecords = InfiniteQueryRows<BatchRecordRow> & {
  /** Whether the records are derived from their step results, in the order in which the steps ended. */
  readonly isDerived: boolean;
  /** Sets the range of visible rows; only their pages are refetched while the run is active. */
  readonly noteSeen: (first: number, last: number) => void;
};

const REFRESH_MS = 2000;

interface BatchRecordsView {
  readonly status: RecordRunStatus | undefined;
  readonly isLive: boolean;
  readonly processedRecords: number;
}

/** While the run is active, refetches only the visible pages, of which there may be a thousand. */
export function useBatchRecords(
  flowId: string,
  batchId: string,
  { status, isLive, processedRecords }: BatchRecordsView,
): LoadedBatchRecords {
  const client = useQueryClient();
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isDerived = server !== undefined && !offersFeature(server, "flowRuns");
  const options = flowRunQueries.records(flowId, batchId, status);
  const query = useInfiniteQuery(options);
  const pages = query.data?.pages;
  const rows = useMemo(
    () =>
      mergeBatchRecords(pages?.flatMap(({ data }) => data) ?? []).map((record) => ({
        id: record.recordId,
        record,
      })),
    [pages],
  );
  const seen = useRef({ first: 0, last: 0 });

  const refresh = useEffectEvent(async () => {
    const cached = client.getQueryData(options.queryKey);
    if (!cached || query.isFetching || document.visibilityState === "hidden") return;
    let start = 0;
    for (const [index, { data }] of cached.pages.entries()) {
      const end = start + data.length;
      // Treats an empty page as visible, so that a refetch shows records that were added to the page.
      // Only the last page of derived records changes, because they are in the order in which steps ended.
      const isLast = index === cached.pages.length - 1;
      if (isDerived ? isLast : end >= seen.current.first && start <= seen.current.last) {
        const param: unknown = cached.pageParams[index];
        const cursor = typeof param === "string" ? param : "";
        const page = await fetchBatchRecordsPage(client, { flowId, batchId, status, cursor });
        client.setQueryData(options.queryKey, (now) => {
          if (now?.pageParams[index] !== cursor) return now;
          return { ...now, pages: now.pages.with(index, page) };
        });
      }
      start = end;
    }
  });
  // Polls the visible pages, because change events do not say which record has ended. Each request for derived records
  // may count against a limit of an API, so a page is read again only when the batch has progressed.
  const progress = isDerived ? processedRecords : 0;
  useEffect(() => {
    if (progress > 0) void refresh().catch(() => undefined);
    if (!isLive || isDerived) return;
    // Ignores a failed refetch: the next interval retries, and the query of the batch reports an unreachable server.
    const timer = setInterval(() => void refresh().catch(() => undefined), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isLive, isDerived, progress]);

  return {
    ...toInfiniteQueryRows(query, rows),
    isDerived,
    noteSeen: (first, last) => {
      seen.current = { first, last };
    },
  };
}

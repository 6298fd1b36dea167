import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo, useRef } from "react";
import type { BatchRecord, RecordRunStatus } from "#contract/run.ts";
import { readBatchRecords, runQueries } from "#client/data/run-queries.ts";
import { type ReadRows, toReadRows, withoutRepeats } from "#client/features/flow-editor/read-rows.ts";

export interface RecordRow {
  readonly id: string;
  readonly record: BatchRecord;
}

export type BatchRecords = ReadRows<RecordRow> & {
  /** What is in sight, to be kept as the server has it while the batch runs. */
  readonly noteSeen: (first: number, last: number) => void;
};

const REFRESH_MS = 2000;

/**
 * The records of a batch with what became of each, as far as they have been read. While it runs, only the pages in sight are
 * read again and again: there may be a thousand more.
 */
export function useBatchRecords(
  flowId: string,
  batchId: string,
  { status, isLive }: { readonly status: RecordRunStatus | undefined; readonly isLive: boolean },
): BatchRecords {
  const client = useQueryClient();
  const options = runQueries.records(flowId, batchId, status);
  const query = useInfiniteQuery(options);
  const pages = query.data?.pages;
  const rows = useMemo(
    () =>
      withoutRepeats(
        pages?.flatMap(({ data }) => data.map((record) => ({ id: record.recordId, record }))) ?? [],
      ),
    [pages],
  );
  const seen = useRef({ first: 0, last: 0 });

  const refresh = useEffectEvent(async () => {
    const known = client.getQueryData(options.queryKey);
    if (!known || query.isFetching || document.visibilityState === "hidden") return;
    let start = 0;
    for (const [index, { data }] of known.pages.entries()) {
      const end = start + data.length;
      // An empty page is in sight as well: there is nothing else.
      if (end >= seen.current.first && start <= seen.current.last) {
        const param: unknown = known.pageParams[index];
        const cursor = typeof param === "string" ? param : "";
        const page = await readBatchRecords(batchId, { status, cursor });
        client.setQueryData(options.queryKey, (now) => {
          if (now?.pageParams[index] !== cursor) return now;
          return { ...now, pages: now.pages.with(index, page) };
        });
      }
      start = end;
    }
  });
  // The server tells that a record has ended, but not which.
  useEffect(() => {
    if (!isLive) return;
    // A read that fails now is made again soon; whether the server is there at all, the batch itself tells.
    const timer = setInterval(() => void refresh().catch(() => undefined), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isLive]);

  return {
    ...toReadRows(query, rows),
    noteSeen: (first, last) => {
      seen.current = { first, last };
    },
  };
}

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { BatchState } from "#contract/run.ts";
import { runQueries } from "#client/data/run-queries.ts";
import { type ReadRows, toReadRows, withoutRepeats } from "#client/features/flow-editor/read-rows.ts";

export interface BatchRow {
  readonly id: string;
  readonly batch: BatchState;
}

/** The batches of a flow, newest first, as far as they have been read. */
export function useBatches(flowId: string, hasEvents: boolean): ReadRows<BatchRow> {
  const query = useInfiniteQuery(runQueries.batches(flowId, { hasEvents }));
  const pages = query.data?.pages;
  const rows = useMemo(
    () =>
      withoutRepeats(
        pages?.flatMap(({ data }) => data.map((batch) => ({ id: batch.batchExecutionId, batch }))) ?? [],
      ),
    [pages],
  );
  return toReadRows(query, rows);
}

import { queryOptions } from "@tanstack/react-query";
import type { BatchState } from "#contract/run.ts";
import type { RetryVersion } from "#contract/run-statuses.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import type { RunFilters } from "./run-filters.ts";
import { buildRunListQuery, flowRunQueries } from "./run-queries.ts";

/** Maximum number of runs that one action retries. */
const MAX_RETRIED_RUNS = 500;

interface RetriedRun {
  readonly flowId: string;
  readonly batchId: string;
  /** A record of the run, if only that one is retried. */
  readonly recordId: string | undefined;
}

export const retryQueries = {
  /** Not kept: the saved draft may change, and results may expire. */
  options: ({ flowId, batchId, recordId }: RetriedRun, version: RetryVersion) =>
    queryOptions({
      queryKey: [
        ...flowRunQueries.ofFlow(flowId),
        "retry-options",
        batchId,
        recordId ?? "",
        version,
      ] as const,
      queryFn: ({ signal }) =>
        callEndpoint("getRetryOptions", { params: { id: batchId }, query: { version, recordId }, signal }),
      gcTime: 0,
    }),

  /** Not read again with the other runs: the retries that are started must not change what is retried. */
  failed: (flowId: string | undefined, filters: RunFilters) =>
    queryOptions({
      queryKey: ["runs-to-retry", flowId ?? "", filters] as const,
      queryFn: ({ signal }) => readFailedRuns(flowId, filters, { limit: MAX_RETRIED_RUNS, signal }),
      gcTime: 0,
      staleTime: "static",
    }),
};

/** Reads failed runs that match the filters, newest first, until there are `limit` of them. */
async function readFailedRuns(
  flowId: string | undefined,
  filters: RunFilters,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<{ readonly runs: readonly BatchState[]; readonly hasMore: boolean }> {
  const runs: BatchState[] = [];
  let cursor = "";
  for (;;) {
    const query = { ...buildRunListQuery(flowId, { ...filters, outcome: "failed" }), cursor };
    const { data, pagination } = await callEndpoint("listBatches", { query, signal });
    runs.push(...data);
    const isRepeated = pagination.nextCursor === cursor;
    cursor = pagination.nextCursor ?? "";
    const hasMore = pagination.hasMore && cursor !== "" && !isRepeated;
    if (!hasMore || runs.length >= limit)
      return { runs: runs.slice(0, limit), hasMore: hasMore || runs.length > limit };
  }
}

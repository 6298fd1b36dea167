import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { BatchState, RecordRunStatus, StepResult } from "#contract/run.ts";
import { isActiveBatch } from "./batch-progress.ts";
import { callEndpoint } from "./call-endpoint.ts";
import { RESULT_AGES, type StepResultFilters } from "./result-filters.ts";

const PAGE = 100;
const HOUR_MS = 3_600_000;

/** While a batch is active, in milliseconds; where events tell of it, only in case that one gets lost. */
const POLL_MS = { alone: 2000, withEvents: 10_000 } as const;

interface Hearing {
  readonly hasEvents: boolean;
}

function findPollTime(batches: readonly BatchState[], hasEvents: boolean): number | false {
  if (!batches.some(({ status }) => isActiveBatch(status))) return false;
  return POLL_MS[hasEvents ? "withEvents" : "alone"];
}

/** Runs of flows and what came of them. */
export const runQueries = {
  all: () => ["runs"] as const,
  ofFlow: (flowId: string) => [...runQueries.all(), flowId] as const,

  /** The batches of a flow, newest first. */
  batches: (flowId: string, { hasEvents }: Hearing) =>
    infiniteQueryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "batches"] as const,
      queryFn: ({ pageParam, signal }) =>
        callEndpoint("listBatches", { query: { flowId, limit: String(PAGE), cursor: pageParam }, signal }),
      initialPageParam: "",
      getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
      refetchInterval: ({ state }) =>
        findPollTime(state.data?.pages.flatMap(({ data }) => data) ?? [], hasEvents),
    }),

  /** Null where it never ran. */
  newestBatch: (flowId: string) =>
    queryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "newest"] as const,
      queryFn: async ({ signal }) => (await readNewestBatch(flowId, signal)) ?? null,
    }),

  batch: (flowId: string, batchId: string, { hasEvents }: Hearing) =>
    queryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "batch", batchId] as const,
      queryFn: ({ signal }) => callEndpoint("getBatch", { params: { id: batchId }, signal }),
      refetchInterval: ({ state }) => findPollTime(state.data ? [state.data] : [], hasEvents),
    }),

  /** The records of a batch, in the order that they are taken on. */
  records: (flowId: string, batchId: string, status: RecordRunStatus | undefined) =>
    infiniteQueryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "records", batchId, status ?? "any"] as const,
      queryFn: ({ pageParam, signal }) => readBatchRecords(batchId, { status, cursor: pageParam }, signal),
      initialPageParam: "",
      getNextPageParam: ({ pagination }) => pagination.nextCursor ?? undefined,
    }),

  /** The steps that a record went through in a batch. */
  recordSteps: (flowId: string, batchId: string, recordId: string) =>
    queryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "record-steps", batchId, recordId] as const,
      queryFn: ({ signal }) =>
        callEndpoint("listBatchRecordSteps", { params: { batchId, recordId }, signal }),
    }),

  stepResults: (flowId: string, filters: StepResultFilters) =>
    infiniteQueryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "step-results", filters] as const,
      queryFn: ({ pageParam, signal }) => {
        const { age, ...query } = filters;
        const from = age === undefined ? "" : new Date(Date.now() - RESULT_AGES[age] * HOUR_MS).toISOString();
        return callEndpoint("listStepResults", {
          params: { id: flowId },
          query: { ...query, from, limit: String(PAGE), offset: String(pageParam) },
          signal,
        });
      },
      initialPageParam: 0,
      getNextPageParam: ({ pagination: { hasMore, offset, returned } }) =>
        hasMore && returned > 0 ? offset + returned : undefined,
    }),

  /** All that is known of one execution, in the order of its steps. */
  execution: (flowId: string, executionId: string) =>
    queryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "execution", executionId] as const,
      queryFn: async ({ signal }) => {
        const steps: StepResult[] = [];
        for (let isMore = true; isMore;) {
          const { data, pagination } = await callEndpoint("listStepResults", {
            params: { id: flowId },
            query: {
              executionId,
              sortBy: "order",
              sortOrder: "asc",
              limit: String(PAGE),
              offset: String(steps.length),
            },
            signal,
          });
          steps.push(...data);
          isMore = pagination.hasMore && data.length > 0;
        }
        return { data: steps };
      },
    }),

  /** The whole output of one step; it never changes. */
  output: (resultId: string) =>
    queryOptions({
      queryKey: [...runQueries.all(), "output", resultId] as const,
      queryFn: ({ signal }) => callEndpoint("getStepOutput", { params: { id: resultId }, signal }),
      staleTime: "static",
      structuralSharing: false,
    }),

  lastStepRuns: (flowId: string) =>
    queryOptions({
      queryKey: [...runQueries.ofFlow(flowId), "last-steps"] as const,
      queryFn: ({ signal }) => callEndpoint("listLastStepRuns", { params: { id: flowId }, signal }),
    }),
};

export async function readNewestBatch(flowId: string, signal?: AbortSignal) {
  const { data } = await callEndpoint("listBatches", { query: { flowId, limit: "1" }, signal });
  return data[0];
}

export function readBatchRecords(
  batchId: string,
  { status, cursor }: { readonly status?: RecordRunStatus | undefined; readonly cursor: string },
  signal?: AbortSignal,
) {
  const query = { status, cursor, limit: String(PAGE) };
  return callEndpoint("listBatchRecords", { params: { id: batchId }, query, signal });
}

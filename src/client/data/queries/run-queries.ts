import {
  type QueryClient,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useQuery,
} from "@tanstack/react-query";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import type { BatchRecord, BatchState, StepResult } from "#contract/run.ts";
import type { RunHealthDays } from "#contract/run-health.ts";
import type { RecordRunStatus } from "#contract/run-statuses.ts";
import { callApiFeature, isFlowThere } from "./api-features.ts";
import {
  type EndpointCallInput,
  type EndpointResponseBody,
  callEndpoint,
} from "#client/data/api/call-endpoint.ts";
import { canUseFeature, offersFeature, serverCapabilityQueries } from "./capability-queries.ts";
import { createNextCursorReader, hasNoNewRow, listRowIds } from "./list-pages.ts";
import { readAllOffsetPages } from "#core/read-all-pages.ts";
import { mustWaitBeforeRetry } from "./read-retries.ts";
import {
  MAX_STEP_RESULT_AGE_HOURS,
  type StepResultAgeFilter,
  type StepResultFilters,
} from "./result-filters.ts";
import type { RunFilters } from "./run-filters.ts";

const PAGE_SIZE = 100;
const FIRST_RESULTS = { offset: 0, cursor: "" };
const HOUR_MS = 3_600_000;

/** `withEvents`: events replace most reads. Otherwise grows with the number of reads from `first` to `last`. */
const POLL_MS = { first: 2000, last: 20_000, withEvents: 10_000, afterError: 10_000 } as const;

/** Maximum number of polls, which take more than an hour: a batch may never end. */
const MAX_POLLS = 300;

interface PolledState {
  readonly dataUpdateCount: number;
  readonly errorUpdateCount: number;
  readonly error: Error | null;
}

/**
 * For requests about a batch. A 404 may mean that the batch is missing, so it says nothing about the endpoint; and the
 * server may have the batch although the API lacks the endpoint, because it was started through this server.
 */
const ABOUT_BATCH = { isSubjectThere: async () => false, hasOtherSource: true } as const;

/** For requests that a server before another API answers from step results, whose endpoint names only the flow. */
const aboutBatchOf = (flowId: string) => ({
  isSubjectThere: () => isFlowThere(flowId),
  hasOtherSource: true,
});

/** For a read of several requests to an API that may delay each by ten seconds. */
const DERIVED_TIME_LIMIT_MS = 120_000;

function timeLimitFor(client: QueryClient): { readonly timeLimitMs?: number } {
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  return offersFeature(server, "flowRuns") ? {} : { timeLimitMs: DERIVED_TIME_LIMIT_MS };
}

/** Whether the server reports the progress of runs by events. Those of a server before another API are about flows only. */
export function useHasRunEvents(): boolean {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  return offersFeature(server, "events") && offersFeature(server, "liveRuns");
}

function toStartOfAge(age: StepResultAgeFilter): string {
  return new Date(Date.now() - MAX_STEP_RESULT_AGE_HOURS[age] * HOUR_MS).toISOString();
}

export function buildRunListQuery(flowId: string | undefined, { outcome, by, age, flow, tag }: RunFilters) {
  const from = age && toStartOfAge(age);
  return { flowId: flowId ?? flow, tag, outcome, startCause: by, from, limit: String(PAGE_SIZE) };
}

interface EventSupport {
  readonly hasEvents: boolean;
}

function findPollTime(
  state: PolledState,
  batches: readonly BatchState[],
  hasEvents: boolean,
): number | false {
  const delay = batches.some(isActiveBatch) && findPollDelay(state);
  return delay && (hasEvents ? POLL_MS.withEvents : delay);
}

/** Grows with the number of reads, also failed ones, because each request to a connected API may count against a limit. */
function findPollDelay({ dataUpdateCount, errorUpdateCount, error }: PolledState): number | false {
  const reads = dataUpdateCount + errorUpdateCount;
  if (reads > MAX_POLLS || mustWaitBeforeRetry(error)) return false;
  const first = error ? POLL_MS.afterError : POLL_MS.first;
  return Math.min(Math.max(first, POLL_MS.first * (reads / 10)), POLL_MS.last);
}

const getBatchRecordRowId = ({ recordId, partId }: BatchRecord) => partId ?? recordId;

export const flowRunQueries = {
  all: () => ["runs"] as const,
  ofFlow: (flowId: string) => [...flowRunQueries.all(), flowId] as const,

  /** The lists of runs of a flow, narrowed in any way; without a flow, those of all flows. */
  lists: (flowId: string | undefined) =>
    [...(flowId === undefined ? flowRunQueries.all() : flowRunQueries.ofFlow(flowId)), "batches"] as const,

  batches: (flowId: string | undefined, filters: RunFilters, { hasEvents }: EventSupport) =>
    infiniteQueryOptions({
      queryKey: [...flowRunQueries.lists(flowId), filters] as const,
      queryFn: ({ client, pageParam, signal }) => {
        const query = { ...buildRunListQuery(flowId, filters), cursor: pageParam };
        const request = { query, signal, ...timeLimitFor(client) };
        return callApiFeature(client, "batches", () => callEndpoint("listBatches", request), {
          isSubjectThere: () => (flowId === undefined ? Promise.resolve(false) : isFlowThere(flowId)),
        });
      },
      initialPageParam: "",
      getNextPageParam: createNextCursorReader<EndpointResponseBody<"listBatches">>(({ data }) =>
        data.map((batch) => batch.batchExecutionId),
      ),
      refetchInterval: ({ state }) =>
        findPollTime(state, state.data?.pages.flatMap(({ data }) => data) ?? [], hasEvents),
    }),

  newestBatch: (flowId: string) =>
    queryOptions({
      queryKey: [...flowRunQueries.ofFlow(flowId), "newest"] as const,
      queryFn: async ({ signal }) => {
        const { data } = await callEndpoint("listBatches", { query: { flowId, limit: "1" }, signal });
        return data[0] ?? null;
      },
    }),

  /** `flowId`: undefined where only the run's id is known, which is not enough for a connected API. */
  batch: (flowId: string | undefined, batchId: string, { hasEvents }: EventSupport) =>
    queryOptions({
      queryKey: [...flowRunQueries.all(), "batch", batchId] as const,
      queryFn: ({ client, signal }) => {
        const request = { params: { id: batchId }, query: { flowId }, signal, ...timeLimitFor(client) };
        return callApiFeature(client, "batches", () => callEndpoint("getBatch", request), ABOUT_BATCH);
      },
      refetchInterval: ({ state }) => findPollTime(state, state.data ? [state.data] : [], hasEvents),
    }),

  records: (flowId: string, batchId: string, status: RecordRunStatus | undefined) =>
    infiniteQueryOptions({
      queryKey: [...flowRunQueries.ofFlow(flowId), "records", batchId, status ?? "any"] as const,
      queryFn: ({ client, pageParam, signal }) =>
        fetchBatchRecordsPage(client, { flowId, batchId, status, cursor: pageParam }, signal),
      initialPageParam: "",
      getNextPageParam: createNextCursorReader<EndpointResponseBody<"listBatchRecords">>(({ data }) =>
        data.map(getBatchRecordRowId),
      ),
    }),

  /** Read again until there are steps: they are stored only when the record is done. */
  recordSteps: (
    flowId: string,
    batchId: string,
    recordId: string,
    { isBatchActive }: { readonly isBatchActive: boolean },
  ) =>
    queryOptions({
      queryKey: [...flowRunQueries.ofFlow(flowId), "record-steps", batchId, recordId] as const,
      queryFn: ({ client, signal }) => {
        const request = { params: { batchId, recordId }, query: { flowId }, signal, ...timeLimitFor(client) };
        const read = () => callEndpoint("listBatchRecordSteps", request);
        return callApiFeature(client, "stepResults", read, aboutBatchOf(flowId));
      },
      refetchInterval: ({ state }) => isBatchActive && state.data?.data.length === 0 && findPollDelay(state),
    }),

  stepResults: (flowId: string, filters: StepResultFilters) =>
    infiniteQueryOptions({
      queryKey: [...flowRunQueries.ofFlow(flowId), "step-results", filters] as const,
      queryFn: ({ client, pageParam, signal }) => {
        const { age, ...narrowing } = filters;
        const from = age === undefined ? "" : toStartOfAge(age);
        const place = pageParam.cursor ? { cursor: pageParam.cursor } : { offset: String(pageParam.offset) };
        const query = { ...narrowing, from, limit: String(PAGE_SIZE), ...place };
        return fetchStepResults(client, flowId, query, signal);
      },
      initialPageParam: FIRST_RESULTS,
      // Returns the offset too, because the hosted API has no cursors.
      getNextPageParam: (page, pages, { offset, cursor }) => {
        const { hasMore, returned, nextCursor } = page.pagination;
        if (!hasMore || nextCursor === cursor || hasNoNewRow(page, pages, listRowIds)) return undefined;
        return { offset: offset + returned, cursor: nextCursor ?? "" };
      },
    }),

  execution: (flowId: string, executionId: string) =>
    queryOptions({
      queryKey: [...flowRunQueries.ofFlow(flowId), "execution", executionId] as const,
      queryFn: async ({ client, signal }) => {
        const order = { sortBy: "order", sortOrder: "asc" } as const;
        const data: StepResult[] = [];
        for await (const page of readAllOffsetPages((offset) => {
          const query = { executionId, ...order, limit: String(PAGE_SIZE), offset };
          return fetchStepResults(client, flowId, query, signal);
        }))
          data.push(...page);
        return { data };
      },
    }),

  /** Figures of the last days, by the days of the browser's time zone. */
  health: (flowId: string, days: RunHealthDays) =>
    queryOptions({
      queryKey: [...flowRunQueries.ofFlow(flowId), "health", days] as const,
      queryFn: ({ signal }) => {
        const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
        return callEndpoint("getRunHealth", { params: { id: flowId }, query: { days, timeZone }, signal });
      },
      placeholderData: keepPreviousData,
    }),

  /** Queries the full output of a step, which never changes. */
  output: (resultId: string) =>
    queryOptions({
      queryKey: [...flowRunQueries.all(), "output", resultId] as const,
      queryFn: ({ signal }) => callEndpoint("getStepOutput", { params: { id: resultId }, signal }),
      staleTime: "static",
      structuralSharing: false,
    }),

  lastStepRuns: (flowId: string) =>
    queryOptions({
      queryKey: [...flowRunQueries.ofFlow(flowId), "last-steps"] as const,
      queryFn: ({ client, signal }) => {
        const read = () => callEndpoint("listLastStepRuns", { params: { id: flowId }, signal });
        return callApiFeature(client, "stepResults", read, { isSubjectThere: () => isFlowThere(flowId) });
      },
    }),
};

/** Reads a list of runs while the code of its page loads, unless the server has none. */
export async function loadRuns(client: QueryClient, flowId: string | undefined, filters: RunFilters) {
  const server = await client.query(serverCapabilityQueries.current());
  if (flowId === undefined && !canUseFeature(server, "allRuns")) return;
  await client.infiniteQuery(flowRunQueries.batches(flowId, filters, { hasEvents: false }));
}

function fetchStepResults(
  client: QueryClient,
  flowId: string,
  query: EndpointCallInput<"listStepResults">["query"],
  signal: AbortSignal,
) {
  const request = { params: { id: flowId }, query, signal, ...timeLimitFor(client) };
  const read = () => callEndpoint("listStepResults", request);
  return callApiFeature(client, "stepResults", read, { isSubjectThere: () => isFlowThere(flowId) });
}

interface BatchRecordsPageRequest {
  readonly flowId: string;
  readonly batchId: string;
  readonly status: RecordRunStatus | undefined;
  readonly cursor: string;
}

export async function fetchBatchRecordsPage(
  client: QueryClient,
  { flowId, batchId, status, cursor }: BatchRecordsPageRequest,
  signal?: AbortSignal,
) {
  const query = { flowId, status, cursor, limit: String(PAGE_SIZE) };
  const read = () => callEndpoint("listBatchRecords", { params: { id: batchId }, query, signal });
  return callApiFeature(client, "stepResults", read, aboutBatchOf(flowId));
}

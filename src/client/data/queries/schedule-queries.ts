import { type QueryClient, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Schedule, ScheduleRun } from "#contract/schedule.ts";
import { readAllPages } from "#core/read-all-pages.ts";
import {
  type EndpointCallInput,
  type EndpointResponseBody,
  callEndpoint,
} from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "./api-features.ts";
import { offersFeature, serverCapabilityQueries } from "./capability-queries.ts";
import { createNextCursorReader, listRowIds } from "./list-pages.ts";
import { mustWaitBeforeRetry } from "./read-retries.ts";
import type { ScheduleFilters } from "./schedule-filters.ts";

const PAGE_SIZE = "100";

/** Without a filter by flow, the schedules of flows are searched in so many. */
const MAX_SEARCHED = 1000;

/** The server lists the run shortly after it was due. */
const RUN_START_MS = 3000;
const POLL_MS = { min: 5000, max: 600_000, overdue: 30_000, active: 20_000 } as const;

/** For requests about one schedule, whose 404 says nothing about the endpoint. */
export const ABOUT_SCHEDULE = { isSubjectThere: async () => false } as const;

export const scheduleQueries = {
  all: () => ["schedules"] as const,

  list: (filters: ScheduleFilters) =>
    infiniteQueryOptions({
      queryKey: [...scheduleQueries.all(), "list", filters] as const,
      queryFn: ({ client, pageParam, signal }) =>
        fetchSchedulePage(client, { ...filters, cursor: pageParam }, signal),
      initialPageParam: "",
      getNextPageParam: createNextCursorReader<EndpointResponseBody<"listSchedules">>(listRowIds),
      refetchInterval: ({ state }) =>
        findRefetchDelay(state.data?.pages.flatMap(({ data }) => data) ?? [], state.error),
    }),

  ofFlows: (flowIds: readonly string[]) =>
    queryOptions({
      queryKey: [...scheduleQueries.all(), "of flows", flowIds] as const,
      queryFn: async ({ client, signal }): Promise<readonly Schedule[]> => {
        const found: Schedule[] = [];
        const wanted = new Set(flowIds);
        let searched = 0;
        // The filter by one flow is an addition of this server, as its complete lists of runs are.
        const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
        const [flowId] = offersFeature(server, "flowRuns") && flowIds.length === 1 ? flowIds : [];
        const filter = flowId === undefined ? {} : { flowId };
        const read = (cursor: string) => fetchSchedulePage(client, { ...filter, cursor }, signal);
        for await (const { rows } of readAllPages(read, ({ id }: Schedule) => id)) {
          found.push(...rows.filter((schedule) => schedule.flowId !== null && wanted.has(schedule.flowId)));
          searched += rows.length;
          if (searched >= MAX_SEARCHED) break;
        }
        return found;
      },
      refetchInterval: ({ state }) => findRefetchDelay(state.data ?? [], state.error),
    }),

  /** Runs by day of the last seven days, by id of the schedule. */
  sparklines: (ids: readonly string[]) =>
    queryOptions({
      queryKey: [...scheduleQueries.all(), "sparklines", ids] as const,
      queryFn: async ({ client, signal }) => {
        const query = { ids: ids.join(",") };
        const { data } = await callApiFeature(client, "schedules", () =>
          callEndpoint("listScheduleSparklines", { query, signal }),
        );
        return new Map(data.map(({ scheduleId, last7Days }) => [scheduleId, last7Days]));
      },
      enabled: ids.length > 0,
      // `Map` is not compared deeply.
      structuralSharing: false,
    }),

  /** The flows with these ids; null for one that does not exist any more. */
  flows: (ids: readonly string[]) =>
    queryOptions({
      queryKey: [...scheduleQueries.all(), "flows", ids] as const,
      queryFn: async ({ signal }) => {
        const query = { ids: ids.join(","), limit: PAGE_SIZE };
        const { data } = await callEndpoint("listFlows", { query, signal });
        const found = new Map(data.map((flow) => [flow.id, flow]));
        return new Map(ids.map((id) => [id, found.get(id) ?? null]));
      },
      enabled: ids.length > 0,
      structuralSharing: false,
    }),

  /** The newest run of each schedule that has run lately, by id of the schedule. */
  newestRuns: () =>
    queryOptions({
      queryKey: [...scheduleQueries.all(), "newest runs"] as const,
      queryFn: async ({ client, signal }) => {
        const { data } = await callApiFeature(client, "schedules", () =>
          callEndpoint("listAllScheduleRuns", { query: { limit: PAGE_SIZE }, signal }),
        );
        // Later entries replace earlier ones, so the newest run comes last.
        return new Map<string, ScheduleRun>(data.toReversed().map((run) => [run.scheduleId, run]));
      },
      structuralSharing: false,
    }),

  /** Null if the schedule has not run yet. `lastRunAt`: a later run is another query. */
  newestRun: ({ id, lastRunAt }: Pick<Schedule, "id" | "lastRunAt">) =>
    queryOptions({
      queryKey: [...scheduleQueries.all(), "newest run", id, lastRunAt] as const,
      queryFn: async ({ client, signal }) => {
        const send = () => callEndpoint("listScheduleRuns", { params: { id }, signal });
        return (await callApiFeature(client, "schedules", send, ABOUT_SCHEDULE)).data[0] ?? null;
      },
      refetchInterval: ({ state }) =>
        ["queued", "running"].includes(state.data?.status ?? "") && POLL_MS.active,
    }),
};

function fetchSchedulePage(
  client: QueryClient,
  query: NonNullable<EndpointCallInput<"listSchedules">["query"]>,
  signal: AbortSignal,
) {
  return callApiFeature(client, "schedules", () =>
    callEndpoint("listSchedules", { query: { ...query, limit: PAGE_SIZE }, signal }),
  );
}

/** Time in milliseconds until the next schedule is due, when its outcome and next time change. */
export function findRefetchDelay(
  schedules: readonly Schedule[],
  error: Error | null,
  now = Date.now(),
): number | false {
  if (mustWaitBeforeRetry(error)) return false;
  const times = schedules.flatMap(({ enabled, nextRunAt }) => (enabled && nextRunAt ? [nextRunAt] : []));
  if (times.length === 0) return false;
  const next = Math.min(...times.map((time) => Date.parse(time)).filter(Number.isFinite));
  const delay = next - now + RUN_START_MS;
  // The server has not started it yet, or is not running.
  if (delay < -POLL_MS.overdue) return POLL_MS.overdue;
  return Math.min(Math.max(delay, POLL_MS.min), POLL_MS.max);
}

import type { GetRunHealthQuery, RunHealth, RunHealthFigures } from "#contract/run-health.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { createInvalidRequestError, createNotFoundError } from "#server/domain/domain-error.ts";
import { findFlow } from "#server/store/flow-rows.ts";
import { type FlowRunHourRow, listFlowRunHours } from "#server/store/flow-run-hour-rows.ts";
import type { RunServiceDependencies } from "#server/runs/run-service-dependencies.ts";
import { addHistograms, estimateQuantileMs } from "./duration-histogram.ts";
import { type FailureGroups, mergeFailureGroups, parseFailureGroups } from "./failure-groups.ts";

const DAY_MS = 24 * 3_600_000;
const MAX_LISTED_FAILURES = 20;

type CountedHour = Omit<FlowRunHourRow, "organizationId" | "flowId">;

/** Figures of the last days, with today. Reads at most a row for each hour, however much has run. */
export async function readRunHealth(
  { store, now }: Pick<RunServiceDependencies, "store" | "now">,
  caller: Caller,
  flowId: string,
  { days = "7", timeZone = "UTC" }: GetRunHealthQuery,
): Promise<RunHealth> {
  const { organizationId } = caller;
  const formatDate = createDateFormat(timeZone);
  const time = now();
  if (!(await findFlow(store.database, organizationId, flowId))) throw createNotFoundError("Flow not found.");
  const dates = listDates(formatDate(time), Number(days));
  // A day may have an hour more than 24.
  const since = new Date(time - (Number(days) + 1) * DAY_MS);
  const byDate = new Map<string, CountedHour[]>(dates.map((date) => [date, []]));
  for (const hour of await listFlowRunHours(store.database, organizationId, flowId, since))
    byDate.get(formatDate(hour.hour.getTime()))?.push(hour);
  const hours = [...byDate.values()].flat();
  const { groups, others } = summarizeFailures(hours, isScopeGrantedToCaller(caller, "RECORDS:READ"));
  return {
    totals: computeFigures(hours),
    days: [...byDate].map(([date, list]) => ({ date, ...computeFigures(list) })),
    failures: groups.map((group) => ({ ...group })),
    otherFailures: others,
  };
}

/** Returns a function from milliseconds to a date such as “2026-12-01”. Throws 400 for an unknown time zone. */
function createDateFormat(timeZone: string): (time: number) => string {
  try {
    // The Swedish format of dates is that of ISO 8601.
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
    return (time) => format.format(time);
  } catch {
    const message = "Expected a time zone such as Europe/Berlin.";
    throw createInvalidRequestError("The query is not valid.", {
      message,
      path: "timeZone",
      code: "INVALID_FORMAT",
    });
  }
}

/** Lists as many dates, the last one last. */
function listDates(last: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(last) - (count - 1 - index) * DAY_MS).toISOString().slice(0, "2026-12-01".length),
  );
}

function computeFigures(hours: readonly CountedHour[]): RunHealthFigures {
  const sum = (read: (hour: CountedHour) => number | null) =>
    hours.reduce((total, hour) => total + (read(hour) ?? 0), 0);
  const durations = addHistograms(hours.map((hour) => hour.durations));
  const hasTokens = hours.some(({ totalTokens }) => totalTokens !== null);
  const hasCost = hours.some(({ estimatedCost }) => estimatedCost !== null);
  return {
    runs: sum(({ runs }) => runs),
    failedRuns: sum(({ failedRuns }) => failedRuns),
    cancelledRuns: sum(({ cancelledRuns }) => cancelledRuns),
    executions: sum(({ executions }) => executions),
    failedExecutions: sum(({ failedExecutions }) => failedExecutions),
    p50Ms: estimateQuantileMs(durations, 0.5),
    p95Ms: estimateQuantileMs(durations, 0.95),
    totalTokens: hasTokens ? sum(({ totalTokens }) => totalTokens) : null,
    estimatedCost: hasCost ? String(sum(({ estimatedCost }) => Number(estimatedCost))) : null,
  };
}

/** The most frequent failures first. Without their messages, failures of a step are one group. */
function summarizeFailures(hours: readonly CountedHour[], mayReadRecords: boolean): FailureGroups {
  const stored = hours.map(({ failures }) => parseFailureGroups(failures));
  const readable = mayReadRecords
    ? stored
    : stored.map(({ groups, others }) => ({
        groups: groups.map((group) => ({ ...group, message: null })),
        others,
      }));
  const { groups, others } = mergeFailureGroups(readable, Infinity);
  const sorted = groups.toSorted((a, b) => b.count - a.count || (a.lastAt < b.lastAt ? 1 : -1));
  const rest = sorted.slice(MAX_LISTED_FAILURES).reduce((sum, { count }) => sum + count, 0);
  return { groups: sorted.slice(0, MAX_LISTED_FAILURES), others: others + rest };
}

import { useQueries, useQuery } from "@tanstack/react-query";
import type { Schedule } from "#contract/schedule.ts";
import { useHasRunEvents } from "#client/data/queries/run-queries.ts";
import { findRefetchDelay, scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import type { ScheduleDetails } from "./describe-schedule.ts";

/** Reads what a list of schedules does not have; one request of each kind per page of the list. */
export function useScheduleDetails(
  pages: readonly (readonly Schedule[])[],
): (schedule: Schedule) => ScheduleDetails {
  const flows = useQueries({
    queries: pages.map((page) => scheduleQueries.flows(listFlowIds(page))),
  });
  const hasEvents = useHasRunEvents();
  // Events report the end of a run; without them, the values are read again when a run was due.
  const refetchInterval = () => !hasEvents && findRefetchDelay(pages.flat(), null);
  const sparklines = useQueries({
    queries: pages.map((page) => ({
      ...scheduleQueries.sparklines(page.map(({ id }) => id)),
      refetchInterval,
    })),
  });
  const findRun = useNewestRuns(pages.flat(), refetchInterval);
  return ({ id, flowId }) => ({
    flow: flowId === null ? undefined : flows.find(({ data }) => data?.has(flowId))?.data?.get(flowId),
    days: sparklines.find(({ data }) => data?.has(id))?.data?.get(id),
    run: findRun(id),
  });
}

/** Reads the newest runs of all schedules at once. */
export function useNewestRuns(
  schedules: readonly Schedule[],
  refetchInterval?: () => number | false,
): (id: string) => ScheduleDetails["run"] {
  const { data, isError } = useQuery({
    ...scheduleQueries.newestRuns(),
    enabled: schedules.length > 0,
    ...(refetchInterval && { refetchInterval }),
  });
  return (id) => (data || isError ? (data?.get(id) ?? null) : undefined);
}

const listFlowIds = (page: readonly Schedule[]) =>
  [...new Set(page.flatMap(({ flowId }) => (flowId === null ? [] : [flowId])))].toSorted();

import { useQueries, useQuery } from "@tanstack/react-query";
import type { Schedule } from "#contract/schedule.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import type { ScheduleDetails } from "./describe-schedule.ts";

/** Reads what a list of schedules does not have; one request of each kind per page of the list. */
export function useScheduleDetails(
  pages: readonly (readonly Schedule[])[],
): (schedule: Schedule) => ScheduleDetails {
  const flows = useQueries({
    queries: pages.map((page) => scheduleQueries.flows(listFlowIds(page))),
  });
  const sparklines = useQueries({
    queries: pages.map((page) => scheduleQueries.sparklines(page.map(({ id }) => id))),
  });
  const { data: runs } = useQuery({ ...scheduleQueries.newestRuns(), enabled: pages.some(hasRun) });
  return ({ id, flowId }) => ({
    flow: flowId === null ? undefined : flows.find(({ data }) => data?.has(flowId))?.data?.get(flowId),
    days: sparklines.find(({ data }) => data?.has(id))?.data?.get(id),
    run: runs?.get(id),
  });
}

const listFlowIds = (page: readonly Schedule[]) =>
  [...new Set(page.flatMap(({ flowId }) => (flowId === null ? [] : [flowId])))].toSorted();

const hasRun = (page: readonly Schedule[]) => page.some(({ lastRunAt }) => lastRunAt !== null);

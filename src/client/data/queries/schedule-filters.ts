import { pickKnownValue } from "./pick-known-value.ts";

export const SCHEDULE_STATUSES = ["active", "paused"] as const;

/** Filters of the list of schedules, all of them in the URL. */
export interface ScheduleFilters {
  readonly search?: string;
  readonly status?: (typeof SCHEDULE_STATUSES)[number];
}

export interface ScheduleListSearchParams extends ScheduleFilters {
  /** Id of the schedule whose row gets the focus. */
  readonly schedule?: string;
}

export function parseScheduleListSearchParams(params: Record<string, unknown>): ScheduleListSearchParams {
  const { schedule } = params;
  return { ...parseScheduleFilters(params), ...(typeof schedule === "string" && { schedule }) };
}

export function parseScheduleFilters({ search, status }: Record<string, unknown>): ScheduleFilters {
  return {
    ...(typeof search === "string" && search !== "" && { search }),
    ...pickKnownValue("status", SCHEDULE_STATUSES, status),
  };
}

import type { StepResultSortField, StepResultStatus } from "#contract/run-statuses.ts";

export const MAX_STEP_RESULT_AGE_HOURS = { hour: 1, day: 24, week: 168 } as const;
export type StepResultAgeFilter = keyof typeof MAX_STEP_RESULT_AGE_HOURS;

export const FLOW_VERSION_TYPE_FILTERS = ["published", "draft", "test", "virtual"] as const;
export type FlowVersionType = (typeof FLOW_VERSION_TYPE_FILTERS)[number];

export interface StepResultFilters {
  readonly status?: StepResultStatus | undefined;
  readonly stepId?: string | undefined;
  readonly recordId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly executionId?: string | undefined;
  readonly age?: StepResultAgeFilter | undefined;
  readonly sortBy?: StepResultSortField | undefined;
  readonly sortOrder?: "asc" | "desc" | undefined;
}

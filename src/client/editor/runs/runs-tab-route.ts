import { pickKnownValue, pickText } from "#client/data/queries/pick-known-value.ts";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import { STEP_RESULT_SORTS, STEP_RESULT_STATUSES } from "#contract/run-statuses.ts";
import type { BatchSearchParams } from "#client/flow/execution/batch-search-params.ts";
import {
  MAX_STEP_RESULT_AGE_HOURS,
  type StepResultAgeFilter,
  type StepResultFilters,
} from "#client/data/queries/result-filters.ts";

export type RunsTabRoute =
  | { readonly type: "batches"; readonly filters: RunFilters }
  | { readonly type: "results"; readonly filters: StepResultFilters }
  | ({ readonly type: "batch"; readonly batchId: string } & BatchSearchParams);

export function parseStepResultFilters(search: Record<string, unknown>): StepResultFilters {
  return {
    ...pickKnownValue("status", STEP_RESULT_STATUSES, search["status"]),
    ...pickText("stepId", search["stepId"]),
    ...pickText("recordId", search["recordId"]),
    ...pickText("batchId", search["batchId"]),
    ...pickText("executionId", search["executionId"]),
    ...pickKnownValue("age", Object.keys(MAX_STEP_RESULT_AGE_HOURS) as StepResultAgeFilter[], search["age"]),
    ...pickKnownValue("sortBy", STEP_RESULT_SORTS, search["sortBy"]),
    ...pickKnownValue("sortOrder", ["asc", "desc"] as const, search["sortOrder"]),
  };
}

import { pickKnownValue } from "#client/data/queries/pick-known-value.ts";
import type { RunFilters } from "#client/data/queries/run-filters.ts";
import {
  RECORD_RUN_STATUSES,
  type RecordRunStatus,
  STEP_RESULT_SORTS,
  STEP_RESULT_STATUSES,
} from "#contract/run-statuses.ts";
import {
  MAX_STEP_RESULT_AGE_HOURS,
  type StepResultAgeFilter,
  type StepResultFilters,
} from "#client/data/queries/result-filters.ts";

export type RunsTabRoute =
  | { readonly type: "batches"; readonly filters: RunFilters }
  | { readonly type: "results"; readonly filters: StepResultFilters }
  | ({ readonly type: "batch"; readonly batchId: string } & BatchSearchParams);

export interface BatchSearchParams {
  readonly status?: RecordRunStatus;
  readonly record?: string;
  readonly result?: string;
}

export function parseBatchSearchParams({
  status,
  record,
  result,
}: Record<string, unknown>): BatchSearchParams {
  return {
    ...pickKnownValue("status", RECORD_RUN_STATUSES, status),
    ...(isText(record) && { record }),
    ...(isText(result) && { result }),
  };
}

export function parseStepResultFilters(search: Record<string, unknown>): StepResultFilters {
  const { stepId, recordId, batchId, executionId } = search;
  return {
    ...pickKnownValue("status", STEP_RESULT_STATUSES, search["status"]),
    ...(isText(stepId) && { stepId }),
    ...(isText(recordId) && { recordId }),
    ...(isText(batchId) && { batchId }),
    ...(isText(executionId) && { executionId }),
    ...pickKnownValue("age", Object.keys(MAX_STEP_RESULT_AGE_HOURS) as StepResultAgeFilter[], search["age"]),
    ...pickKnownValue("sortBy", STEP_RESULT_SORTS, search["sortBy"]),
    ...pickKnownValue("sortOrder", ["asc", "desc"] as const, search["sortOrder"]),
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

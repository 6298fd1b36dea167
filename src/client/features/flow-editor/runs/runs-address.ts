import {
  RECORD_RUN_STATUSES,
  type RecordRunStatus,
  STEP_RESULT_SORTS,
  STEP_STATUSES,
} from "#contract/run.ts";
import { RESULT_AGES, type ResultAge, type StepResultFilters } from "#client/data/result-filters.ts";

/** Which view of the runs of a flow its address asks for. */
export type RunsPlace =
  | { readonly type: "batches" }
  | { readonly type: "results"; readonly filters: StepResultFilters }
  | ({ readonly type: "batch"; readonly batchId: string } & BatchSearch);

/** As it stands in the address of one run: which records are listed, which one is looked at, and which of its steps. */
export interface BatchSearch {
  readonly status?: RecordRunStatus;
  readonly record?: string;
  readonly result?: string;
}

export function readBatchSearch({ status, record, result }: Record<string, unknown>): BatchSearch {
  return {
    ...pick("status", RECORD_RUN_STATUSES, status),
    ...(isText(record) && { record }),
    ...(isText(result) && { result }),
  };
}

/** The filters themselves stand in the address; without an order it is the newest first. */
export function readResultSearch(search: Record<string, unknown>): StepResultFilters {
  const { stepId, recordId, batchId, executionId } = search;
  return {
    ...pick("status", STEP_STATUSES, search["status"]),
    ...(isText(stepId) && { stepId }),
    ...(isText(recordId) && { recordId }),
    ...(isText(batchId) && { batchId }),
    ...(isText(executionId) && { executionId }),
    ...pick("age", Object.keys(RESULT_AGES) as ResultAge[], search["age"]),
    ...pick("sortBy", STEP_RESULT_SORTS, search["sortBy"]),
    ...pick("sortOrder", ["asc", "desc"] as const, search["sortOrder"]),
  };
}

function pick<Key extends string, Value extends string>(
  key: Key,
  known: readonly Value[],
  value: unknown,
): { readonly [name in Key]?: Value } {
  const found = known.find((one) => one === value);
  return found === undefined ? {} : ({ [key]: found } as { readonly [name in Key]?: Value });
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

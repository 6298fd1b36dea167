import { RECORD_RUN_STATUSES, type RecordRunStatus } from "#contract/run-statuses.ts";
import { pickKnownValue, pickText } from "#client/data/queries/pick-known-value.ts";

/** What is open in a run: the list's filter, a record, and a step's result. */
export interface BatchSearchParams {
  readonly status?: RecordRunStatus;
  readonly record?: string;
  readonly result?: string;
}

export function parseBatchSearchParams(search: Record<string, unknown>): BatchSearchParams {
  return {
    ...pickKnownValue("status", RECORD_RUN_STATUSES, search["status"]),
    ...pickText("record", search["record"]),
    ...pickText("result", search["result"]),
  };
}

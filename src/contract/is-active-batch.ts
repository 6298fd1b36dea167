import type { BatchState } from "./run.ts";

export function isActiveBatchStatus(status: string): boolean {
  return status === "scheduled" || status === "running";
}

const FINAL_STATUSES = ["completed", "failed", "cancelled"];

/** The API documents no statuses: the end time and the counts decide about unknown ones. */
export function isActiveBatch({ status, completedAt, processedRecords, totalRecords }: BatchState): boolean {
  if (isActiveBatchStatus(status)) return true;
  return !FINAL_STATUSES.includes(status) && completedAt == null && processedRecords < totalRecords;
}

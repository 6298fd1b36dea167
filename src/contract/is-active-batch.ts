import type { BatchState } from "./run.ts";

export function isActiveBatchStatus(status: string): boolean {
  return status === "scheduled" || status === "running";
}

const FINAL_STATUSES = ["completed", "failed", "cancelled"];

/**
 * Whether the batch may still change. The end time and the counts decide for statuses that are unknown here,
 * because the API does not document its statuses.
 */
export function isActiveBatch({ status, completedAt, processedRecords, totalRecords }: BatchState): boolean {
  if (isActiveBatchStatus(status)) return true;
  return !FINAL_STATUSES.includes(status) && completedAt == null && processedRecords < totalRecords;
}

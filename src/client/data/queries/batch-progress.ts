import type { BatchProgressPayload } from "#contract/events.ts";
import { isActiveBatchStatus } from "#contract/is-active-batch.ts";
import type { BatchState } from "#contract/run.ts";

export interface BatchRecordCounts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Records that are pending or running. */
  readonly open: number;
}

export function countBatchRecords(batch: BatchState): BatchRecordCounts {
  const { totalRecords: total, processedRecords: processed, failedRecords: failed } = batch;
  const cancelled = batch.cancelledRecords ?? 0;
  const completed = batch.successCount ?? Math.max(0, processed - failed);
  return { total, completed, failed, cancelled, open: Math.max(0, total - completed - failed - cancelled) };
}

/** In milliseconds, from the rate so far. `now` is the time when the counts were read. */
export function estimateBatchTimeLeftMs(batch: BatchState, now: number): number | undefined {
  if (batch.status !== "running" || batch.startedAt === null) return undefined;
  const { total, open } = countBatchRecords(batch);
  const done = total - open;
  const elapsed = now - Date.parse(batch.startedAt);
  if (done === 0 || !(elapsed > 0)) return undefined;
  return (elapsed / done) * open;
}

/** Applies a progress event to the cached batch; ignores an event with an older state than the cached batch. */
export function applyProgressEventToBatch(batch: BatchState, event: BatchProgressPayload): BatchState {
  if (event.processedRecords < batch.processedRecords) return batch;
  if (isActiveBatchStatus(event.status) && !isActiveBatchStatus(batch.status)) return batch;
  const { status, totalRecords, processedRecords, failedRecords } = event;
  const cancelled = batch.cancelledRecords ?? 0;
  return {
    ...batch,
    status,
    totalRecords,
    processedRecords,
    failedRecords,
    successCount: Math.max(0, processedRecords - failedRecords - cancelled),
    startedAt: batch.startedAt ?? new Date().toISOString(),
  };
}

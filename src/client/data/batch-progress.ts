import type { BatchProgress } from "#contract/events.ts";
import type { BatchState } from "#contract/run.ts";

/** It runs, or will. */
export function isActiveBatch(status: string): boolean {
  return status === "scheduled" || status === "running";
}

export interface BatchCounts {
  readonly total: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** Not begun, or under way. */
  readonly open: number;
}

/** What became of a batch's records so far. */
export function countBatch(batch: BatchState): BatchCounts {
  const { totalRecords: total, processedRecords: processed, failedRecords: failed } = batch;
  const cancelled = batch.cancelledRecords ?? 0;
  const completed = batch.successCount ?? Math.max(0, processed - failed);
  return { total, completed, failed, cancelled, open: Math.max(0, total - completed - failed - cancelled) };
}

/**
 * Milliseconds that a batch will still take at the rate so far; undefined where that is not known yet. `now` is when its
 * counts were read.
 */
export function estimateTimeLeft(batch: BatchState, now: number): number | undefined {
  if (batch.status !== "running" || batch.startedAt === null) return undefined;
  const { total, open } = countBatch(batch);
  const done = total - open;
  const elapsed = now - Date.parse(batch.startedAt);
  // A clock that differs from the server's says nothing.
  if (done === 0 || !(elapsed > 0)) return undefined;
  return (elapsed / done) * open;
}

/** The batch with the news that an event brings. News that is older than what is known changes nothing. */
export function withProgress(batch: BatchState, news: BatchProgress): BatchState {
  if (news.processedRecords < batch.processedRecords) return batch;
  if (isActiveBatch(news.status) && !isActiveBatch(batch.status)) return batch;
  const { status, totalRecords, processedRecords, failedRecords } = news;
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

import type { BatchRecord, BatchState } from "#contract/run.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type { BatchRecordRow } from "#server/store/batch-record-rows.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";
import type { RetryRow } from "#server/store/retry-rows.ts";

function progressOf({ processedRecords, cancelledRecords, totalRecords }: BatchRow): number {
  return totalRecords === 0 ? 100 : Math.floor(((processedRecords + cancelledRecords) / totalRecords) * 100);
}

interface BatchConversion {
  readonly extras: boolean;
  /** The runs that repeat this one, newest first. */
  readonly retries: readonly RetryRow[] | undefined;
}

/** Fields that may contain record data are null for callers without RECORDS:READ. */
export function convertBatchRowToBatchState(
  row: BatchRow,
  caller: Caller,
  { extras, retries }: BatchConversion,
): BatchState {
  const mayRead = isScopeGrantedToCaller(caller, "RECORDS:READ");
  const startedAt = row.startedAt ?? row.createdAt;
  return {
    batchExecutionId: row.id,
    flowId: row.flowId,
    status: row.status,
    totalRecords: row.totalRecords,
    processedRecords: row.processedRecords,
    failedRecords: row.failedRecords,
    // Always sends `startedAt`, and `completedAt` only after the end, as the documented API does.
    startedAt: startedAt.toISOString(),
    ...(row.completedAt && { completedAt: laterOf(startedAt, row.completedAt).toISOString() }),
    progress: progressOf(row),
    successCount: row.processedRecords - row.failedRecords,
    ...(extras && {
      flowName: row.flowName,
      flowVersionId: row.flowVersionId,
      recordType: row.recordType,
      createdAt: row.createdAt.toISOString(),
      cancelledRecords: row.cancelledRecords,
      error: row.error,
      isSingle: row.isSingle,
      recordName: mayRead ? row.recordName : null,
      startCause: row.startCause,
      keyName: row.keyName,
      retryOf: row.retryOf,
      scheduleId: row.scheduleId,
      ...(retries && { retries: retries.map((retry) => ({ ...retry })) }),
      totalTokens: row.totalTokens,
      estimatedCost: row.estimatedCost,
      firstError: mayRead ? row.firstError : null,
    }),
  };
}

export function convertBatchRowToBatchSummary(row: BatchRow) {
  const { id, flowName, status, totalRecords, processedRecords, failedRecords } = row;
  return {
    id,
    flowName,
    status,
    progress: progressOf(row),
    totalRecords,
    processedRecords,
    failedRecords,
    startedAt: row.startedAt ?? row.createdAt,
  };
}

/** Keeps an end behind its start: both were taken from clocks of different servers, or of one that was set back. */
function laterOf(startedAt: Date | null, completedAt: Date): Date {
  return startedAt && startedAt > completedAt ? startedAt : completedAt;
}

/** Fields that may contain record data are null for callers without RECORDS:READ. */
export function convertBatchRecordRowForCaller(row: BatchRecordRow, caller: Caller): BatchRecord {
  const mayRead = isScopeGrantedToCaller(caller, "RECORDS:READ");
  return {
    recordId: row.recordId,
    recordName: mayRead ? row.recordName : null,
    position: row.position,
    status: row.status,
    executionId: row.executionId,
    attempts: row.attempts,
    ...(row.isInline && { isInline: true }),
    startedAt: row.startedAt?.toISOString() ?? null,
    completedAt: row.completedAt && laterOf(row.startedAt, row.completedAt).toISOString(),
    durationMs: row.durationMs,
    errorMessage: mayRead ? row.errorMessage : null,
    outputPreview: mayRead ? row.outputPreview : null,
    totalTokens: row.totalTokens,
    estimatedCost: row.estimatedCost,
  };
}

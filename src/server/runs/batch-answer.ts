import type { BatchRecord, BatchState } from "#contract/run.ts";
import type { BatchRecordRow } from "#server/store/batch-record-rows.ts";
import type { BatchRow } from "#server/store/batch-rows.ts";

/** The share that is done, in whole percent; 100 only once all is. */
function progressOf({ processedRecords, cancelledRecords, totalRecords }: BatchRow): number {
  return totalRecords === 0 ? 100 : Math.floor(((processedRecords + cancelledRecords) / totalRecords) * 100);
}

export function describeBatch(row: BatchRow, extras: boolean): BatchState {
  const time = (date: Date | null) => date?.toISOString() ?? null;
  return {
    batchExecutionId: row.id,
    flowId: row.flowId,
    status: row.status,
    totalRecords: row.totalRecords,
    processedRecords: row.processedRecords,
    failedRecords: row.failedRecords,
    startedAt: time(row.startedAt),
    completedAt: time(row.completedAt),
    progress: progressOf(row),
    successCount: row.processedRecords - row.failedRecords,
    ...(extras && {
      flowName: row.flowName,
      flowVersionId: row.flowVersionId,
      recordType: row.recordType,
      createdAt: row.createdAt.toISOString(),
      cancelledRecords: row.cancelledRecords,
      error: row.error,
    }),
  };
}

/** As the summary of all batches shows one. */
export function summariseBatch(row: BatchRow) {
  const { id, flowName, status, totalRecords, processedRecords, failedRecords, startedAt } = row;
  return {
    id,
    flowName,
    status,
    progress: progressOf(row),
    totalRecords,
    processedRecords,
    failedRecords,
    startedAt,
  };
}

export function describeBatchRecord(row: BatchRecordRow): BatchRecord {
  return {
    recordId: row.recordId,
    recordName: row.recordName,
    position: row.position,
    status: row.status,
    executionId: row.executionId,
    attempts: row.attempts,
    startedAt: row.startedAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
    durationMs: row.durationMs,
    errorMessage: row.errorMessage,
    outputPreview: row.outputPreview,
    totalTokens: row.totalTokens,
    estimatedCost: row.estimatedCost,
  };
}

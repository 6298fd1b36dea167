import type { RecordRunStatus } from "#contract/run.ts";
import { cancelRecords } from "#server/store/batch-record-rows.ts";
import { type BatchRow, isActive } from "#server/store/batch-rows.ts";
import { type Claim, type ClaimEnd, endClaims } from "#server/store/claim-rows.ts";
import type { Transaction } from "#server/store/database.ts";
import { updateFlow } from "#server/store/flow-rows.ts";
import { type NewStepResultRow, insertStepResults } from "#server/store/step-result-rows.ts";

/** What became of a record's run, ready to be stored. */
export interface EndedRun {
  readonly status: Extract<RecordRunStatus, "completed" | "failed" | "cancelled">;
  readonly errorMessage: string | null;
  readonly outputPreview: string | null;
  readonly durationMs: number | null;
  readonly contextSteps: number;
  readonly promptsExecuted: number;
  readonly totalTokens: number | null;
  readonly estimatedCost: string | null;
  readonly steps: readonly NewStepResultRow[];
  /** What its outputs weigh. */
  readonly bytes: number;
  /** A failure that would be no other if it were tried again. */
  readonly isFinal?: boolean;
}

/** A run that would fail just so if it were tried again. */
export function failedRun(errorMessage: string): EndedRun {
  return {
    status: "failed",
    errorMessage,
    outputPreview: null,
    durationMs: null,
    contextSteps: 0,
    promptsExecuted: 0,
    totalTokens: null,
    estimatedCost: null,
    steps: [],
    bytes: 0,
    isFinal: true,
  };
}

export interface EndedRecord {
  readonly claim: Claim;
  readonly run: EndedRun;
}

const FLOW_GONE = "The flow was deleted while it ran, so what was still waiting was not begun.";

/**
 * Stores how records of a batch ended, and what their steps did, but for those that somebody else holds by now. Answers
 * the batch as it is with them: its row is the caller's to hold and to write.
 */
export async function endRecords(
  tx: Transaction,
  batch: BatchRow,
  hasFlow: boolean,
  records: readonly EndedRecord[],
  now: Date,
): Promise<BatchRow> {
  const isRetried = ({ claim, run: { status, isFinal = false } }: EndedRecord) =>
    status === "failed" && !isFinal && isActive(batch) && claim.attempts <= batch.maxRetries;
  const mine = await endClaims(
    tx,
    records.map((record) => describeEnd(record, isRetried(record), now)),
  );
  const ended = records.filter(({ claim }) => mine.has(claim.executionId));
  const steps = ended.flatMap(({ run }) => run.steps);
  if (hasFlow) await insertStepResults(tx, steps);
  const final = ended.filter((record) => !isRetried(record));
  if (final.length === 0) return batch;
  const count = (wanted: EndedRun["status"]) => final.filter(({ run }) => run.status === wanted).length;
  const cancelled = count("cancelled");
  const counted = {
    ...batch,
    processedRecords: batch.processedRecords + final.length - cancelled,
    failedRecords: batch.failedRecords + count("failed"),
    cancelledRecords: batch.cancelledRecords + cancelled,
  };
  return isActive(batch) ? endIfDone(tx, counted, hasFlow, now) : counted;
}

function describeEnd({ claim, run }: EndedRecord, isRetried: boolean, now: Date): ClaimEnd {
  const { steps: _steps, bytes: _bytes, isFinal: _isFinal, status, ...outcome } = run;
  return {
    ...outcome,
    claim,
    status: isRetried ? "waiting" : status,
    completedAt: isRetried ? null : now,
  };
}

/** A batch has failed where all of its records have, or where its flow is gone before all were begun. */
async function endIfDone(tx: Transaction, batch: BatchRow, hasFlow: boolean, now: Date): Promise<BatchRow> {
  const { organizationId, id, flowId, processedRecords, failedRecords, totalRecords } = batch;
  const unbegun = hasFlow ? 0 : await cancelRecords(tx, { organizationId, batchId: id }, now);
  const cancelledRecords = batch.cancelledRecords + unbegun;
  if (unbegun > 0)
    return { ...batch, status: "failed", error: FLOW_GONE, cancelledRecords, completedAt: now };
  if (processedRecords + cancelledRecords < totalRecords) return batch;
  const status = failedRecords >= totalRecords ? "failed" : "completed";
  if (hasFlow) await updateFlow(tx, organizationId, flowId, { lastRunAt: now, lastRunStatus: status });
  return { ...batch, status, completedAt: now };
}

import type { RecordRunStatus } from "#contract/run.ts";
import { cancelRecords, endClaim } from "#server/store/batch-record-rows.ts";
import { type BatchRow, isActive, lockBatch, updateBatch } from "#server/store/batch-rows.ts";
import type { Transaction } from "#server/store/database.ts";
import { updateFlow } from "#server/store/flow-rows.ts";
import { type NewStepResultRow, insertStepResults, keepFlow } from "#server/store/step-result-rows.ts";
import type { BatchNews } from "./batch-news.ts";
import type { ClaimedRecord } from "./claim-record.ts";
import type { RunContext } from "./run-context.ts";

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
  /** A failure that would be no other if it were tried again. */
  readonly isFinal?: boolean;
}

const FLOW_GONE = "The flow was deleted while it ran, so what was still waiting was not begun.";

/**
 * Stores how a record ended, what its steps did, and how far the batch is with it: all of it, or nothing where somebody
 * else holds the record by now.
 */
export async function endRecord(
  context: Pick<RunContext, "store" | "now">,
  news: BatchNews,
  { batch: { organizationId, id, flowId, maxRetries }, claim }: ClaimedRecord,
  { steps, status, isFinal = false, ...outcome }: EndedRun,
): Promise<void> {
  await context.store.write(async (tx, tell) => {
    // In this order everywhere: the flow, the batch, its records.
    const hasFlow = await keepFlow(tx, organizationId, flowId);
    const batch = await lockBatch(tx, organizationId, id);
    if (!batch) return;
    const now = new Date(context.now());
    const isRetried = status === "failed" && !isFinal && isActive(batch) && claim.attempts <= maxRetries;
    const isMine = await endClaim(tx, claim, {
      ...outcome,
      status: isRetried ? "waiting" : status,
      ...(!isRetried && { completedAt: now }),
    });
    if (!isMine) return;
    if (hasFlow) await insertStepResults(tx, steps);
    if (isRetried) return;
    const counted = {
      ...batch,
      processedRecords: batch.processedRecords + (status === "cancelled" ? 0 : 1),
      failedRecords: batch.failedRecords + (status === "failed" ? 1 : 0),
      cancelledRecords: batch.cancelledRecords + (status === "cancelled" ? 1 : 0),
    };
    const changes = isActive(batch) ? await endIfDone(tx, counted, hasFlow, now) : {};
    const next = { ...counted, ...changes };
    const { processedRecords, failedRecords, cancelledRecords } = next;
    await updateBatch(tx, next, { processedRecords, failedRecords, cancelledRecords, ...changes });
    news.tell(tell, next, !isActive(next));
  });
}

/** A batch has failed where all of its records have, or where its flow is gone before all were begun. */
async function endIfDone(
  tx: Transaction,
  batch: BatchRow,
  hasFlow: boolean,
  now: Date,
): Promise<Partial<BatchRow>> {
  const { organizationId, id, flowId, processedRecords, failedRecords, totalRecords } = batch;
  const unbegun = hasFlow ? 0 : await cancelRecords(tx, { organizationId, batchId: id }, now);
  const cancelledRecords = batch.cancelledRecords + unbegun;
  if (unbegun > 0) return { status: "failed", error: FLOW_GONE, cancelledRecords, completedAt: now };
  if (processedRecords + cancelledRecords < totalRecords) return {};
  const status = failedRecords >= totalRecords ? "failed" : "completed";
  if (hasFlow) await updateFlow(tx, organizationId, flowId, { lastRunAt: now, lastRunStatus: status });
  return { status, completedAt: now };
}

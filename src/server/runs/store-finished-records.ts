import type { RecordRunStatus } from "#contract/run-statuses.ts";
import {
  type BatchRecordOutcome,
  cancelWaitingBatchRecords,
  storeBatchRecordOutcomes,
} from "#server/store/batch-record-rows.ts";
import { type BatchRow, isActiveBatch, updateBatch } from "#server/store/batch-rows.ts";
import type { DatabaseTransaction } from "#server/store/database.ts";
import { lockBatches } from "#server/store/record-queue.ts";
import {
  type NewStepResultRow,
  insertStepResults,
  lockFlowAgainstDeletion,
} from "#server/store/step-result-rows.ts";
import type { RunProgress } from "./health/store-run-outcomes.ts";
import type { RecordQueue } from "./record-queue.ts";
import type { TakenRecord } from "./record-taker.ts";

export interface BatchRecordRunResult {
  readonly status: Extract<RecordRunStatus, "completed" | "failed" | "cancelled">;
  readonly errorMessage: string | null;
  readonly outputPreview: string | null;
  readonly durationMs: number | null;
  readonly contextSteps: number;
  readonly promptsExecuted: number;
  readonly totalTokens: number | null;
  readonly estimatedCost: string | null;
  readonly steps: readonly NewStepResultRow[];
  readonly bytes: number;
  readonly isFinal?: boolean;
}

export function createFailedRunResult(errorMessage: string): BatchRecordRunResult {
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

/** The result of a record whose run was cancelled before its first step. */
export function createCancelledRunResult(): BatchRecordRunResult {
  return { ...createFailedRunResult(""), status: "cancelled", errorMessage: null };
}

export interface FinishedRecord {
  readonly taken: TakenRecord;
  readonly run: BatchRecordRunResult;
}

const FLOW_GONE = "The flow was deleted during the batch. Waiting records were not started.";

export interface BatchAfterResults {
  readonly batch: BatchRow;
  /** What `storeRunOutcomes` must store at the end of the transaction; undefined without a stored flow. */
  readonly progress: RunProgress | undefined;
  /** Whether jobs of cancelled records are left in the queue, because the flow is gone. */
  readonly hasJobsLeft: boolean;
}

/**
 * In the caller's transaction, which ends with `storeRunOutcomes`. Drops results of jobs of other workers. Returns the
 * updated batches.
 */
export async function storeFinishedRecords(
  tx: DatabaseTransaction,
  queue: RecordQueue,
  records: readonly FinishedRecord[],
  now: Date,
): Promise<readonly BatchAfterResults[]> {
  // Locks flows first, then batches, then jobs and records: a fixed order of locks prevents deadlocks. The queue and
  // scheduled batches follow, then the rows that `storeRunOutcomes` writes.
  const flows = await lockFlowsOf(tx, records);
  const batches: BatchAfterResults[] = [];
  const rows: NewStepResultRow[] = [];
  const outcomes: BatchRecordOutcome[] = [];
  const finished = new Set<string>();
  const locked = await lockBatches(
    tx,
    records.map(({ taken }) => taken),
  );
  const isRetried = ({ taken, run: { status, isFinal = false } }: FinishedRecord, batch: BatchRow) =>
    status === "failed" && !isFinal && isActiveBatch(batch) && taken.attempts <= batch.maxRetries;
  const parts = locked.map((batch) => {
    const own = records.filter(
      ({ taken }) => taken.batchId === batch.id && taken.organizationId === batch.organizationId,
    );
    const retried = own.filter((record) => isRetried(record, batch));
    return { batch, retried, final: own.filter((record) => !retried.includes(record)) };
  });
  const jobsOf = (list: readonly FinishedRecord[]) => list.map(({ taken }) => taken.job);
  const retried = parts.flatMap((part) => part.retried);
  for (const id of await queue.retryLast(tx, jobsOf(retried))) finished.add(id);
  // Also removes the jobs of batches that no longer exist.
  const done = records.filter((record) => !retried.includes(record));
  for (const id of await queue.remove(tx, jobsOf(done))) finished.add(id);
  const filterFinished = (list: readonly FinishedRecord[]) =>
    list.filter(({ taken }) => finished.has(taken.job.id));
  for (const part of parts) {
    const { batch } = part;
    const hasFlow = batch.isVirtual || flows.has(getFlowKey(batch));
    const [again, final] = [filterFinished(part.retried), filterFinished(part.final)];
    outcomes.push(...again.map((record) => describeOutcome(record, "waiting", null)));
    outcomes.push(...final.map((record) => describeOutcome(record, record.run.status, now)));
    if (hasFlow) rows.push(...[...again, ...final].flatMap(({ run }) => run.steps));
    batches.push(await countFinished(tx, { batch, hasFlow, final, now }));
  }
  await storeBatchRecordOutcomes(tx, outcomes);
  await insertStepResults(tx, rows);
  return batches;
}

async function lockFlowsOf(
  tx: DatabaseTransaction,
  records: readonly FinishedRecord[],
): Promise<ReadonlySet<string>> {
  const stored = records.filter(({ taken }) => !taken.batch.isVirtual).map(({ taken }) => taken.batch);
  const keys = new Map(stored.map((batch) => [getFlowKey(batch), batch]));
  const found = new Set<string>();
  for (const [key, { organizationId, flowId }] of [...keys].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    if (await lockFlowAgainstDeletion(tx, organizationId, flowId)) found.add(key);
  return found;
}

function getFlowKey({ organizationId, flowId }: Pick<BatchRow, "organizationId" | "flowId">): string {
  return `${organizationId}/${flowId}`;
}

function describeOutcome(
  { taken, run }: FinishedRecord,
  status: RecordRunStatus,
  completedAt: Date | null,
): BatchRecordOutcome {
  const { organizationId, batchId, position } = taken;
  const { steps: _steps, bytes: _bytes, isFinal: _isFinal, ...outcome } = run;
  return { ...outcome, organizationId, batchId, position, status, completedAt };
}

interface CountFinishedRequest {
  readonly batch: BatchRow;
  readonly hasFlow: boolean;
  readonly final: readonly FinishedRecord[];
  readonly now: Date;
}

/** Adds finished records to the counters of their batch, and ends the batch if it is done. */
async function countFinished(
  tx: DatabaseTransaction,
  { batch, hasFlow, final, now }: CountFinishedRequest,
): Promise<BatchAfterResults> {
  if (final.length === 0) return { batch, hasJobsLeft: false, progress: undefined };
  const count = (wanted: BatchRecordRunResult["status"]) =>
    final.filter(({ run }) => run.status === wanted).length;
  const cancelled = count("cancelled");
  const usage = sumUsage(batch, final);
  const counted = {
    ...batch,
    ...usage,
    processedRecords: batch.processedRecords + final.length - cancelled,
    failedRecords: batch.failedRecords + count("failed"),
    cancelledRecords: batch.cancelledRecords + cancelled,
  };
  const wasActive = isActiveBatch(batch);
  const ended = wasActive ? await endIfDone(tx, counted, { hasFlow, now }) : counted;
  const { status, startedAt, completedAt, error, processedRecords, failedRecords, cancelledRecords } = ended;
  const counters = { processedRecords, failedRecords, cancelledRecords, ...usage };
  await updateBatch(tx, batch, {
    ...counters,
    ...(status !== batch.status && { status, startedAt, completedAt, error }),
  });
  const executions = final.map(({ run }) => run);
  const progress = {
    batch: ended,
    executions,
    hasEnded: wasActive && !isActiveBatch(ended),
  };
  const isCounted = hasFlow && !batch.isVirtual;
  return { batch: ended, hasJobsLeft: error === FLOW_GONE, progress: isCounted ? progress : undefined };
}

/** The tokens, the cost and the first error of a batch, with those of these records. */
function sumUsage(batch: BatchRow, final: readonly FinishedRecord[]) {
  const runs = final.map(({ run }) => run);
  const firstError = batch.firstError ?? runs.find(({ status }) => status === "failed")?.errorMessage ?? null;
  const cost = addKnown(
    [batch.estimatedCost, ...runs.map(({ estimatedCost }) => estimatedCost)].map(toNumber),
  );
  return {
    totalTokens: addKnown([batch.totalTokens, ...runs.map(({ totalTokens }) => totalTokens)]),
    estimatedCost: cost === null ? null : String(cost),
    firstError: firstError === "" ? null : firstError,
  };
}

const toNumber = (text: string | null) => (text === null ? null : Number(text));

/** Null if none is known. */
function addKnown(counts: readonly (number | null)[]): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/** Without its flow, cancels waiting records and fails; fails also if all records failed. */
async function endIfDone(
  tx: DatabaseTransaction,
  batch: BatchRow,
  { hasFlow, now }: Pick<CountFinishedRequest, "hasFlow" | "now">,
): Promise<BatchRow> {
  const { organizationId, id: batchId, processedRecords, failedRecords, totalRecords } = batch;
  const unbegun = hasFlow ? 0 : await cancelWaitingBatchRecords(tx, { organizationId, batchId }, now);
  const cancelledRecords = batch.cancelledRecords + unbegun;
  if (unbegun > 0)
    return { ...batch, status: "failed", error: FLOW_GONE, cancelledRecords, completedAt: now };
  if (processedRecords + cancelledRecords < totalRecords) return batch;
  const status = failedRecords >= totalRecords ? "failed" : "completed";
  return { ...batch, status, completedAt: now };
}

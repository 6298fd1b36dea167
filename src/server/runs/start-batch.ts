import {
  IMMEDIATE_RECORDS,
  type ImmediateRun,
  type ScheduledRun,
  type StartBatchBody,
} from "#contract/run.ts";
import { type Answer, objectText } from "#server/answer.ts";
import { invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { mintId } from "#server/flows/flow-context.ts";
import { flowNotFound } from "#server/flows/flow-access.ts";
import { type BatchRecordRow, listBatchRecords } from "#server/store/batch-record-rows.ts";
import {
  type BatchRow,
  fillWithRecords,
  fillWithType,
  findBatch,
  insertBatch,
  isActive,
  updateBatch,
} from "#server/store/batch-rows.ts";
import type { Transaction } from "#server/store/database.ts";
import { lockFlow, updateFlow } from "#server/store/flow-rows.ts";
import { findLatestVersion } from "#server/store/version-rows.ts";
import type { RunService } from "./run-service.ts";

const CONCURRENCY = 4;
/** Records that the answer to a batch in the background names. */
const NAMED_RECORDS = 100;

interface BatchWish {
  readonly flowId: string;
  readonly recordType: string | null;
  readonly maxRetries: number;
  readonly concurrency: number;
}

/** Runs the saved flow on every record of a type: a few at once, more in the background. */
export async function runOnRecordType(
  service: RunService,
  caller: Caller,
  flowId: string,
  recordType: string,
): Promise<Answer> {
  const { store } = service.context;
  const wish = { flowId, recordType, maxRetries: 0, concurrency: CONCURRENCY };
  const batch = await createBatch(service, caller, wish, async (tx, row) => {
    const total = await fillWithType(tx, row, recordType);
    if (total > 0) return total;
    const message = `There are no records of the type “${recordType}”; create some, or choose another type.`;
    throw invalid(message, { message, path: "recordType", code: "NO_RECORDS" });
  });
  const key = { organizationId: caller.organizationId, batchId: batch.id };
  if (batch.totalRecords <= IMMEDIATE_RECORDS) {
    await service.work(caller.organizationId, batch.id, CONCURRENCY);
    const now = await findBatch(store.database, caller.organizationId, batch.id);
    const records = await listBatchRecords(store.database, key, { limit: IMMEDIATE_RECORDS });
    // Where the server was told to stop meanwhile, the rest is run later.
    if (now && !isActive(now)) return describeImmediate(now, recordType, records);
  } else {
    wakeInBackground(service, batch);
  }
  const records = await listBatchRecords(store.database, key, { limit: NAMED_RECORDS });
  return describeScheduled(batch, recordType, records);
}

/** Runs the saved flow on these records, in the background. */
export async function startBatch(service: RunService, caller: Caller, body: StartBatchBody): Promise<Answer> {
  const { flowId, recordIds, options = {} } = body;
  const wish = {
    flowId,
    recordType: null,
    maxRetries: options.maxRetries ?? 0,
    concurrency: options.recordConcurrency ?? CONCURRENCY,
  };
  const batch = await createBatch(service, caller, wish, async (tx, row) => {
    const { total, known } = await fillWithRecords(tx, row, recordIds);
    if (known > 0) return total;
    const message = "There is no record with any of these ids.";
    throw invalid(message, { message, path: "recordIds", code: "NO_RECORDS" });
  });
  wakeInBackground(service, batch);
  return { status: 200, body: objectText({ batchExecutionId: batch.id, status: batch.status }) };
}

/** The batch with its records and the steps that the flow has now. Nothing is kept where `fill` throws. */
async function createBatch(
  { context, news }: RunService,
  caller: Caller,
  wish: BatchWish,
  fill: (tx: Transaction, batch: Pick<BatchRow, "organizationId" | "id">) => Promise<number>,
): Promise<BatchRow> {
  const { organizationId, userId } = caller;
  return context.store.write(async (tx, tell) => {
    const flow = await lockFlow(tx, organizationId, wish.flowId);
    if (!flow) throw flowNotFound();
    const now = new Date(context.now());
    const version = flow.draftVersionId ?? (await findLatestVersion(tx, organizationId, flow.id))?.id;
    const row: BatchRow = {
      ...wish,
      organizationId,
      id: mintId("batch", now.getTime()),
      userId,
      flowName: flow.name,
      flowVersionId: version ?? null,
      status: "scheduled",
      totalRecords: 0,
      processedRecords: 0,
      failedRecords: 0,
      cancelledRecords: 0,
      error: null,
      createdAt: now,
      startedAt: null,
      completedAt: null,
    };
    await insertBatch(tx, { ...row, steps: flow.steps });
    const totalRecords = await fill(tx, row);
    await updateBatch(tx, row, { totalRecords });
    await updateFlow(tx, organizationId, flow.id, { lastRunAt: now, lastRunStatus: "running" });
    const batch = { ...row, totalRecords };
    news.tell(tell, batch, true);
    return batch;
  });
}

/** The answer does not wait for the queue. */
function wakeInBackground(service: RunService, batch: BatchRow): void {
  const { organizationId, id, concurrency, totalRecords } = batch;
  void service.wake(organizationId, id, Math.min(concurrency, totalRecords));
}

function describeImmediate(batch: BatchRow, recordType: string, records: readonly BatchRecordRow[]): Answer {
  const results = records.map((row) => ({
    recordId: row.recordId,
    recordName: row.recordName,
    success: row.status === "completed",
    ...(row.executionId !== null && { executionId: row.executionId }),
    ...(row.durationMs !== null && { executionTime: row.durationMs / 1000 }),
    contextSteps: row.contextSteps,
    promptsExecuted: row.promptsExecuted,
    ...(row.errorMessage !== null && { error: row.errorMessage }),
  }));
  const answer: ImmediateRun = {
    success: batch.status === "completed",
    status: batch.status,
    executedImmediately: true,
    batchId: batch.id,
    flowId: batch.flowId,
    recordType,
    recordCount: batch.totalRecords,
    successCount: batch.processedRecords - batch.failedRecords,
    failureCount: batch.failedRecords,
    completedAt: (batch.completedAt ?? batch.createdAt).toISOString(),
    results,
  };
  return { status: 200, body: objectText(answer) };
}

function describeScheduled(batch: BatchRow, recordType: string, records: readonly BatchRecordRow[]): Answer {
  const answer: ScheduledRun = {
    success: true,
    status: "scheduled",
    batchId: batch.id,
    flowId: batch.flowId,
    recordType,
    recordCount: batch.totalRecords,
    message: `The flow runs on ${batch.totalRecords} records in the background.`,
    scheduledAt: batch.createdAt.toISOString(),
    records: records.map((row) => ({ id: row.recordId, name: row.recordName, type: recordType })),
  };
  return { status: 202, body: objectText(answer) };
}

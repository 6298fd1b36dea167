import * as z from "zod/mini";
import { RECORD_RUN_STATUSES, type RecordRunStatus } from "#contract/run.ts";
import { type Answer, objectText } from "#server/answer.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { readCursor } from "#server/cursor.ts";
import { isId, readFlowId } from "#server/flows/flow-access.ts";
import { clampLimit, describeForward } from "#server/paging.ts";
import { findBatchRecord, listBatchRecords } from "#server/store/batch-record-rows.ts";
import {
  type BatchRow,
  countBatches,
  findBatch,
  listActiveBatches,
  listBatches,
  listEndedBatches,
  sumBatchCost,
} from "#server/store/batch-rows.ts";
import { findFlow } from "#server/store/flow-rows.ts";
import { listExecution } from "#server/store/step-result-rows.ts";
import { describeBatch, describeBatchRecord, summariseBatch } from "./batch-answer.ts";
import type { RunContext } from "./run-context.ts";
import { describeStepResult } from "./step-result-answer.ts";

type Reading = Pick<RunContext, "store" | "extras" | "now">;

const RECENT_MS = 24 * 60 * 60 * 1000;
const SUMMARISED = 20;

/** The batch as it is now, or 404. */
export async function getBatch(context: Reading, caller: Caller, id: string): Promise<BatchRow> {
  const row = isId(id) ? await findBatch(context.store.database, caller.organizationId, id) : undefined;
  if (!row) throw new ApiFailure(404, "Batch not found.");
  return row;
}

export async function readBatch(context: Reading, caller: Caller, id: string): Promise<Answer> {
  const row = await getBatch(context, caller, id);
  return { status: 200, body: objectText(describeBatch(row, context.extras)) };
}

/** What runs, and what ended within a day. */
export async function summariseBatches({ store, now }: Reading, caller: Caller): Promise<Answer> {
  const { organizationId } = caller;
  const since = new Date(now() - RECENT_MS);
  const { active, ended } = await countBatches(store.database, organizationId, since);
  const running = await listActiveBatches(store.database, organizationId, SUMMARISED);
  const recent = await listEndedBatches(store.database, organizationId, since, SUMMARISED);
  const body = objectText({
    activeBatches: active,
    recentlyCompleted: ended,
    batches: running.map(summariseBatch),
    recent: recent.map(summariseBatch),
  });
  return { status: 200, body };
}

export async function readBatchCost(context: Reading, caller: Caller, id: string): Promise<Answer> {
  await getBatch(context, caller, id);
  const totalCostUsd = await sumBatchCost(context.store.database, caller.organizationId, id);
  return { status: 200, body: objectText({ totalCostUsd }) };
}

/** A flow's batches, newest first. */
export async function listFlowBatches(
  context: Reading,
  caller: Caller,
  query: { readonly flowId: string; readonly limit?: string; readonly cursor?: string },
): Promise<Answer> {
  const { database } = context.store;
  const flow = await findFlow(database, caller.organizationId, readFlowId(query.flowId));
  if (!flow) throw new ApiFailure(404, "Flow not found.");
  const limit = clampLimit(query.limit);
  const from = query.cursor ? readBatchCursor(query.cursor) : undefined;
  const found = await listBatches(database, caller.organizationId, flow.id, { from, limit: limit + 1 });
  const { rows, pagination } = describeForward(found, limit, ({ createdAt, id }) => ({
    at: createdAt.getTime(),
    id,
  }));
  return { status: 200, body: objectText({ data: rows.map((row) => describeBatch(row, true)), pagination }) };
}

/** The records of a batch in their order, with what became of each. */
export async function readBatchRecords(
  context: Reading,
  caller: Caller,
  id: string,
  query: { readonly status?: string; readonly limit?: string; readonly cursor?: string },
): Promise<Answer> {
  await getBatch(context, caller, id);
  const limit = clampLimit(query.limit);
  const found = await listBatchRecords(
    context.store.database,
    { organizationId: caller.organizationId, batchId: id },
    {
      status: RECORD_RUN_STATUSES.find((status): status is RecordRunStatus => status === query.status),
      after: query.cursor ? readCursor(recordCursor, query.cursor).position : undefined,
      limit: limit + 1,
    },
  );
  const { rows, pagination } = describeForward(found, limit, ({ position }) => ({ position }));
  return { status: 200, body: objectText({ data: rows.map(describeBatchRecord), pagination }) };
}

/** What the steps did with one record, in the order they ran; of its last attempt, where there were more. */
export async function readBatchRecordSteps(
  context: Reading,
  caller: Caller,
  batchId: string,
  recordId: string,
): Promise<Answer> {
  await getBatch(context, caller, batchId);
  const { organizationId } = caller;
  const { database } = context.store;
  const record = isId(recordId)
    ? await findBatchRecord(database, { organizationId, batchId }, recordId)
    : undefined;
  if (!record) throw new ApiFailure(404, "This record is not in the batch.");
  const rows =
    record.executionId === null ? [] : await listExecution(database, organizationId, record.executionId);
  const data = rows.map((row) => describeStepResult(row, context.extras)).join(",");
  return { status: 200, body: `{"data":[${data}]}` };
}

const batchCursor = z.object({
  at: z.int().check(z.minimum(0), z.maximum(253_402_300_799_999)),
  id: z.string().check(z.refine(isId)),
});
const recordCursor = z.object({ position: z.int().check(z.minimum(0), z.maximum(2 ** 31 - 1)) });

function readBatchCursor(text: string) {
  const { at, id } = readCursor(batchCursor, text);
  return { createdAt: new Date(at), id };
}

import * as z from "zod/mini";
import { getFlowTagKey } from "#core/document/flow-tags.ts";
import type { BatchState, ListBatchRecordsQuery, ListBatchesQuery } from "#contract/run.ts";
import { parseTimeFilter } from "./read-step-results.ts";
import { RECORD_RUN_STATUSES, type RecordRunStatus } from "#contract/run-statuses.ts";
import { createNotFoundError } from "#server/domain/domain-error.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import { decodeCursor } from "#server/domain/cursor.ts";
import { isWellFormedId, parseFlowId } from "#server/flows/flow-access.ts";
import { parseAndClampPageLimit, trimQueryRowsToForwardOnlyPage } from "#server/domain/page-response.ts";
import { type BatchRecordRow, findBatchRecord, listBatchRecords } from "#server/store/batch-record-rows.ts";
import {
  type BatchRow,
  countActiveAndEndedBatches,
  findBatch,
  listActiveBatches,
  listBatches,
  listRunInputs,
  listEndedBatches,
  sumBatchCost,
} from "#server/store/batch-rows.ts";
import { findFlow, listExistingFlowIds } from "#server/store/flow-rows.ts";
import { listRetriesOf } from "#server/store/retry-rows.ts";
import { listVersionLabels } from "#server/store/version-rows.ts";
import { listExecutionStepResults } from "#server/store/step-result-rows.ts";
import {
  convertBatchRowToBatchState,
  convertBatchRecordRowForCaller,
  convertBatchRowToBatchSummary,
} from "./convert-batch-row.ts";
import type { RunServiceDependencies } from "./run-service-dependencies.ts";
import { summarizeInputs } from "./summarize-inputs.ts";
import { serializeStepResult } from "./serialize-step-result.ts";

type ReadContext = Pick<RunServiceDependencies, "store" | "extras" | "now">;

const RECENT_MS = 24 * 60 * 60 * 1000;
const SUMMARIZED_BATCHES = 20;

export async function getBatchRowOrThrowNotFound(
  context: ReadContext,
  caller: Caller,
  id: string,
): Promise<BatchRow> {
  const row = isWellFormedId(id)
    ? await findBatch(context.store.database, caller.organizationId, id)
    : undefined;
  if (!row) throw createNotFoundError("Batch not found.");
  return row;
}

export async function readBatchState(context: ReadContext, caller: Caller, id: string): Promise<BatchState> {
  const row = await getBatchRowOrThrowNotFound(context, caller, id);
  const [withExtras] = context.extras ? await describeRuns(context, caller, [row]) : [];
  const documented = convertBatchRowToBatchState(row, caller, { extras: false, retries: undefined });
  const { startedAt, completedAt, ...state } = withExtras ?? documented;
  // The documented API allows no null: a batch without a start sends the time of its request.
  return {
    ...state,
    startedAt: startedAt ?? row.createdAt.toISOString(),
    ...(completedAt != null && { completedAt }),
  };
}

export async function summarizeRecentBatches({ store, now }: ReadContext, caller: Caller) {
  const { organizationId } = caller;
  const since = new Date(now() - RECENT_MS);
  const { active, ended } = await countActiveAndEndedBatches(store.database, organizationId, since);
  const running = await listActiveBatches(store.database, organizationId, SUMMARIZED_BATCHES);
  const recent = await listEndedBatches(store.database, organizationId, since, SUMMARIZED_BATCHES);
  return {
    activeBatches: active,
    recentlyCompleted: ended,
    batches: running.map(convertBatchRowToBatchSummary),
    recent: recent.map(convertBatchRowToBatchSummary),
  };
}

export async function readBatchCost(context: ReadContext, caller: Caller, id: string) {
  await getBatchRowOrThrowNotFound(context, caller, id);
  const totalCostUsd = await sumBatchCost(context.store.database, caller.organizationId, id);
  return { batchExecutionId: id, totalCostUsd };
}

export async function readBatchRecordCost(
  context: ReadContext,
  caller: Caller,
  batchId: string,
  recordId: string,
) {
  const { estimatedCost } = await getBatchRecordOrThrowNotFound(context, caller, batchId, recordId);
  return { batchExecutionId: batchId, recordId, totalCostUsd: Number(estimatedCost ?? 0) };
}

export async function listFlowBatches(context: ReadContext, caller: Caller, query: ListBatchesQuery) {
  const { database } = context.store;
  const { outcome, startCause } = query;
  const flowId = query.flowId ? parseFlowId(query.flowId) : undefined;
  if (flowId !== undefined && !(await findFlow(database, caller.organizationId, flowId)))
    throw createNotFoundError("Flow not found.");
  const limit = parseAndClampPageLimit(query.limit);
  const after = query.cursor ? readBatchCursor(query.cursor) : undefined;
  const [from, to] = [parseTimeFilter("from", query.from), parseTimeFilter("to", query.to)];
  const tagKey = query.tag === undefined ? undefined : getFlowTagKey(query.tag);
  const filter = { flowId, tagKey, outcome, startCause, from, to };
  const found = await listBatches(database, caller.organizationId, filter, { after, limit: limit + 1 });
  const { rows, pagination } = trimQueryRowsToForwardOnlyPage(found, limit, ({ createdAt, id }) => ({
    at: createdAt.getTime(),
    id,
  }));
  return { data: await describeRuns(context, caller, rows), pagination };
}

/** Adds what pages show of runs beside their rows. */
async function describeRuns(
  { store: { database } }: ReadContext,
  caller: Caller,
  rows: readonly BatchRow[],
): Promise<BatchState[]> {
  const { organizationId } = caller;
  const ids = rows.map(({ id }) => id);
  const retries = await listRetriesOf(database, organizationId, ids);
  const flowIds = [...new Set(rows.map(({ flowId }) => flowId))];
  const existing = await listExistingFlowIds(database, organizationId, flowIds);
  const versionIds = rows.flatMap((row) => row.flowVersionId ?? []);
  const versions = await listVersionLabels(database, organizationId, versionIds);
  const withInputs = rows.flatMap((row) => (row.isSingle && row.recordName === null ? row.id : []));
  const inputs = isScopeGrantedToCaller(caller, "RECORDS:READ")
    ? await listRunInputs(database, organizationId, withInputs)
    : new Map<string, string>();
  return rows.map((row) => ({
    ...convertBatchRowToBatchState(row, caller, { extras: true, retries: retries.get(row.id) }),
    ...versions.get(row.flowVersionId ?? ""),
    inputsSummary: summarizeInputs(inputs.get(row.id) ?? ""),
    ...(!existing.has(row.flowId) && { isFlowDeleted: true }),
  }));
}

export async function readBatchRecords(
  context: ReadContext,
  caller: Caller,
  id: string,
  query: ListBatchRecordsQuery,
) {
  await getBatchRowOrThrowNotFound(context, caller, id);
  const limit = parseAndClampPageLimit(query.limit);
  const found = await listBatchRecords(
    context.store.database,
    { organizationId: caller.organizationId, batchId: id },
    {
      status: RECORD_RUN_STATUSES.find((status): status is RecordRunStatus => status === query.status),
      after: query.cursor ? decodeCursor(recordCursor, query.cursor).position : undefined,
      limit: limit + 1,
    },
  );
  const { rows, pagination } = trimQueryRowsToForwardOnlyPage(found, limit, ({ position }) => ({ position }));
  return { data: rows.map((row) => convertBatchRecordRowForCaller(row, caller)), pagination };
}

/** Lists the step results of a record's last attempt, in order of execution, as JSON text. */
export async function readBatchRecordStepResultsJson(
  context: ReadContext,
  caller: Caller,
  batchId: string,
  recordId: string,
): Promise<string> {
  const record = await getBatchRecordOrThrowNotFound(context, caller, batchId, recordId);
  const rows =
    record.executionId === null
      ? []
      : await listExecutionStepResults(context.store.database, caller.organizationId, record.executionId);
  const data = rows.map((row) => serializeStepResult(row, caller, context.extras)).join(",");
  return `{"data":[${data}]}`;
}

async function getBatchRecordOrThrowNotFound(
  context: ReadContext,
  caller: Caller,
  batchId: string,
  recordId: string,
): Promise<BatchRecordRow> {
  await getBatchRowOrThrowNotFound(context, caller, batchId);
  const { organizationId } = caller;
  const record = isWellFormedId(recordId)
    ? await findBatchRecord(context.store.database, { organizationId, batchId }, recordId)
    : undefined;
  if (!record) throw createNotFoundError("This record is not in the batch.");
  return record;
}

const batchCursor = z.object({
  at: z.int().check(z.minimum(0), z.maximum(253_402_300_799_999)),
  id: z.string().check(z.refine(isWellFormedId)),
});
const recordCursor = z.object({ position: z.int().check(z.minimum(0), z.maximum(2 ** 31 - 1)) });

function readBatchCursor(text: string) {
  const { at, id } = decodeCursor(batchCursor, text);
  return { createdAt: new Date(at), id };
}

import { NotSimulatedError, type RealApiEndpoint, RealApiError } from "./endpoint.ts";
import { type SimulatedRun, type StoredBatch, countFinishedRecords, startBatch } from "./run-flow.ts";
import * as schemas from "./run-schemas.ts";
import type { RealApiState } from "./state.ts";

export const batchEndpoints: readonly RealApiEndpoint[] = [
  {
    method: "POST",
    path: "/v1/batch/flow",
    body: schemas.startBatchBody,
    answers: { 200: schemas.startedBatch },
    scope: "FLOWS:EXECUTE",
    isRun: true,
    handle: (state, { body }) => {
      const { flowId, recordIds } = body as {
        readonly flowId?: string;
        readonly recordIds?: readonly string[];
      };
      if (flowId === undefined || recordIds === undefined)
        throw new NotSimulatedError("only batches of a stored flow and stored records are simulated");
      const records = recordIds.map((id) => state.getRecord(id));
      const batch = startBatch(state, state.getFlow(flowId), records, false);
      return { batchExecutionId: batch.id, status: "queued" };
    },
  },
  {
    method: "GET",
    path: "/v1/batch/status/:id",
    answers: { 200: schemas.batchStatus },
    scope: "FLOWS:READ",
    handle: (state, { params }) => {
      const batch = state.getBatch(params["id"] ?? "");
      const { id: batchExecutionId, progress, ...row } = answerBatchRow(state, batch);
      const { totalRecords, processedRecords, failedRecords, startedAt, status } = row;
      const isOver = processedRecords === totalRecords || batch.cancelledAfter !== undefined;
      return {
        batchExecutionId,
        flowId: batch.flowId,
        status,
        totalRecords,
        processedRecords,
        failedRecords,
        startedAt,
        progress,
        successCount: processedRecords - failedRecords,
        ...(isOver && { completedAt: state.time(state.now()) }),
      };
    },
  },
  {
    method: "POST",
    path: "/v1/batch/cancel/:id",
    answers: { 200: schemas.cancelledBatch },
    scope: "FLOWS:EXECUTE",
    handle: (state, { params }) => {
      const batch = state.getBatch(params["id"] ?? "");
      const finished = countFinishedRecords(state, batch);
      if (finished === batch.runs.length) throw new RealApiError(400, "The batch is already completed");
      batch.cancelledAfter = finished;
      return { success: true, message: "Batch cancelled" };
    },
  },
  {
    method: "GET",
    path: "/v1/batch/summary",
    answers: { 200: schemas.batchSummary },
    scope: "FLOWS:READ",
    handle: (state) => {
      const rows = [...state.batches.values()].map((batch) => answerBatchRow(state, batch)).toReversed();
      const batches = rows.filter(({ status }) => status === "running");
      const recent = rows.filter(({ status }) => status !== "running").slice(0, 10);
      return { activeBatches: batches.length, recentlyCompleted: recent.length, batches, recent };
    },
  },
  {
    method: "GET",
    path: "/v1/batch/:id/cost",
    answers: { 200: schemas.batchCost },
    scope: "FLOWS:READ",
  },
  {
    method: "GET",
    path: "/v1/batch/:batchId/records/:recordId/cost",
    answers: { 200: schemas.batchRecordCost },
    scope: "FLOWS:READ",
  },
  {
    method: "GET",
    path: "/v1/batch/:batchId/records/:recordId/steps",
    answers: { 200: schemas.stepResultsOfRecord },
    scope: "FLOWS:READ",
    handle: (state, { params }) => {
      const { batch, run } = findRunOfRecord(state, params);
      const data = state.stepResults.filter(
        (row) => row.batchExecutionId === batch.id && row.recordId === run.record?.id,
      );
      return { data };
    },
  },
];

function answerBatchRow(state: RealApiState, batch: StoredBatch) {
  const finished = countFinishedRecords(state, batch);
  const total = batch.runs.length;
  const ended = batch.cancelledAfter === undefined ? "completed" : "cancelled";
  const isOver = finished === total || batch.cancelledAfter !== undefined;
  return {
    id: batch.id,
    flowName: batch.flowName,
    status: isOver ? ended : state.switches.nextYear ? "warming_up" : "running",
    // A schedule with inputs alone has no records.
    progress: total === 0 ? 100 : Math.floor((finished / total) * 100),
    totalRecords: total,
    processedRecords: finished,
    failedRecords: batch.runs.slice(0, finished).filter(({ error }) => error !== undefined).length,
    startedAt: state.time(batch.startedAt),
  };
}

function findRunOfRecord(
  state: RealApiState,
  params: Readonly<Record<string, string>>,
): { readonly batch: StoredBatch; readonly run: SimulatedRun } {
  const batch = state.getBatch(params["batchId"] ?? "");
  const run = batch.runs.find(({ record }) => record?.id === params["recordId"]);
  if (!run) throw new RealApiError(404, "Record not found in the batch");
  return { batch, run };
}

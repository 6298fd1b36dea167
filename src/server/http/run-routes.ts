import type { runEndpoints } from "#contract/run-endpoints.ts";
import { parseFlowId } from "#server/flows/flow-access.ts";
import { cancelBatch } from "#server/runs/cancel-batch.ts";
import {
  listFlowBatches,
  readBatchState,
  readBatchCost,
  readBatchRecordCost,
  readBatchRecordStepResultsJson,
  readBatchRecords,
  summarizeRecentBatches,
} from "#server/runs/read-batches.ts";
import {
  readFlowStepResults,
  readLastRunOfEachStep,
  readRecordStepResults,
  readStepOutputJson,
} from "#server/runs/read-step-results.ts";
import type { RunService } from "#server/runs/run-service.ts";
import { runFlowOnRecordType, startBatchForListedRecords } from "#server/runs/start-batch.ts";
import { type DispatchDependencies, createDispatchRoute } from "./dispatch-route.ts";
import type { EndpointHandlers } from "./route.ts";

export function createRunRoutes(
  service: RunService,
  dispatch: DispatchDependencies,
): EndpointHandlers<keyof typeof runEndpoints | "listRecordStepResults"> {
  const { context } = service;
  return {
    runOnRecordType: async ({ caller, params, body }) => {
      const run = await runFlowOnRecordType(service, caller, parseFlowId(params.id), body.recordType);
      return "immediate" in run
        ? { status: 200, value: run.immediate }
        : { status: 202, value: run.scheduled };
    },

    listStepResults: async ({ caller, params, query }) => {
      return { status: 200, body: await readFlowStepResults(context, caller, parseFlowId(params.id), query) };
    },

    listRecordStepResults: async ({ caller, params, query }) => {
      return { status: 200, body: await readRecordStepResults(context, caller, params.id, query) };
    },

    startBatch: async ({ caller, body }) => {
      const { id, status, warnings } = await startBatchForListedRecords(service, caller, body);
      const value = { batchExecutionId: id, status, ...(warnings.length > 0 && { warnings }) };
      return { status: 200, value };
    },

    summariseBatches: async ({ caller }) => {
      return { status: 200, value: await summarizeRecentBatches(context, caller) };
    },

    getBatch: async ({ caller, params }) => {
      return { status: 200, value: await readBatchState(context, caller, params.id) };
    },

    cancelBatch: async ({ caller, params }) => {
      return { status: 200, value: await cancelBatch(service, caller, params.id) };
    },

    getBatchCost: async ({ caller, params }) => {
      return { status: 200, value: await readBatchCost(context, caller, params.id) };
    },

    getBatchRecordCost: async ({ caller, params }) => {
      const { batchId, recordId } = params;
      return { status: 200, value: await readBatchRecordCost(context, caller, batchId, recordId) };
    },

    listBatchRecordSteps: async ({ caller, params }) => {
      const { batchId, recordId } = params;
      return { status: 200, body: await readBatchRecordStepResultsJson(context, caller, batchId, recordId) };
    },

    dispatch: createDispatchRoute(service, dispatch),

    listBatches: async ({ caller, query }) => {
      return { status: 200, value: await listFlowBatches(context, caller, query) };
    },

    listBatchRecords: async ({ caller, params, query }) => {
      return { status: 200, value: await readBatchRecords(context, caller, params.id, query) };
    },

    getStepOutput: async ({ caller, params }) => {
      return { status: 200, body: await readStepOutputJson(context, caller, params.id) };
    },

    listLastStepRuns: async ({ caller, params }) => {
      return { status: 200, body: await readLastRunOfEachStep(context, caller, parseFlowId(params.id)) };
    },
  };
}

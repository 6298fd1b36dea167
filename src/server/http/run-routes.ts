import type { runEndpoints } from "#contract/run-endpoints.ts";
import { parseFlowId } from "#server/flows/flow-access.ts";
import { readRunHealth } from "#server/runs/health/read-run-health.ts";
import { cancelBatch } from "#server/runs/cancel-batch.ts";
import {
  listFlowBatches,
  readBatchState,
  readBatchCost,
  readBatchRecordCost,
  readBatchRecordStepResultsJson,
  readBatchRecords,
  summarizeRecentBatches,
} from "#server/runs/read-batch-records.ts";
import {
  readFlowStepResults,
  readLastRunOfEachStep,
  readRecordStepResults,
  readStepOutputJson,
} from "#server/runs/read-step-results.ts";
import { readRetryOptions, retryBatch } from "#server/runs/retry-batch.ts";
import type { RunService } from "#server/runs/run-service.ts";
import {
  type CreateOnce,
  runFlowOnRecordType,
  startBatchForListedRecords,
} from "#server/runs/start-batch.ts";
import {
  type KeyedRequest,
  REPLAYED_HEADERS,
  createOncePerIdempotencyKey,
} from "./once-per-idempotency-key.ts";
import { getRunOrigin, isRequestOfPage } from "./identify-caller.ts";
import { type DispatchDependencies, createDispatchRoute } from "./dispatch-route.ts";
import type { EndpointHandlers, EndpointRequest } from "./endpoint-handlers.ts";

export function createRunRoutes(
  service: RunService,
  dispatch: DispatchDependencies,
): EndpointHandlers<keyof typeof runEndpoints | "listRecordStepResults"> {
  const { context } = service;
  // The page repeats a start whose answer is lost, also where programs' keys are ignored.
  const createBatchOnce =
    (operation: string, call: KeyedRequest & Pick<EndpointRequest, "request">): CreateOnce =>
    (tx, create) => {
      const extras = context.extras || isRequestOfPage(call.request);
      return createOncePerIdempotencyKey({ context: { ...context, extras }, tx, operation }, call, create);
    };
  return {
    runOnRecordType: async (call) => {
      const flowId = parseFlowId(call.params.id);
      // RFC 7240, 4.1: the client does not wait for the results.
      const isAsync = /\brespond-async\b/i.test(call.request.req.header("prefer") ?? "");
      const request = {
        flowId,
        recordType: call.body.recordType,
        isAsync,
        origin: getRunOrigin(call.request),
      };
      const once = createBatchOnce(`run ${flowId} on a record type`, call);
      const run = await runFlowOnRecordType(service, call.caller, request, once);
      const headers = run.isRepeated ? REPLAYED_HEADERS : {};
      return run.immediate
        ? { status: 200, value: run.immediate, headers }
        : { status: 202, value: run.scheduled, headers };
    },

    listStepResults: async ({ caller, params, query }) => {
      return { status: 200, body: await readFlowStepResults(context, caller, parseFlowId(params.id), query) };
    },

    listRecordStepResults: async ({ caller, params, query }) => {
      return { status: 200, body: await readRecordStepResults(context, caller, params.id, query) };
    },

    startBatch: async (call) => {
      const once = createBatchOnce("POST /v1/batch/flow", call);
      const request = { body: call.body, origin: getRunOrigin(call.request) };
      return describeStartedBatch(await startBatchForListedRecords(service, call.caller, request, once));
    },

    retryBatch: async (call) => {
      const { params, body } = call;
      const once = createBatchOnce(`retry ${params.id}`, call);
      const { starts, ...started } = await retryBatch(service, call.caller, { id: params.id, body }, once);
      const answer = describeStartedBatch(started);
      return { ...answer, value: { ...answer.value, ...(starts && { starts: [...starts] }) } };
    },

    getRetryOptions: async ({ caller, params, query }) => {
      return { status: 200, value: await readRetryOptions(service, caller, params.id, query) };
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

    getRunHealth: async ({ caller, params, query }) => {
      return { status: 200, value: await readRunHealth(context, caller, parseFlowId(params.id), query) };
    },

    listLastStepRuns: async ({ caller, params }) => {
      return { status: 200, body: await readLastRunOfEachStep(context, caller, parseFlowId(params.id)) };
    },
  };
}

function describeStartedBatch({
  id,
  warnings,
  isRepeated,
}: Awaited<ReturnType<typeof startBatchForListedRecords>>) {
  const value = { batchExecutionId: id, status: "scheduled", ...(warnings.length > 0 && { warnings }) };
  return { status: 200, value, headers: isRepeated ? REPLAYED_HEADERS : {} } as const;
}

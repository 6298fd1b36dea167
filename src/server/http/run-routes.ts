import type { StartBatchBody } from "#contract/run.ts";
import { readFlowId } from "#server/flows/flow-access.ts";
import { cancelBatch } from "#server/runs/cancel-batch.ts";
import { dispatch } from "#server/runs/dispatch.ts";
import {
  listFlowBatches,
  readBatch,
  readBatchCost,
  readBatchRecordSteps,
  readBatchRecords,
  summariseBatches,
} from "#server/runs/read-batches.ts";
import {
  readFlowStepResults,
  readLastStepRuns,
  readRecordStepResults,
  readStepOutput,
} from "#server/runs/read-step-results.ts";
import type { RunService } from "#server/runs/run-service.ts";
import { runOnRecordType, startBatch } from "#server/runs/start-batch.ts";
import type { ApiRequest, Route } from "./route.ts";

/** Running flows, and what came of it. */
export function runRoutes(service: RunService): readonly Route[] {
  const { context } = service;
  const id = ({ params }: ApiRequest) => params["id"] ?? "";
  return [
    {
      endpoint: "runOnRecordType",
      answer: (request) =>
        runOnRecordType(
          service,
          request.caller,
          readFlowId(id(request)),
          request.body["recordType"] as string,
        ),
    },
    {
      endpoint: "listStepResults",
      answer: (request) =>
        readFlowStepResults(context, request.caller, readFlowId(id(request)), request.query),
    },
    {
      endpoint: "listRecordStepResults",
      answer: (request) => readRecordStepResults(context, request.caller, id(request), request.query),
    },
    {
      endpoint: "startBatch",
      answer: ({ caller, body }) => startBatch(service, caller, body as unknown as StartBatchBody),
    },
    { endpoint: "summariseBatches", answer: ({ caller }) => summariseBatches(context, caller) },
    { endpoint: "getBatch", answer: (request) => readBatch(context, request.caller, id(request)) },
    { endpoint: "cancelBatch", answer: (request) => cancelBatch(service, request.caller, id(request)) },
    { endpoint: "getBatchCost", answer: (request) => readBatchCost(context, request.caller, id(request)) },
    {
      endpoint: "listBatchRecordSteps",
      answer: ({ caller, params }) =>
        readBatchRecordSteps(context, caller, params["batchId"] ?? "", params["recordId"] ?? ""),
    },
    {
      endpoint: "dispatch",
      answer: ({ caller, body, request }) => dispatch(service, caller, body, request.req.raw.signal),
    },
    {
      endpoint: "listBatches",
      answer: ({ caller, query }) =>
        listFlowBatches(context, caller, { ...query, flowId: query["flowId"] ?? "" }),
    },
    {
      endpoint: "listBatchRecords",
      answer: (request) => readBatchRecords(context, request.caller, id(request), request.query),
    },
    { endpoint: "getStepOutput", answer: (request) => readStepOutput(context, request.caller, id(request)) },
    {
      endpoint: "listLastStepRuns",
      answer: (request) => readLastStepRuns(context, request.caller, readFlowId(id(request))),
    },
  ];
}

import {
  NotSimulatedError,
  type RealApiEndpoint,
  RealApiError,
  SpecialAnswer,
  anyValue,
} from "./endpoint.ts";
import { readLimit } from "./flow-answers.ts";
import { deleteResultBody, recordResultPage } from "./record-schemas.ts";
import { selectRecords } from "./record-endpoints.ts";
import { type SimulatedRun, type StoredBatch, simulateRun, startBatch } from "./run-flow.ts";
import * as schemas from "./run-schemas.ts";
import type { RealApiState } from "./state.ts";
import { streamRun } from "./stream-run.ts";

const MAX_IMMEDIATE_RECORDS = 10;

const RESULT_FILTERS = anyValue("batchId status from to sortBy limit offset");

export const runEndpoints: readonly RealApiEndpoint[] = [
  {
    method: "POST",
    path: "/v1/flows/:id/run-on-record-type",
    body: schemas.runOnRecordTypeBody,
    answers: { 200: schemas.immediateRun, 202: schemas.scheduledRun },
    scope: "FLOWS:EXECUTE",
    isRun: true,
    handle: (state, { params, body }) => {
      const flow = state.getFlow(params["id"] ?? "");
      const { recordType } = body as { readonly recordType: string };
      const records = selectRecords(state, new URLSearchParams({ type: recordType }));
      if (records.length === 0) throw new RealApiError(400, `No records of type "${recordType}"`);
      const isImmediate = records.length <= MAX_IMMEDIATE_RECORDS;
      const batch = startBatch(state, flow, records, isImmediate);
      const common = { batchId: batch.id, flowId: flow.id, recordType, recordCount: records.length };
      if (isImmediate) return answerImmediateRun(state, batch, common);
      return new SpecialAnswer({
        status: 202,
        body: {
          success: true,
          status: "scheduled",
          ...common,
          message: `Scheduled ${records.length} records`,
          scheduledAt: state.time(batch.startedAt),
          records: records.map(({ id, name, type }) => ({ id, name, type })),
        },
      });
    },
  },
  {
    method: "GET",
    path: "/v1/flows/:id/step-results",
    query: { ...RESULT_FILTERS, recordId: "any", stepId: "any", sortOrder: ["asc", "desc"] },
    answers: { 200: schemas.stepResultPage },
    scope: "FLOWS:READ",
    handle: (state, { params, query }) => {
      const { id: flowId } = state.getFlow(params["id"] ?? "");
      const results = state.stepResults.filter((result) => result.flowId === flowId);
      return answerStepResults(results, query);
    },
  },
  {
    method: "GET",
    path: "/v1/records/:id/step-results",
    query: { ...RESULT_FILTERS, flowId: "any", sortOrder: "any" },
    answers: { 200: schemas.stepResultPage },
    scope: "RECORDS:READ",
  },
  {
    method: "GET",
    path: "/v1/records/:id/results",
    query: anyValue("page limit status promptId flowId from to sortBy sortOrder includeCount"),
    answers: { 200: recordResultPage },
    scope: "RECORDS:READ",
  },
  {
    method: "DELETE",
    path: "/v1/records/:id/results",
    body: deleteResultBody,
    answers: { 204: "empty" },
    scope: "RECORDS:DELETE",
  },
  {
    method: "POST",
    path: "/v1/dispatch",
    body: schemas.dispatchBody,
    answers: { 200: "events" },
    scope: "DISPATCH:EXECUTE",
    isRun: true,
    handle: (state, { body, signal }) => {
      const { flow, inputs, options, ...given } = body as DispatchBody;
      if (!flow?.steps || options?.flowMode !== "virtual" || options.streamResponse !== true)
        throw new NotSimulatedError("only streamed runs of a flow in the request are simulated");
      const steps = state.prepareSteps(flow.steps);
      const run = simulateRun(state, { steps }, findRecord(state, given), inputs);
      state.usage.executionsUsed++;
      return new SpecialAnswer({
        status: 200,
        events: streamRun(state, flow.name ?? "Untitled flow", run, signal),
      });
    },
  },
];

interface DispatchBody {
  readonly flow?: {
    readonly name?: string;
    readonly steps?: readonly Readonly<Record<string, unknown>>[];
  };
  readonly record?: {
    readonly id?: string;
    readonly name?: string;
    readonly type?: string;
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly options?: { readonly streamResponse?: boolean; readonly flowMode?: string };
}

function findRecord(state: RealApiState, { record }: Pick<DispatchBody, "record">): SimulatedRun["record"] {
  if (!record) return undefined;
  if (record.id !== undefined) return state.getRecord(record.id);
  const { name = "Untitled record", type = "virtual", metadata = {} } = record;
  return { id: state.newId("record"), name, type, metadata };
}

function answerImmediateRun(state: RealApiState, batch: StoredBatch, common: object): unknown {
  const results = batch.runs.map(({ executionId, record, steps, error }) => {
    const executed = steps.filter(({ status }) => status !== "skipped");
    const prompts = executed.filter(({ resolvedPrompt }) => resolvedPrompt !== undefined);
    return {
      recordId: record?.id ?? "",
      recordName: record?.name ?? null,
      success: error === undefined,
      executionId,
      executionTime: 0.75,
      contextSteps: executed.length - prompts.length,
      promptsExecuted: prompts.length,
      ...(error !== undefined && { error }),
    };
  });
  const failureCount = results.filter(({ success }) => !success).length;
  return {
    success: failureCount === 0,
    status: "completed",
    executedImmediately: true,
    ...common,
    successCount: results.length - failureCount,
    failureCount,
    completedAt: state.time(state.now()),
    results,
  };
}

/** Filters, sorts and pages step results by the documented parameters. */
function answerStepResults(results: RealApiState["stepResults"], query: URLSearchParams): unknown {
  const equal = {
    recordId: "recordId",
    batchId: "batchExecutionId",
    status: "status",
    stepId: "stepId",
    flowId: "flowId",
  };
  const [from, to] = [query.get("from"), query.get("to")];
  const sortBy = query.get("sortBy") ?? "createdAt";
  if (!results.every((row) => sortBy in row)) throw new RealApiError(400, `Cannot sort by ${sortBy}`);
  const key = (row: (typeof results)[number]) => String((row as Record<string, unknown>)[sortBy]);
  const sorted = results
    .filter((row) =>
      Object.entries(equal).every(([parameter, field]) => {
        const wanted = query.get(parameter);
        return wanted === null || (row as Record<string, unknown>)[field] === wanted;
      }),
    )
    .filter((row) => (from === null || row.createdAt >= from) && (to === null || row.createdAt <= to))
    .toSorted((one, other) => key(one).localeCompare(key(other), "en", { numeric: true }));
  if (query.get("sortOrder") !== "asc") sorted.reverse();
  const [limit, offset] = [readLimit(query, 25), Number(query.get("offset") ?? 0)];
  const data = sorted.slice(offset, offset + limit);
  return {
    data,
    pagination: { limit, offset, returned: data.length, hasMore: offset + data.length < sorted.length },
  };
}

import { isActiveBatch } from "#contract/is-active-batch.ts";
import { toPartOfRecord } from "#contract/merge-batch-records.ts";
import {
  type BatchState,
  batchStateSchema,
  batchSummarySchema,
  stepResultsOfRecordSchema,
} from "#contract/run.ts";
import type { JsonObject } from "#core/json/json.ts";
import { HttpError } from "#server/http/http-error.ts";
import type { EndpointHandlers, EndpointRequest } from "#server/http/endpoint-handlers.ts";
import { assertCallerMaySend } from "./required-scopes.ts";
import type { CloudFlowReader } from "./flow-reader.ts";
import { type StartedBatches, describeStartedBatch, describeStartedRun } from "./started-batches.ts";
import { OLDEST_FIRST, STEP_RESULT_PAGE_SIZE, StepResultReader } from "./step-results.ts";
import { markAsUnwritten, readUpstreamAnswer } from "./upstream-answer.ts";
import { UpstreamAnswerError } from "#server/http/upstream-answer-error.ts";
import { type UpstreamCall, createReadCall, createWriteCall } from "./upstream-call.ts";
import type { UpstreamClient } from "./upstream.ts";

type CloudRunEndpoint =
  | "runOnRecordType"
  | "startBatch"
  | "retryBatch"
  | "listBatches"
  | "getBatch"
  | "listBatchRecords"
  | "listBatchRecordSteps"
  | "listStepResults"
  | "listLastStepRuns";

/** Maximum number of batches whose flow or state is read for one list, newest first. */
const MAX_READ_BATCHES = 20;

/** Age of a batch in milliseconds from which its step results say how it ended. */
const MIN_DERIVED_AGE_MS = 300_000;

interface CloudRunDependencies {
  readonly reader: CloudFlowReader;
  readonly started: StartedBatches;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
}

/** The API lists recent batches without the id of their flow, and step results instead of records. */
export function createCloudRunRoutes(
  upstream: UpstreamClient,
  { reader, started, now }: CloudRunDependencies,
): EndpointHandlers<CloudRunEndpoint> {
  const results = new StepResultReader(upstream);
  const time = () => new Date(now()).toISOString();

  const read = (call: UpstreamCall, target: string) => upstream.send({ ...call, method: "GET", target });

  /** Sends a request that starts a run. It outlives the client, so that the answer is kept. */
  const start = async (request: EndpointRequest, target: string, body: string, idOfBatch: string) => {
    request.signal.throwIfAborted();
    const signal = AbortSignal.any([]);
    const call = { ...createWriteCall(request), signal, isRun: true };
    call.headers.set("content-type", "application/json");
    const response = await upstream.send({ ...call, method: "POST", target, body });
    const accepts = (json: JsonObject) => typeof json[idOfBatch] === "string";
    const { value, headers } = await readUpstreamAnswer(response, accepts);
    return { answer: value, batchId: value[idOfBatch] as string, headers };
  };

  const startBatch = async (request: EndpointRequest, flowId: string, recordIds: readonly string[]) => {
    const body = JSON.stringify({ flowId, recordIds });
    const { answer, batchId, headers } = await start(request, "/v1/batch/flow", body, "batchExecutionId");
    const status = typeof answer["status"] === "string" ? answer["status"] : "";
    await started.add(describeStartedBatch({ flowId, batchId, status }, recordIds.length, time()));
    return { status: 200, value: { batchExecutionId: batchId, status }, headers } as const;
  };

  /** Returns the id of a batch's flow, which rows of the API's summary lack; undefined if the API does not say. */
  const readFlowOfBatch = async (call: UpstreamCall, batchId: string) => {
    const { known } = started.findFlowOfBatch(batchId);
    return known ? known.flowId : (await tryReadBatch(call, batchId))?.flowId;
  };

  /** Returns undefined if the API does not say, and throws if it must not be asked further. */
  const tryReadBatch = async (call: UpstreamCall, batchId: string) => {
    try {
      return await readBatch(call, batchId);
    } catch (error) {
      if (error instanceof HttpError) return undefined;
      const status = error instanceof UpstreamAnswerError ? error.response.status : undefined;
      if (status === undefined || status === 401 || status === 429) throw error;
      if (LASTING_STATUSES.includes(status)) started.addFlowOfBatch(batchId, undefined);
      return undefined;
    }
  };

  const readBatch = async (call: UpstreamCall, id: string): Promise<BatchState> => {
    const response = await read(call, `/v1/batch/status/${encodeURIComponent(id)}`);
    const { value } = await readUpstreamAnswer(response, (json) => batchStateSchema.safeParse(json).success);
    const batch = batchStateSchema.parse(value);
    started.addFlowOfBatch(id, batch.flowId);
    started.update({ ...batch, batchExecutionId: id });
    return batch;
  };

  const readSummary = async (call: UpstreamCall) => {
    const response = await read(call, "/v1/batch/summary");
    const { value } = await readUpstreamAnswer(
      response,
      (json) => batchSummarySchema.safeParse(json).success,
    );
    const { batches, recent } = batchSummarySchema.parse(value);
    return [...batches, ...recent];
  };

  /** Adds the flow's batches among the rows that do not name their flow. A name is not enough: flows may share it. */
  const addOpenRows = async (
    call: UpstreamCall,
    flowId: string,
    open: ReadonlyMap<string, { readonly batch: BatchState; readonly flowName: string }>,
    byId: Map<string, BatchState>,
  ) => {
    if (open.size === 0) return;
    const name = await reader.readName(call, flowId);
    const candidates = [...open.values()].flatMap(({ batch, flowName }) => (flowName === name ? batch : []));
    await Promise.all(
      takeNewest(candidates).map(async (batch) => {
        const id = batch.batchExecutionId;
        if ((await readFlowOfBatch(call, id)) === flowId) byId.set(id, batch);
      }),
    );
  };

  /** Reads the state of batches that were started here, and that the summary lacks before their end was seen. */
  const addDroppedBatches = async (
    call: UpstreamCall,
    listed: ReadonlySet<string>,
    byId: Map<string, BatchState>,
  ) => {
    const dropped = [...byId.values()].filter(
      (batch) =>
        isActiveBatch(batch) &&
        !listed.has(batch.batchExecutionId) &&
        !started.isFlowRefused(batch.batchExecutionId),
    );
    await Promise.all(
      takeNewest(dropped).map(async (batch) => {
        const id = batch.batchExecutionId;
        const newer = await tryReadBatch(call, id);
        if (newer) byId.set(id, { ...batch, ...newer, batchExecutionId: id });
      }),
    );
  };

  /** Lists the flow's batches among the recent ones, and those that were started here. */
  const listRecentBatches = async (call: UpstreamCall, flowId: string): Promise<readonly BatchState[]> => {
    const hasOwn = (await started.listOfFlow(flowId)).length > 0;
    const summary = await readSummary(call).catch((error: unknown) => {
      if (!hasOwn || !isMissing(error)) throw error;
    });
    const own = await started.listOfFlow(flowId);
    const byId = new Map(own.map(({ batch }) => [batch.batchExecutionId, batch]));
    const open = new Map<string, { readonly batch: BatchState; readonly flowName: string }>();
    for (const { id, ...state } of summary ?? []) {
      const batch = { ...byId.get(id), ...state, batchExecutionId: id, flowId };
      const { known } = started.findFlowOfBatch(id);
      const flowOfRow = state["flowId"] ?? known?.flowId;
      if (byId.has(id)) started.update(batch);
      if (byId.has(id) || flowOfRow === flowId) byId.set(id, batch);
      else if (typeof flowOfRow !== "string" && !known) open.set(id, { batch, flowName: state.flowName });
    }
    const listed = new Set(summary?.map(({ id }) => id));
    await Promise.all([addOpenRows(call, flowId, open, byId), addDroppedBatches(call, listed, byId)]);
    return [...byId.values()].toSorted(compareNewestFirst);
  };

  return {
    runOnRecordType: async (request) => {
      const { id: flowId } = request.params;
      const { recordType } = request.body;
      const target = `/v1/flows/${encodeURIComponent(flowId)}/run-on-record-type`;
      const { answer, batchId, headers } = await start(request, target, request.bodyText, "batchId");
      const run = describeStartedRun({ flowId, recordType, batchId }, answer, time());
      await started.add(run);
      const { status, totalRecords: recordCount, createdAt } = run.batch;
      const state = { status, recordCount, message: "", scheduledAt: createdAt ?? time(), records: [] };
      return { status: 202, value: { success: true, batchId, flowId, recordType, ...state }, headers };
    },

    startBatch: async (request) => {
      const { body, bodyText, caller } = request;
      assertCallerMaySend(caller, "/v1/batch/flow", Buffer.from(bodyText));
      const { flowId, recordIds } = body;
      if (typeof flowId !== "string" || !Array.isArray(recordIds)) throw createFlowRequiredError();
      return startBatch(request, flowId, recordIds);
    },

    retryBatch: async (request) => {
      const { flowId } = request.query;
      if (flowId === undefined) throw createFlowRequiredError();
      const { records = "failed", from = "start", version = "current", ...others } = request.body;
      // Starting anyway would repeat the effects of steps, or run other inputs than those that were sent.
      if (records !== "failed" || from !== "start" || version !== "current" || Object.keys(others).length > 0)
        throw new HttpError(
          400,
          "Not started: the API can run failed records only from the start, with the saved flow.",
        );
      const { id } = request.params;
      const answered = (await started.find(id))?.records ?? [];
      const failed = await results
        .listFailedRecordIds(createReadCall(request), flowId, id, answered)
        .catch(throwUnreadResults);
      if (failed.length === 0)
        throw new HttpError(409, "Not started: the API’s step results name no failed record.");
      return startBatch(request, flowId, failed);
    },

    listBatches: async (request) => {
      const { flowId } = request.query;
      if (!flowId) throw createFlowRequiredError();
      const data = [...(await listRecentBatches(createReadCall(request), flowId))];
      return {
        status: 200,
        value: {
          data,
          pagination: { limit: data.length, hasMore: false, nextCursor: null },
          isRecentOnly: true,
        },
      };
    },

    /** The API may hold no batch for a run that ended before it answered. */
    getBatch: async (request) => {
      const { id } = request.params;
      const call = createReadCall(request);
      const known = (await started.find(id))?.batch;
      try {
        return { status: 200, value: { ...known, ...(await readBatch(call, id)) } };
      } catch (error) {
        if (!isMissing(error)) throw error;
        const { flowId } = request.query;
        // A batch that the API does not hold has ended, although the answer to its start may not say so.
        const isKnown = known && (!isActiveBatch(known) || now() - readBatchTime(known) < MIN_DERIVED_AGE_MS);
        const derived =
          !isKnown && flowId !== undefined
            ? await results.findBatch(call, flowId, id).catch(ignoreMissing)
            : undefined;
        const found = derived ? { ...known, ...derived } : known;
        if (!found) throw error;
        return { status: 200, value: found };
      }
    },

    listBatchRecords: async (request) => {
      const { flowId, status, cursor = "0" } = request.query;
      if (flowId === undefined) throw createFlowRequiredError();
      const { id: batchId } = request.params;
      const offset = Number(cursor);
      const answered = (offset === 0 && (await started.find(batchId))?.records) || [];
      const { data: steps, hasMore } = await results
        .readPage(createReadCall(request), flowId, {
          batchId,
          ...(status === "failed" && { status }),
          ...OLDEST_FIRST,
          limit: String(STEP_RESULT_PAGE_SIZE),
          offset: String(offset),
        })
        .catch((error: unknown) => {
          if (answered.length === 0 || !isMissing(error)) throw error;
          return { data: [], hasMore: false };
        });
      const data = [
        ...answered.filter((record) => status !== "failed" || record.status === "failed"),
        ...steps.flatMap(toPartOfRecord),
      ];
      const isMore = hasMore && steps.length > 0;
      const nextCursor = isMore ? String(offset + steps.length) : null;
      const pagination = { limit: STEP_RESULT_PAGE_SIZE, hasMore: isMore, nextCursor };
      return { status: 200, value: { data, pagination } };
    },

    listBatchRecordSteps: async (request) => {
      const { batchId, recordId } = request.params;
      const call = createReadCall(request);
      const target = `/v1/batch/${encodeURIComponent(batchId)}/records/${encodeURIComponent(recordId)}/steps`;
      try {
        const response = await read(call, target);
        const accepts = (json: unknown) => stepResultsOfRecordSchema.safeParse(json).success;
        const { text, headers } = await readUpstreamAnswer(response, accepts);
        return { status: 200, body: text, headers };
      } catch (error) {
        const { flowId } = request.query;
        if (!isMissing(error) || flowId === undefined) throw error;
        const data = [];
        const query = { batchId, recordId, ...OLDEST_FIRST };
        for await (const page of results.readPages(call, flowId, query)) data.push(...page);
        return { status: 200, value: { data } };
      }
    },

    listStepResults: async (request) => {
      const { id: flowId } = request.params;
      const call = createReadCall(request);
      const { executionId } = request.query;
      if (executionId === undefined) {
        const { text, headers } = await results.read(call, flowId, request.query);
        return { status: 200, body: text, headers };
      }
      const data = [...(await results.findExecution(call, flowId, executionId))];
      const pagination = { limit: data.length, offset: 0, returned: data.length, hasMore: false };
      return { status: 200, value: { data, pagination } };
    },

    listLastStepRuns: async (request) => {
      const data = await results.listLastStepRuns(createReadCall(request), request.params.id);
      return { status: 200, value: { data } };
    },
  };
}

/** The API lacks the endpoint or the subject, or refuses it to this key. */
const MISSING_STATUSES = [403, 404, 405, 501];
const LASTING_STATUSES = [...MISSING_STATUSES, 410];

const isMissing = (error: unknown): boolean =>
  error instanceof UpstreamAnswerError && MISSING_STATUSES.includes(error.response.status);

/** Nothing has started. The page would take a missing list for the answer to the start of a run. */
function throwUnreadResults(error: unknown): never {
  const isUnreadable = error instanceof UpstreamAnswerError && error.response.ok;
  if (!isMissing(error) && !isUnreadable) throw markAsUnwritten(error);
  const message = "Not started: the API did not return the step results, which name the failed records.";
  throw markAsUnwritten(new HttpError(502, message, [{ message, code: "UPSTREAM_UNREACHABLE" }]));
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

const takeNewest = (batches: readonly BatchState[]) =>
  batches.toSorted(compareNewestFirst).slice(0, MAX_READ_BATCHES);

const compareNewestFirst = (a: BatchState, b: BatchState) => readBatchTime(b) - readBatchTime(a);

function readBatchTime({ createdAt, startedAt }: BatchState): number {
  // A batch without a start is waiting, and thus newer than all others.
  const time = Date.parse(createdAt ?? startedAt ?? "");
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

function createFlowRequiredError(): HttpError {
  const message = "Send the id of the flow, and of stored records.";
  return new HttpError(400, message, [{ message, path: "flowId", code: "MISSING_REQUIRED_FIELD" }]);
}

import { pino } from "pino";
import { beforeEach, expect, it } from "vitest";
import { NOTHING_WRITTEN_HEADER } from "#contract/flow.ts";
import { mergeBatchRecords } from "#contract/merge-batch-records.ts";
import type { BatchRecord, BatchState, StepResult } from "#contract/run.ts";
import { HttpError } from "#server/http/http-error.ts";
import {
  STEP_RESULT_TIME as time,
  answerStepResults,
  createStepResult,
} from "#server/testing/step-results.ts";
import { AccountStore } from "./account-store.ts";
import { CloudFlowReader } from "./flow-reader.ts";
import { createCloudRunRoutes } from "./runs.ts";
import { StartedBatches } from "./started-batches.ts";
import { UpstreamAnswerError } from "#server/http/upstream-answer-error.ts";
import type { UpstreamClient, UpstreamRequest } from "./upstream.ts";

let routes: ReturnType<typeof createCloudRunRoutes>;
let requests: string[];
let bodies: unknown[];
let answers: Readonly<Record<string, (url: URL) => Response | object>>;

beforeEach(() => {
  requests = [];
  bodies = [];
  answers = {};
  const send = async ({ method, target, body }: UpstreamRequest) => {
    const url = new URL(target, "http://api");
    requests.push(`${method} ${target}`);
    if (body !== undefined) bodies.push(JSON.parse(String(body)));
    const answer = answers[`${method} ${url.pathname}`];
    const found = answer?.(url) ?? Response.json({ error: "Not found" }, { status: 404 });
    return found instanceof Response ? found : Response.json(found);
  };
  const upstream = { send } as unknown as UpstreamClient;
  const reader = new CloudFlowReader(upstream, () => 0);
  const logger = pino({ level: "silent" });
  const accountStore = new AccountStore({
    account: { url: "http://api", key: "key" },
    open: () => Promise.reject(new Error("no store")),
    exists: () => false,
    findObstacle: () => "no store",
    logger,
  });
  const started = new StartedBatches(accountStore, logger);
  routes = createCloudRunRoutes(upstream, { reader, started, now: () => Date.parse(time) });
});

type Name = keyof typeof routes;

interface RequestOfPage {
  readonly params?: object;
  readonly query?: object;
  readonly body?: object;
}

/** Calls a handler as the page would. Rejects with the error that the server answers with. */
async function call(name: Name, request: RequestOfPage): Promise<ReturnType<typeof JSON.parse>> {
  const answer = await routes[name](toCall(request));
  return JSON.parse(answer.body ?? JSON.stringify(answer.value));
}

function toCall({ params = {}, query = {}, body = {} }: RequestOfPage) {
  return {
    params,
    query,
    body,
    bodyText: JSON.stringify(body),
    caller: { scopes: ["*"] },
    headers: {},
    signal: new AbortController().signal,
    request: { req: { header: () => undefined }, get: () => undefined },
  } as never;
}

const FLOW = { flowId: "flow_1" };
const listBatches = () => call("listBatches", { query: FLOW });
const getBatch = (id: string) => call("getBatch", { params: { id }, query: FLOW });
const startRun = () =>
  call("runOnRecordType", { params: { id: "flow_1" }, body: { recordType: "customer" } });
const startBatch = () => call("startBatch", { body: { flowId: "flow_1", recordIds: ["record_1"] } });
const listRecords = (id: string, query: object = {}) =>
  call("listBatchRecords", { params: { id }, query: { ...FLOW, ...query } });
const retry = (id: string, body: object = {}) => call("retryBatch", { params: { id }, query: FLOW, body });
const statusOf = (request: Promise<unknown>) =>
  request.then(
    () => undefined,
    (error: unknown) =>
      error instanceof UpstreamAnswerError
        ? error.response.status
        : error instanceof HttpError && error.status,
  );

const row = (id: string, flowName: string, startedAt = time) => ({
  id,
  flowName,
  status: "completed",
  progress: 100,
  totalRecords: 3,
  processedRecords: 3,
  failedRecords: 1,
  startedAt,
});

const answerFlow = {
  "GET /v1/flows/flow_1": () => Response.json({ id: "flow_1", name: "Digest", flowSteps: [] }),
};

const answerSummary = (rows: readonly object[]) => () =>
  Response.json({ activeBatches: 0, recentlyCompleted: rows.length, batches: [], recent: rows });

const immediate = (fields: object = {}) => ({
  success: true,
  status: "completed",
  executedImmediately: true,
  batchId: "batch_now",
  flowId: "flow_1",
  recordType: "customer",
  recordCount: 2,
  successCount: 1,
  failureCount: 1,
  completedAt: time,
  results: [
    { recordId: "record_1", recordName: "Ada", success: true },
    { recordId: "record_2", recordName: "Bob", success: false, error: "No plan" },
  ],
  ...fields,
});

const queued = (id: string) => () => Response.json({ batchExecutionId: id, status: "queued" });

const answerStatus = (id: string, flowId: string) => ({
  [`GET /v1/batch/status/${id}`]: () => {
    const { flowName: _, id: batchExecutionId, ...state } = row(id, "");
    return Response.json({ ...state, batchExecutionId, flowId });
  },
});

it("batches of a flow are listed newest first, without duplicates and without those of a flow of the same name", async () => {
  answers = {
    ...answerFlow,
    "GET /v1/batch/summary": answerSummary([
      row("batch_old", "Digest", "2026-11-27T05:00:00.000Z"),
      row("batch_new", "Digest"),
      row("batch_new", "Digest"),
      row("batch_named_alike", "Digest"),
      row("batch_gone", "Digest"),
      row("batch_other", "Report"),
      { ...row("batch_with_flow", "Renamed", "2026-11-27T04:00:00.000Z"), flowId: "flow_1" },
      { ...row("batch_with_other_flow", "Digest"), flowId: "flow_2" },
    ]),
    ...answerStatus("batch_old", "flow_1"),
    ...answerStatus("batch_new", "flow_1"),
    ...answerStatus("batch_named_alike", "flow_2"),
  };
  const { data } = await listBatches();
  expect(data.map(({ batchExecutionId }: BatchState) => batchExecutionId)).toEqual([
    "batch_new",
    "batch_old",
    "batch_with_flow",
  ]);
  expect(data[0]).toMatchObject({ flowId: "flow_1", totalRecords: 3, failedRecords: 1 });
  requests = [];
  await listBatches();
  expect(requests).toEqual(["GET /v1/batch/summary"]);
});

it("the flow of a batch is read for the newest 20 batches, and a limit on these reads fails the list", async () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    row(`batch_many_${index}`, "Digest", `2026-11-27T05:00:${String(index).padStart(2, "0")}.000Z`),
  );
  const summary = { ...answerFlow, "GET /v1/batch/summary": answerSummary(many) };
  answers = { ...summary, ...Object.assign({}, ...many.map(({ id }) => answerStatus(id, "flow_1"))) };
  const { data } = await listBatches();
  expect(data.map(({ batchExecutionId }: BatchState) => batchExecutionId)).toEqual(
    many
      .slice(10)
      .map(({ id }) => id)
      .toReversed(),
  );
  const tooMany = () => Response.json({ error: "Hourly limit reached" }, { status: 429 });
  answers = {
    ...answerFlow,
    "GET /v1/batch/summary": answerSummary([row("batch_limited", "Digest")]),
    "GET /v1/batch/status/batch_limited": tooMany,
  };
  expect(await statusOf(listBatches())).toBe(429);
});

it("a batch whose status cannot be read is left out, and asked for again by the next list", async () => {
  const unreached = () => {
    throw new HttpError(502, "The API did not respond.");
  };
  answers = {
    ...answerFlow,
    "GET /v1/batch/summary": answerSummary([row("batch_1", "Digest"), row("batch_2", "Digest")]),
    ...answerStatus("batch_1", "flow_1"),
    "GET /v1/batch/status/batch_2": unreached,
  };
  expect((await listBatches()).data).toMatchObject([{ batchExecutionId: "batch_1" }]);
  answers = { ...answers, ...answerStatus("batch_2", "flow_1") };
  expect((await listBatches()).data).toHaveLength(2);
});

it("a batch that was started here has ended in the list after the summary no longer has it", async () => {
  answers = { "POST /v1/batch/flow": queued("batch_1"), "GET /v1/batch/summary": answerSummary([]) };
  await startBatch();
  const stopped = { error: "Stopped" };
  answers = { ...answers, "GET /v1/batch/status/batch_1": () => Response.json(stopped, { status: 500 }) };
  expect((await listBatches()).data).toMatchObject([{ status: "queued" }]);
  const other = { flowId: "flow_2" };
  answers = { ...answers, ...answerStatus("batch_1", "flow_1") };
  for (let list = 0; list < 2; list += 1)
    expect((await listBatches()).data).toMatchObject([{ status: "completed", processedRecords: 3 }]);
  expect(requests.filter((request) => request.endsWith("/status/batch_1"))).toHaveLength(2);
  answers = { ...answers, "GET /v1/batch/summary": answerSummary([row("batch_1", "Digest")]) };
  expect((await call("listBatches", { query: other })).data).toEqual([]);
  expect((await listBatches()).data).toHaveLength(1);
});

it("a batch that was started here has ended in the list although the API has no summary", async () => {
  answers = { "POST /v1/batch/flow": queued("batch_1"), ...answerStatus("batch_1", "flow_1") };
  await startBatch();
  expect((await listBatches()).data).toMatchObject([{ status: "completed", processedRecords: 3 }]);
});

it("a run that was started here is shown with its records although the API holds no batch for it", async () => {
  answers = {
    "POST /v1/flows/flow_1/run-on-record-type": () => Response.json(immediate()),
    "GET /v1/flows/flow_1/step-results": answerStepResults([]),
    "GET /v1/batch/summary": answerSummary([]),
  };
  expect(await startRun()).toMatchObject({ batchId: "batch_now", status: "completed", recordCount: 2 });
  const state = { status: "completed", recordType: "customer", totalRecords: 2 };
  expect(await getBatch("batch_now")).toMatchObject({ ...state, processedRecords: 2, failedRecords: 1 });
  const { data } = await listRecords("batch_now");
  expect(data).toMatchObject([
    { recordName: "Ada", status: "completed" },
    { recordName: "Bob", status: "failed", errorMessage: "No plan" },
  ]);
  answers = {};
  expect((await listBatches()).data).toMatchObject([{ batchExecutionId: "batch_now" }]);
  expect((await listRecords("batch_now", { status: "failed" })).data).toMatchObject([{ recordName: "Bob" }]);
});

it("a batch that the API does not return is derived from its step results", async () => {
  const results = [
    createStepResult("1"),
    createStepResult("2", { recordId: "record_2", status: "failed" }),
    createStepResult("3", { batchExecutionId: "batch_0", recordId: "record_3" }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results) };
  const state = { status: "completed", totalRecords: 2, failedRecords: 1 };
  expect(await getBatch("batch_1")).toMatchObject(state);
  expect(await statusOf(getBatch("batch_gone"))).toBe(404);
  answers = {};
  expect(await statusOf(getBatch("batch_1"))).toBe(404);
});

it("a run has started if its answer has undocumented fields, and any answer without a batch id is passed on", async () => {
  const path = "POST /v1/flows/flow_1/run-on-record-type";
  answers = { [path]: () => Response.json({ batchId: "batch_short", status: "completed" }) };
  expect(await startRun()).toMatchObject({ batchId: "batch_short" });
  for (const answer of ["<html>", '{"success":true}', '{"batchId":']) {
    answers = { [path]: () => new Response(answer) };
    expect(await statusOf(startRun())).toBe(200);
  }
  answers = {};
  expect(await statusOf(startRun())).toBe(404);
});

it("records of a batch are read from pages of step results, and their parts on two pages are merged", async () => {
  const results = [
    createStepResult("1", { recordId: "record_1", durationMs: 10, totalTokens: 5 }),
    createStepResult("2", {
      recordId: "record_2",
      recordName: "Bob",
      status: "failed",
      errorMessage: "No plan",
    }),
    createStepResult("3", { recordId: "record_1", durationMs: 20, outputPreview: "Hello", totalTokens: 7 }),
    createStepResult("4", { recordId: "record_2", recordName: "Bob", status: "skipped", durationMs: 0 }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results, 2) };
  const parts: BatchRecord[] = [];
  for (let cursor: string | undefined; cursor !== null;) {
    const page = await listRecords("batch_1", { cursor });
    parts.push(...page.data);
    cursor = page.pagination.nextCursor;
  }
  expect(requests).toHaveLength(2);
  expect(mergeBatchRecords(parts)).toMatchObject([
    { recordId: "record_1", status: "completed", durationMs: 30, totalTokens: 12, outputPreview: "Hello" },
    { recordId: "record_2", status: "failed", errorMessage: "No plan" },
  ]);
});

it("a retry runs the records that failed, without those whose failed step let the run continue", async () => {
  const results = [
    createStepResult("1", { status: "failed", errorMessage: "No plan" }),
    createStepResult("2", { status: "completed" }),
    createStepResult("3", { recordId: "record_2", status: "failed" }),
  ];
  answers = {
    "GET /v1/flows/flow_1/step-results": answerStepResults(results, 1),
    "POST /v1/batch/flow": queued("batch_2"),
  };
  expect(await retry("batch_1")).toEqual({ batchExecutionId: "batch_2", status: "queued" });
  expect(bodies).toEqual([{ flowId: "flow_1", recordIds: ["record_2"] }]);
  expect(await getBatch("batch_2")).toMatchObject({ status: "queued", totalRecords: 1, recordType: null });
});

it.each([
  ["without rows", []],
  ["that repeats its rows", [createStepResult("1")]],
])("a page of step results %s ends the reading, although the API says that more follow", async (_, data) => {
  const pagination = { limit: 100, offset: 0, returned: data.length, hasMore: true };
  answers = { "GET /v1/flows/flow_1/step-results": () => Response.json({ data, pagination }) };
  expect(await statusOf(retry("batch_1"))).toBe(409);
  expect(requests).toHaveLength(data.length + 1);
});

it("a retry without step results, or that the API lacks, starts nothing, and does not look like a missing endpoint for runs", async () => {
  expect(await Promise.all([retry("b"), retry("b", { version: "same" })].map(statusOf))).toEqual([502, 400]);
  expect(requests).toHaveLength(1);
});

it.each([
  ["an unreadable page", () => new Response("<html>"), 502],
  ["an error", () => Response.json({ error: "Broken" }, { status: 500 }), 500],
  [
    "no answer",
    () => {
      throw new HttpError(504, "The API did not respond in time.");
    },
    504,
  ],
])("a retry for whose step results the API has %s did certainly not start", async (_, answer, status) => {
  answers = { "GET /v1/flows/flow_1/step-results": answer };
  const error = await retry("batch_1").catch((thrown: unknown) => thrown);
  const response = error instanceof UpstreamAnswerError ? error.response : (error as HttpError);
  expect(response.status).toBe(status);
  expect(new Headers(response.headers).has(NOTHING_WRITTEN_HEADER)).toBe(true);
});

it("step results are continued at the cursor that the API has sent", async () => {
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults([]) };
  await call("listStepResults", { params: { id: "flow_1" }, query: { limit: "100", cursor: "next" } });
  expect(requests).toEqual(["GET /v1/flows/flow_1/step-results?limit=100&cursor=next"]);
});

it("answers carry the quota that the API has reported", async () => {
  const init = { headers: { "x-quota-remaining": "7" } };
  answers = {
    "POST /v1/flows/flow_1/run-on-record-type": () => Response.json(immediate(), init),
    "POST /v1/batch/flow": () => Response.json({ batchExecutionId: "batch_2", status: "queued" }, init),
  };
  const sent = [
    routes.runOnRecordType(toCall({ params: { id: "flow_1" }, body: { recordType: "customer" } })),
    routes.startBatch(toCall({ body: { flowId: "flow_1", recordIds: ["record_1"] } })),
  ];
  for (const { headers } of await Promise.all(sent)) expect(headers).toMatchObject(init.headers);
});

it("the steps of a record come from the step results if the API has no endpoint for the steps of a batch", async () => {
  const results = [
    createStepResult("1"),
    createStepResult("2", { recordId: "record_2" }),
    createStepResult("3"),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results) };
  const params = { batchId: "batch_1", recordId: "record_1" };
  const { data } = await call("listBatchRecordSteps", { params, query: FLOW });
  expect(data.map(({ id }: StepResult) => id)).toEqual(["1", "3"]);
});

it("the steps of an execution are searched in a limited number of pages", async () => {
  const others = Array.from({ length: 1000 }, (_, index) => createStepResult(String(index)));
  const own = [
    createStepResult("b", { executionSessionId: "exec_2", order: 1 }),
    createStepResult("a", { executionSessionId: "exec_2", order: 0 }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults([...own, ...others]) };
  const find = (executionId: string) =>
    call("listStepResults", { params: { id: "flow_1" }, query: { executionId } });
  expect((await find("exec_2")).data.map(({ id }: StepResult) => id)).toEqual(["a", "b"]);
  expect(requests).toHaveLength(2);
  expect((await find("gone")).data).toEqual([]);
  expect(requests).toHaveLength(7);
});

it("an unreadable answer to a batch is passed on, and a batch with unknown fields has started", async () => {
  const answer = (response: Response) => ({ "POST /v1/batch/flow": () => response });
  answers = answer(new Response('{"batchExecutionId":"ba'));
  expect(await statusOf(startBatch())).toBe(200);
  answers = answer(Response.json({ batchExecutionId: "batch_2", state: "queued" }));
  expect(await startBatch()).toEqual({ batchExecutionId: "batch_2", status: "" });
  expect(requests).toHaveLength(2);
});

import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { BatchRecord, StepResult } from "#contract/run.ts";
import type { ServerCapabilities } from "#contract/local.ts";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import {
  fetchBatchState,
  fetchLastStepRuns,
  fetchRecentBatches,
  fetchRecordsOfBatch,
  fetchStepsOfBatchRecord,
  fetchStepsOfExecution,
  listFailedRecordIds,
  mergeBatchRecords,
} from "./documented-runs.ts";
import { flowQueries } from "./flow-queries.ts";
import { startBatchOnRecords, startRunOnRecordType } from "./started-runs.ts";

const time = "2026-11-27T06:00:00.000Z";

function result(id: string, fields: Partial<StepResult> = {}): StepResult {
  return {
    id,
    userId: "user_1",
    organizationId: null,
    batchExecutionId: "batch_1",
    executionSessionId: "exec_1",
    flowId: "flow_1",
    flowVersionId: null,
    recordId: "record_1",
    recordName: "Ada",
    stepId: "ask",
    stepName: "Ask",
    stepType: "prompt",
    status: "completed",
    order: 0,
    durationMs: 10,
    outputPreview: null,
    startedAt: time,
    completedAt: time,
    createdAt: time,
    ...fields,
  };
}

let client: QueryClient;
let requests: string[];
let answers: Readonly<Record<string, (url: URL) => Response>>;

beforeEach(() => {
  client = new QueryClient();
  const server: Partial<ServerCapabilities> = { mode: "cloud", runs: false };
  client.setQueryData(serverCapabilityQueries.current().queryKey, server as ServerCapabilities);
  const flow = { id: "flow_1", name: "Digest", flowSteps: [] };
  client.setQueryData(flowQueries.detail("flow_1").queryKey, { flow, isInexact: false } as never);
  requests = [];
  answers = {};
  vi.stubGlobal("fetch", async (path: string, { method }: { method: string }) => {
    const url = new URL(path, "http://page");
    requests.push(`${method} ${path}`);
    const answer = answers[`${method} ${url.pathname}`];
    return answer?.(url) ?? Response.json({ error: "Not found" }, { status: 404 });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  client.clear();
});

/** Answers with pages of these step results, as the documented API does. */
function answerStepResults(results: readonly StepResult[], size = 100) {
  return (url: URL) => {
    const offset = Number(url.searchParams.get("offset"));
    const limit = Math.min(size, Number(url.searchParams.get("limit")));
    const matching = results.filter(
      ({ recordId, status, batchExecutionId }) =>
        (url.searchParams.get("recordId") ?? recordId) === recordId &&
        (url.searchParams.get("status") ?? status) === status &&
        (url.searchParams.get("batchId") ?? batchExecutionId) === batchExecutionId,
    );
    const data = matching.slice(offset, offset + limit);
    const hasMore = offset + data.length < matching.length;
    return Response.json({ data, pagination: { limit, offset, returned: data.length, hasMore } });
  };
}

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

const answerStatus = (id: string, flowId: string) => ({
  [`GET /v1/batch/status/${id}`]: () => {
    const { flowName: _, id: batchExecutionId, ...state } = row(id, "");
    return Response.json({ ...state, batchExecutionId, flowId });
  },
});

it("batches of a flow are listed newest first, without duplicates and without those of a flow of the same name", async () => {
  answers = {
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
  const { data } = await fetchRecentBatches(client, "flow_1", undefined);
  expect(data.map(({ batchExecutionId }) => batchExecutionId)).toEqual([
    "batch_new",
    "batch_old",
    "batch_with_flow",
  ]);
  expect(data[0]).toMatchObject({ flowId: "flow_1", totalRecords: 3, failedRecords: 1 });
  requests = [];
  await fetchRecentBatches(client, "flow_1", undefined);
  expect(requests).toEqual(["GET /v1/batch/summary"]);
});

it("the flow of a batch is read for the newest 20 batches, and a limit on these reads fails the list", async () => {
  const many = Array.from({ length: 30 }, (_, index) =>
    row(`batch_many_${index}`, "Digest", `2026-11-27T05:00:${String(index).padStart(2, "0")}.000Z`),
  );
  const summary = { "GET /v1/batch/summary": answerSummary(many) };
  answers = { ...summary, ...Object.assign({}, ...many.map(({ id }) => answerStatus(id, "flow_1"))) };
  const { data } = await fetchRecentBatches(client, "flow_1", undefined);
  expect(data.map(({ batchExecutionId }) => batchExecutionId)).toEqual(
    many
      .slice(10)
      .map(({ id }) => id)
      .toReversed(),
  );
  const tooMany = () => Response.json({ error: "Hourly limit reached" }, { status: 429 });
  answers = {
    "GET /v1/batch/summary": answerSummary([row("batch_limited", "Digest")]),
    "GET /v1/batch/status/batch_limited": tooMany,
  };
  await expect(fetchRecentBatches(client, "flow_1", undefined)).rejects.toThrow("Hourly limit reached");
});

it("a run that this page started is shown with its records although the API holds no batch for it", async () => {
  answers = {
    "POST /v1/flows/flow_1/run-on-record-type": () => Response.json(immediate()),
    "GET /v1/flows/flow_1/step-results": answerStepResults([]),
    "GET /v1/batch/summary": answerSummary([]),
  };
  expect(await startRunOnRecordType(client, "flow_1", "customer", 1000)).toBe("batch_now");
  expect(await fetchBatchState(client, "flow_1", "batch_now", undefined)).toMatchObject({
    status: "completed",
    recordType: "customer",
    totalRecords: 2,
    processedRecords: 2,
    failedRecords: 1,
  });
  const page = { flowId: "flow_1", batchId: "batch_now", cursor: "", isFailedOnly: false };
  const { data } = await fetchRecordsOfBatch(client, page, undefined);
  expect(data).toMatchObject([
    { recordName: "Ada", status: "completed" },
    { recordName: "Bob", status: "failed", errorMessage: "No plan" },
  ]);
  const { data: batches } = await fetchRecentBatches(client, "flow_1", undefined);
  expect(batches.map(({ batchExecutionId }) => batchExecutionId)).toEqual(["batch_now"]);
  expect(await listFailedRecordIds(client, "flow_1", "batch_now")).toEqual(["record_2"]);
});

it("a batch that the API does not return is derived from its step results", async () => {
  const results = [
    result("1"),
    result("2", { recordId: "record_2", status: "failed" }),
    result("3", { batchExecutionId: "batch_0", recordId: "record_3" }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results) };
  expect(await fetchBatchState(client, "flow_1", "batch_1", undefined)).toMatchObject({
    status: "completed",
    totalRecords: 2,
    failedRecords: 1,
  });
  await expect(fetchBatchState(client, "flow_1", "batch_gone", undefined)).rejects.toMatchObject({
    status: 404,
  });
});

it("a run has started if its answer has undocumented fields, and is unconfirmed if its answer has no batch id", async () => {
  const path = "POST /v1/flows/flow_1/run-on-record-type";
  answers = { [path]: () => Response.json({ batchId: "batch_short", status: "completed" }) };
  expect(await startRunOnRecordType(client, "flow_1", "customer", 1000)).toBe("batch_short");
  for (const answer of ["<html>", '{"success":true}', '{"batchId":']) {
    answers = { [path]: () => new Response(answer) };
    await expect(startRunOnRecordType(client, "flow_1", "customer", 1000)).rejects.toBeInstanceOf(
      NetworkError,
    );
  }
});

it("a run of a missing flow fails without marking runs as unavailable", async () => {
  const error = await startRunOnRecordType(client, "flow_1", "customer", 1000).catch(
    (found: unknown) => found,
  );
  expect(error).toBeInstanceOf(ApiError);
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  expect(server?.unavailable).toBeUndefined();
  expect(requests).toEqual(["POST /v1/flows/flow_1/run-on-record-type", "GET /v1/flows/flow_1"]);
});

it("records of a batch are read from pages of step results, and their parts on two pages are merged", async () => {
  const results = [
    result("1", { recordId: "record_1", durationMs: 10, totalTokens: 5 }),
    result("2", { recordId: "record_2", recordName: "Bob", status: "failed", errorMessage: "No plan" }),
    result("3", { recordId: "record_1", durationMs: 20, outputPreview: "Hello", totalTokens: 7 }),
    result("4", { recordId: "record_2", recordName: "Bob", status: "skipped", durationMs: 0 }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results, 2) };
  const parts: BatchRecord[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const request = { flowId: "flow_1", batchId: "batch_1", cursor, isFailedOnly: false };
    const page: Awaited<ReturnType<typeof fetchRecordsOfBatch>> = await fetchRecordsOfBatch(
      client,
      request,
      undefined,
    );
    parts.push(...page.data);
    cursor = page.pagination.nextCursor;
  }
  expect(requests).toHaveLength(2);
  expect(mergeBatchRecords(parts)).toMatchObject([
    { recordId: "record_1", status: "completed", durationMs: 30, totalTokens: 12, outputPreview: "Hello" },
    { recordId: "record_2", status: "failed", errorMessage: "No plan" },
  ]);
});

it("a record whose failed step let the run continue does not count as failed", async () => {
  const results = [
    result("1", { status: "failed", errorMessage: "No plan" }),
    result("2", { status: "completed" }),
    result("3", { recordId: "record_2", status: "failed" }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results, 1) };
  expect(await listFailedRecordIds(client, "flow_1", "batch_1")).toEqual(["record_2"]);
});

it("a page of step results without rows ends the reading, even if the API states that there are more", async () => {
  answers = {
    "GET /v1/flows/flow_1/step-results": () =>
      Response.json({ data: [], pagination: { limit: 100, offset: 0, returned: 0, hasMore: true } }),
  };
  expect(await listFailedRecordIds(client, "flow_1", "batch_1")).toEqual([]);
  expect(requests).toHaveLength(1);
});

it("the steps of a record come from the step results if the API has no endpoint for the steps of a batch", async () => {
  const results = [result("1"), result("2", { recordId: "record_2" }), result("3")];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results) };
  const about = { flowId: "flow_1", batchId: "batch_1", recordId: "record_1" };
  const { data } = await fetchStepsOfBatchRecord(client, about, undefined);
  expect(data.map(({ id }) => id)).toEqual(["1", "3"]);
});

it("the steps of an execution are searched in a limited number of pages", async () => {
  const others = Array.from({ length: 1000 }, (_, index) => result(String(index)));
  const own = [
    result("b", { executionSessionId: "exec_2", order: 1 }),
    result("a", { executionSessionId: "exec_2", order: 0 }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults([...own, ...others]) };
  const { data } = await fetchStepsOfExecution(client, "flow_1", "exec_2", undefined);
  expect(data.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(requests).toHaveLength(2);
  expect((await fetchStepsOfExecution(client, "flow_1", "gone", undefined)).data).toEqual([]);
  expect(requests).toHaveLength(7);
});

it("last runs are the newest result of each step, with counts only if all results of the batch are known", async () => {
  const results = [
    result("1", { recordId: "record_2", status: "failed" }),
    result("2", { recordId: "record_1" }),
    result("3", { batchExecutionId: "batch_0" }),
    result("4", { stepId: "mail", completedAt: null }),
    result("5", { stepId: null }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results, 5) };
  const { data } = await fetchLastStepRuns(client, "flow_1", undefined);
  expect(data).toEqual([
    expect.objectContaining({ stepId: "ask", status: "failed", failedRecords: 1, batchRecords: 2 }),
    expect.objectContaining({ stepId: "mail", completedAt: time, failedRecords: 0, batchRecords: 1 }),
  ]);
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results, 2) };
  const partial = await fetchLastStepRuns(client, "flow_1", undefined);
  expect(partial.data[0]).not.toHaveProperty("batchRecords");
});

it("a step that was skipped for the last record counts as run if it ran for another record of the batch", async () => {
  const results = [
    result("1", { status: "skipped" }),
    result("2"),
    result("3", { stepId: "mail", status: "skipped" }),
    result("4", { stepId: "mail", batchExecutionId: "batch_0" }),
  ];
  answers = { "GET /v1/flows/flow_1/step-results": answerStepResults(results) };
  const { data } = await fetchLastStepRuns(client, "flow_1", undefined);
  expect(data.map(({ status }) => status)).toEqual(["completed", "skipped"]);
});

it("a batch endpoint that is missing is distinguished from a missing record", async () => {
  answers = { "GET /v1/batch/summary": answerSummary([]) };
  const start = () => startBatchOnRecords(client, "flow_1", ["record_1"]).catch((found: Error) => found);
  expect(await start()).toMatchObject({ status: 404 });
  answers = {};
  expect(await start()).toMatchObject({ message: "The connected API doesn’t offer this." });
  expect(await start()).toMatchObject({ message: "The connected API doesn’t offer this." });
  expect(requests.filter((request) => request === "POST /v1/batch/flow")).toHaveLength(2);
});

it("a batch with an unreadable answer may have started, and a batch with unknown fields has started", async () => {
  const start = () => startBatchOnRecords(client, "flow_1", ["record_1"]).catch((found: Error) => found);
  const answer = (response: Response) => ({ "POST /v1/batch/flow": () => response });
  answers = answer(new Response('{"batchExecutionId":"ba'));
  expect(await start()).toBeInstanceOf(NetworkError);
  answers = answer(Response.json({ batchExecutionId: "batch_2", state: "queued" }));
  expect(await start()).toBe("batch_2");
  expect(requests).toHaveLength(2);
});

it("a key that may not start a batch can still read batches", async () => {
  answers = {
    "POST /v1/batch/flow": () =>
      Response.json({ error: "Missing scope" }, { status: 403, headers: { "x-server-key-refused": "1" } }),
    "GET /v1/batch/summary": answerSummary([row("batch_1", "Digest")]),
    ...answerStatus("batch_1", "flow_1"),
  };
  await expect(startBatchOnRecords(client, "flow_1", ["record_1"])).rejects.toThrow("it needs FLOWS:EXECUTE");
  expect((await fetchRecentBatches(client, "flow_1", undefined)).data.at(-1)).toMatchObject({
    batchExecutionId: "batch_1",
  });
});

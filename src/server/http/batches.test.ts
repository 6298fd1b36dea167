import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { endpoints } from "#contract/endpoints.ts";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { type FakeFlowRunner, createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import {
  insertTestRecords,
  createFailingStep,
  createSetVariableStep,
  createWaitStep,
} from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("batches", (store) => {
  let app: TestApp;
  let runner: FakeFlowRunner;
  beforeEach(async () => {
    runner = createFakeFlowRunner();
    app = await startTestApp(store(), { runner });
  });
  afterEach(() => app.close());

  const makeFlow = async (...steps: Parameters<typeof buildFlow>[1]) =>
    String((await app.create(buildFlow("Digest", steps))).id);
  const runOn = (flowId: string, recordType: string) =>
    app.call("POST", `/v1/flows/${flowId}/run-on-record-type`, { body: { recordType } });
  const start = async (flowId: string, recordIds: readonly string[], options = {}) =>
    String(
      (await app.call("POST", "/v1/batch/flow", { body: { flowId, recordIds, options } })).json
        .batchExecutionId,
    );
  const get = async (path: string) => (await app.call("GET", path)).json;
  const status = (id: string) => get(`/v1/batch/status/${id}`);
  const recordsOf = async (id: string, query = "") =>
    (await get(`/local/batches/${id}/records?limit=100${query}`)).data;
  const untilEnded = async (id: string) => {
    for (;;) {
      const batch = await status(id);
      if (batch.status !== "running" && batch.status !== "scheduled") return batch;
      await wait(20);
    }
  };
  const until = async (isMet: () => Promise<boolean> | boolean) => {
    while (!(await isMet())) await wait(20);
  };

  it("run a few records within the request, and report the result of each", async () => {
    await insertTestRecords(store(), "customer", 3);
    const flowId = await makeFlow(
      createSetVariableStep("a", { hello: "you" }),
      createSetVariableStep("b", "done"),
    );
    const answer = await runOn(flowId, "customer");
    expect(answer.status).toBe(200);
    expect(endpoints.runOnRecordType.answers[200].safeParse(answer.json).success).toBe(true);
    const { results, ...rest } = answer.json;
    expect(rest).toMatchObject({
      success: true,
      status: "completed",
      executedImmediately: true,
      flowId,
      recordType: "customer",
      recordCount: 3,
      successCount: 3,
      failureCount: 0,
    });
    expect(results.map(({ recordName }: { recordName: string }) => recordName)).toEqual([
      "customer 0",
      "customer 1",
      "customer 2",
    ]);
    expect(results[0]).toMatchObject({ success: true, contextSteps: 2, promptsExecuted: 0 });
    const steps = await get(`/v1/batch/${rest.batchId}/records/${results[0].recordId}/steps`);
    expect(endpoints.listBatchRecordSteps.answers[200].safeParse(steps).success).toBe(true);
    expect(steps.data).toMatchObject([
      {
        stepId: "a",
        order: 0,
        status: "completed",
        outputPreview: '{"hello":"you"}',
        flowId,
        batchExecutionId: rest.batchId,
      },
      { stepId: "b", order: 1, status: "completed", outputPreview: "done" },
    ]);
    const flow = (await get("/v1/flows")).data[0];
    expect(flow).toMatchObject({ lastRunStatus: "completed" });
    expect((await get(`/v1/flows/${flowId}`)).revision).toBe(1);
  });

  it("run many records in the background", async () => {
    await insertTestRecords(store(), "customer", 30);
    const flowId = await makeFlow(createSetVariableStep("a", 1));
    const answer = await runOn(flowId, "customer");
    expect(answer.status).toBe(202);
    expect(endpoints.runOnRecordType.answers[202].safeParse(answer.json).success).toBe(true);
    expect(answer.json).toMatchObject({ status: "scheduled", recordCount: 30 });
    const ended = await untilEnded(answer.json.batchId);
    expect(endpoints.getBatch.answers[200].safeParse(ended).success).toBe(true);
    expect(ended).toMatchObject({
      status: "completed",
      totalRecords: 30,
      processedRecords: 30,
      failedRecords: 0,
      progress: 100,
      flowName: "Digest",
      recordType: "customer",
    });
    expect([...runner.begun.values()]).toEqual(Array.from({ length: 30 }, () => 1));
    const page = await get(`/local/batches?flowId=${flowId}`);
    expect(endpoints.listBatches.answers[200].safeParse(page).success).toBe(true);
    expect(page.data).toHaveLength(1);
    const summary = await get("/v1/batch/summary");
    expect(endpoints.summariseBatches.answers[200].safeParse(summary).success).toBe(true);
    expect(summary).toMatchObject({ activeBatches: 0, recentlyCompleted: 1 });
    expect(await get(`/v1/batch/${answer.json.batchId}/cost`)).toEqual({
      batchExecutionId: answer.json.batchId,
      totalCostUsd: 0,
    });
  });

  it("report a record as failed when a step fails, and fail as a whole when all records fail", async () => {
    const ids = await insertTestRecords(store(), "customer", 2);
    const flowId = await makeFlow(
      createSetVariableStep("a", 1),
      createFailingStep("b"),
      createSetVariableStep("c", 2),
    );
    const answer = await runOn(flowId, "customer");
    expect(answer.json).toMatchObject({ success: false, status: "failed", successCount: 0, failureCount: 2 });
    expect(answer.json.results[0].error).toMatch(/^“Crawl b”: /);
    const { data } = await get(`/v1/batch/${answer.json.batchId}/records/${ids[0]}/steps`);
    expect(data).toMatchObject([
      { status: "completed" },
      { status: "failed", errorMessage: expect.stringContaining("does not run") },
      { status: "skipped", skipReason: "failed", durationMs: null },
    ]);
  });

  it("answer before a few records have run if the request prefers that", async () => {
    await insertTestRecords(store(), "customer", 2);
    const flowId = await makeFlow(createWaitStep("a", 600));
    const answer = await app.call("POST", `/v1/flows/${flowId}/run-on-record-type`, {
      body: { recordType: "customer" },
      headers: { prefer: "respond-async, wait=10" },
    });
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({ status: "scheduled", recordCount: 2 });
    expect(await status(answer.json.batchId)).toMatchObject({ processedRecords: 0 });
    await app.call("POST", `/v1/batch/cancel/${answer.json.batchId}`);
  });

  it.each(["0", "1"])("start once for a key that the page repeats, with EXTRAS=%s", async (extras) => {
    const [record = ""] = await insertTestRecords(store(), "customer", 1);
    const flowId = await makeFlow(createFailingStep("a"));
    await app.close();
    app = await startTestApp(store(), { runner, env: { EXTRAS: extras } });
    const failed = await start(flowId, [record]);
    await untilEnded(failed);
    const starts = [
      [`/v1/flows/${flowId}/run-on-record-type`, { recordType: "customer" }],
      ["/v1/batch/flow", { flowId, recordIds: [record] }],
      [`/local/batches/${failed}/retry`, undefined],
    ] as const;
    for (const [path, body] of starts) {
      const headers = { "idempotency-key": "run_1", [PAGE_USER_IDENTITY_HEADER]: "" };
      const send = () => app.call("POST", path, { ...(body && { body }), headers });
      const [{ json: first }, { json: again }] = [await send(), await send()];
      expect(again.batchId ?? again.batchExecutionId).toBe(first.batchId ?? first.batchExecutionId);
    }
  });

  it("run again on the records that failed, and on none if none did", async () => {
    const [first = ""] = await insertTestRecords(store(), "customer", 1);
    const flowId = await makeFlow(createSetVariableStep("a", 1));
    const batchId = await start(flowId, [first, "record_none"]);
    await untilEnded(batchId);
    const retry = (id: string) => app.call("POST", `/local/batches/${id}/retry`);
    // Only the record that does not exist failed.
    expect((await retry(batchId)).json.error).toBe("The records of this run no longer exist.");
    const failed = await start(await makeFlow(createFailingStep("a")), [first]);
    await untilEnded(failed);
    const again = await retry(failed);
    expect(endpoints.retryBatch.answers[200].safeParse(again.json).success).toBe(true);
    expect(await untilEnded(again.json.batchExecutionId)).toMatchObject({
      totalRecords: 1,
      failedRecords: 1,
    });
    const completed = await start(flowId, [first]);
    await untilEnded(completed);
    expect((await retry(completed)).status).toBe(409);
    expect((await retry("batch_none")).status).toBe(404);
  });

  it("run each record once even if it is listed several times, and fail unknown ids", async () => {
    const [first = "", second = ""] = await insertTestRecords(store(), "customer", 2);
    const batchId = await start(await makeFlow(createSetVariableStep("a", 1)), [
      second,
      "record_none",
      first,
      second,
    ]);
    expect(await untilEnded(batchId)).toMatchObject({
      status: "completed",
      totalRecords: 3,
      failedRecords: 1,
    });
    expect(await recordsOf(batchId)).toMatchObject([
      { recordId: second, status: "completed", outputPreview: "1" },
      { recordId: "record_none", status: "failed", errorMessage: "The record no longer exists." },
      { recordId: first, status: "completed" },
    ]);
    expect(await recordsOf(batchId, "&status=failed")).toHaveLength(1);
    const [flow] = (await get("/v1/flows")).data;
    expect(flow).toMatchObject({ lastRunStatus: "completed", lastRunRecords: 3, lastRunFailedRecords: 1 });
  });

  it("run the steps that were saved when they started", async () => {
    const ids = await insertTestRecords(store(), "customer", 12);
    const flowId = await makeFlow(createWaitStep("a", 20), createSetVariableStep("b", "old"));
    const batchId = await start(flowId, ids, { recordConcurrency: 1 });
    await app.call("PUT", `/v1/flows/${flowId}`, {
      body: { flowSteps: [createSetVariableStep("b", "new")] },
    });
    await untilEnded(batchId);
    expect(
      new Set((await recordsOf(batchId)).map((row: { outputPreview: string }) => row.outputPreview)),
    ).toEqual(new Set(["old"]));
  });

  it("are shown in the list of flows as soon as they start, and when they have ended", async () => {
    const ids = await insertTestRecords(store(), "customer", 3);
    const flowId = await makeFlow(createWaitStep("a", 300));
    const listed = async () =>
      (await get("/v1/flows?limit=50")).data.find(({ id }: { id: string }) => id === flowId);
    expect(await listed()).toMatchObject({ lastRunAt: null, lastRunStatus: null });
    const batchId = await start(flowId, ids);
    expect(await listed()).toMatchObject({ lastRunStatus: "running", lastRunRecords: 3 });
    await untilEnded(batchId);
    expect(await listed()).toMatchObject({ lastRunStatus: "completed", lastRunRecords: 3 });
  });

  it("never end before they began, although the system clock is set back meanwhile", async () => {
    const [record = ""] = await insertTestRecords(store(), "customer", 1);
    const batchId = await start(await makeFlow(createWaitStep("a", 200)), [record]);
    await until(() => runner.begun.size > 0);
    app.stepClock(-3_600_000);
    const batch = await untilEnded(batchId);
    const [ran] = await recordsOf(batchId);
    for (const { startedAt, completedAt } of [batch, ran])
      expect(Date.parse(completedAt)).toBeGreaterThanOrEqual(Date.parse(startedAt));
  });

  it("stop running records and start no others when they are cancelled", async () => {
    const ids = await insertTestRecords(store(), "customer", 20);
    const batchId = await start(
      await makeFlow(createSetVariableStep("a", 1), createWaitStep("b", 60_000)),
      ids,
      {
        recordConcurrency: 2,
      },
    );
    await until(() => runner.begun.size === 2);
    const answer = await app.call("POST", `/v1/batch/cancel/${batchId}`);
    expect(answer.json).toMatchObject({ success: true });
    await until(async () => (await recordsOf(batchId, "&status=running")).length === 0);
    const batch = await status(batchId);
    expect(batch).toMatchObject({
      status: "cancelled",
      processedRecords: 0,
      cancelledRecords: 20,
      progress: 100,
    });
    expect(await recordsOf(batchId, "&status=cancelled")).toHaveLength(20);
    expect(runner.begun.size).toBe(2);
    const { data } = await get(`/v1/batch/${batchId}/records/${ids[0]}/steps`);
    expect(data).toMatchObject([{ status: "completed" }, { status: "failed" }]);
    expect((await app.call("POST", `/v1/batch/cancel/${batchId}`)).json).toMatchObject({ success: false });
  });

  it("fail when their flow is deleted, after the running records end", async () => {
    const ids = await insertTestRecords(store(), "customer", 5);
    const flowId = await makeFlow(createWaitStep("a", 150));
    const batchId = await start(flowId, ids, { recordConcurrency: 1 });
    await until(() => runner.begun.size > 0);
    await app.call("DELETE", `/v1/flows/${flowId}`);
    expect(await untilEnded(batchId)).toMatchObject({
      status: "failed",
      processedRecords: 1,
      cancelledRecords: 4,
    });
    expect((await status(batchId)).error).toMatch(/flow was deleted/);
    expect((await app.call("GET", `/local/batches?flowId=${flowId}`)).status).toBe(404);
  });

  it("publish change events for their progress, and always for their end", async () => {
    const ids = await insertTestRecords(store(), "customer", 12);
    const events = await app.listen();
    const batchId = await start(await makeFlow(createSetVariableStep("a", 1)), ids);
    for (let received = await events.next(); ; received = await events.next()) {
      if (received?.event !== "batch.progress") continue;
      expect(received.data).toMatchObject({ id: batchId, totalRecords: 12 });
      if (received.data.status === "completed") break;
    }
    await events.close();
  });

  it("respond with 202 if the server stops during the request, and finish after its restart", async () => {
    await insertTestRecords(store(), "customer", 3);
    const flowId = await makeFlow(createWaitStep("a", 2500));
    const answer = runOn(flowId, "customer");
    await until(() => runner.begun.size === 3);
    await app.close();
    expect((await answer).status).toBe(202);
    app = await startTestApp(store(), { runner });
    const { batchId } = (await answer).json;
    expect(await untilEnded(batchId)).toMatchObject({ status: "completed", processedRecords: 3 });
    expect(await recordsOf(batchId)).toMatchObject([{ attempts: 1 }, { attempts: 1 }, { attempts: 1 }]);
  });

  it("are refused if none of the requested records exists, or if the flow does not exist", async () => {
    const flowId = await makeFlow(createSetVariableStep("a", 1));
    const nothing = await runOn(flowId, "customer");
    expect([nothing.status, nothing.json.details[0].code]).toEqual([400, "NO_RECORDS"]);
    expect(
      (await app.call("POST", "/v1/batch/flow", { body: { flowId, recordIds: ["record_none"] } })).status,
    ).toBe(400);
    expect((await app.call("POST", "/v1/batch/flow", { body: { flowId, recordIds: [] } })).status).toBe(400);
    expect((await runOn("flow_none", "customer")).status).toBe(404);
    const page = await get(`/local/batches?flowId=${flowId}`);
    expect(page.data).toEqual([]);
    for (const path of [
      "/v1/batch/status/x",
      "/v1/batch/%00/cost",
      "/local/batches/%00/records",
      "/v1/batch/a/records/b/steps",
    ])
      expect((await app.call("GET", path)).status, path).toBe(404);
    expect((await app.call("POST", "/v1/batch/cancel/%00")).status).toBe(404);
  });
});

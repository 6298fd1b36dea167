import { setTimeout as wait } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/flow-builder.ts";
import { endpoints } from "#contract/endpoints.ts";
import { records } from "#server/store/schema.ts";
import { type PlainRunner, createPlainRunner } from "#server/testing/plain-runner.ts";
import { addRecords, failingStep, setStep, waitStep } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeStores } from "#server/testing/test-stores.ts";

describeStores("batches", (store) => {
  let app: TestApp;
  let runner: PlainRunner;
  beforeEach(async () => {
    runner = createPlainRunner();
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

  it("runs a few records within the request, and tells what became of each", async () => {
    await addRecords(store(), "customer", 3);
    const flowId = await makeFlow(setStep("a", { hello: "you" }), setStep("b", "done"));
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

  it("runs many in the background, told as a batch", async () => {
    await addRecords(store(), "customer", 30);
    const flowId = await makeFlow(setStep("a", 1));
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
    expect(await get(`/v1/batch/${answer.json.batchId}/cost`)).toEqual({ totalCostUsd: 0 });
  });

  it("fails the records whose steps fail, and the batch where all of them do", async () => {
    const ids = await addRecords(store(), "customer", 2);
    const flowId = await makeFlow(setStep("a", 1), failingStep("b"), setStep("c", 2));
    const answer = await runOn(flowId, "customer");
    expect(answer.json).toMatchObject({ success: false, status: "failed", successCount: 0, failureCount: 2 });
    expect(answer.json.results[0].error).toMatch(/^Crawl b: /);
    const { data } = await get(`/v1/batch/${answer.json.batchId}/records/${ids[0]}/steps`);
    expect(data).toMatchObject([
      { status: "completed" },
      { status: "failed", errorMessage: expect.stringContaining("does not run") },
      { status: "skipped", skipReason: "failed", durationMs: null },
    ]);
  });

  it("tries failed records again as often as asked, and counts them once", async () => {
    const ids = await addRecords(store(), "customer", 2);
    const batchId = await start(await makeFlow(failingStep("a")), ids, { maxRetries: 2 });
    expect(await untilEnded(batchId)).toMatchObject({
      status: "failed",
      processedRecords: 2,
      failedRecords: 2,
    });
    expect((await recordsOf(batchId)).map(({ attempts }: { attempts: number }) => attempts)).toEqual([3, 3]);
  });

  it("runs each record once, however often it is named, and fails what is none", async () => {
    const [first = "", second = ""] = await addRecords(store(), "customer", 2);
    const batchId = await start(await makeFlow(setStep("a", 1)), [second, "record_none", first, second]);
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
  });

  it("takes the steps that were saved when it began", async () => {
    const ids = await addRecords(store(), "customer", 12);
    const flowId = await makeFlow(waitStep("a", 20), setStep("b", "old"));
    const batchId = await start(flowId, ids, { recordConcurrency: 1 });
    await app.call("PUT", `/v1/flows/${flowId}`, { body: { flowSteps: [setStep("b", "new")] } });
    await untilEnded(batchId);
    expect(
      new Set((await recordsOf(batchId)).map((row: { outputPreview: string }) => row.outputPreview)),
    ).toEqual(new Set(["old"]));
  });

  it("keeps to the number of records that may be under way at once", async () => {
    const ids = await addRecords(store(), "customer", 8);
    const batchId = await start(await makeFlow(waitStep("a", 30)), ids, { recordConcurrency: 2 });
    let most = 0;
    await until(async () => {
      most = Math.max(most, (await recordsOf(batchId, "&status=running")).length);
      return (await status(batchId)).status === "completed";
    });
    expect(most).toBeLessThanOrEqual(2);
    expect(most).toBeGreaterThan(0);
  });

  it("cancels: what waits is not begun, what is under way stops, and both are told", async () => {
    const ids = await addRecords(store(), "customer", 20);
    const batchId = await start(await makeFlow(setStep("a", 1), waitStep("b", 60_000)), ids, {
      recordConcurrency: 2,
    });
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

  it("fails a record that is deleted before its turn", async () => {
    const ids = await addRecords(store(), "customer", 3);
    const batchId = await start(await makeFlow(waitStep("a", 100)), ids, { recordConcurrency: 1 });
    await until(() => runner.begun.size > 0);
    await store().write(async (tx) => void (await tx.delete(records).where(eq(records.id, ids[2] ?? ""))));
    expect(await untilEnded(batchId)).toMatchObject({ status: "completed", failedRecords: 1 });
    expect((await recordsOf(batchId))[2]).toMatchObject({ errorMessage: "The record no longer exists." });
  });

  it("ends as failed where its flow is deleted, once what is under way is done", async () => {
    const ids = await addRecords(store(), "customer", 5);
    const flowId = await makeFlow(waitStep("a", 150));
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

  it("tells how it goes, and in any case how it ends", async () => {
    const ids = await addRecords(store(), "customer", 12);
    const events = await app.listen();
    const batchId = await start(await makeFlow(setStep("a", 1)), ids);
    for (let heard = await events.next(); ; heard = await events.next()) {
      if (heard?.event !== "batch.progress") continue;
      expect(heard.data).toMatchObject({ id: batchId, totalRecords: 12 });
      if (heard.data.status === "completed") break;
    }
    await events.close();
  });

  it("puts off what is under way when the server stops, and another goes on with it", async () => {
    const ids = await addRecords(store(), "customer", 6);
    const batchId = await start(await makeFlow(waitStep("a", 2500)), ids, { recordConcurrency: 3 });
    await until(() => runner.begun.size === 3);
    await app.close();
    runner = createPlainRunner();
    app = await startTestApp(store(), { runner });
    expect(await untilEnded(batchId)).toMatchObject({ status: "completed", processedRecords: 6 });
    expect((await recordsOf(batchId)).map(({ attempts }: { attempts: number }) => attempts)).toEqual(
      ids.map(() => 1),
    );
  });

  it("answers an immediate run that a stop came between as one that goes on later", async () => {
    await addRecords(store(), "customer", 3);
    const flowId = await makeFlow(waitStep("a", 2500));
    const answer = runOn(flowId, "customer");
    await until(() => runner.begun.size === 3);
    await app.close();
    expect((await answer).status).toBe(202);
    app = await startTestApp(store(), { runner });
    expect(await untilEnded((await answer).json.batchId)).toMatchObject({ status: "completed" });
  });

  it("refuses what cannot be run", async () => {
    const flowId = await makeFlow(setStep("a", 1));
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

import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { endpoints } from "#contract/endpoints.ts";
import { deleteOldBatchesAndStepResults } from "#server/store/delete-old-batches.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import {
  createFailingStep,
  createSetVariableStep,
  createWaitStep,
  insertTestRecords,
} from "#server/testing/run-data.ts";
import { countTableRows } from "#server/testing/run-instance.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEachStore } from "#server/testing/test-stores.ts";

const DAY_MS = 24 * 3_600_000;

describeSuiteForEachStore("the health of a flow", (store) => {
  let app: TestApp;
  let flowId: string;
  let failingId: string;
  let recordIds: readonly string[];
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    recordIds = await insertTestRecords(store(), "customer", 3);
    flowId = (await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]))).id;
    failingId = (await app.create(buildFlow("Broken", [createFailingStep("b")]))).id;
  });
  afterEach(() => app.close());

  const get = async (path: string) => (await app.call("GET", path)).json;
  const readHealth = async (id: string, query = "") => {
    const health = await get(`/local/flows/${id}/health?${query}`);
    expect(endpoints.getRunHealth.answers[200].safeParse(health).success).toBe(true);
    return health;
  };
  const readOutcomes = async (id: string) => {
    const { data } = await get("/v1/flows");
    return data.find((flow: { id: string }) => flow.id === id).recentOutcomes;
  };
  const dispatch = async (id: string) =>
    (await app.call("POST", "/v1/dispatch", { body: { flow: { id } } })).json;
  const runOnType = async (id: string) => {
    const body = { recordType: "customer" };
    return (await app.call("POST", `/v1/flows/${id}/run-on-record-type`, { body })).json;
  };

  it("counts batches, single runs and their executions, in total and for the day", async () => {
    await dispatch(flowId);
    await runOnType(flowId);
    const counts = { runs: 2, failedRuns: 0, cancelledRuns: 0, executions: 4, failedExecutions: 0 };
    const { totals, days, failures, otherFailures } = await readHealth(flowId);
    expect(totals).toMatchObject({
      ...counts,
      p50Ms: expect.any(Number),
      totalTokens: null,
      estimatedCost: null,
    });
    expect(days).toHaveLength(7);
    expect(days.map(({ runs }: { runs: number }) => runs)).toEqual([0, 0, 0, 0, 0, 0, 2]);
    expect(days.at(-1)).toMatchObject({ date: "2026-01-01", ...counts });
    expect([failures, otherFailures]).toEqual([[], 0]);
    expect(await readOutcomes(flowId)).toBe("cc");
  });

  it("groups failures by step and message, with the last run", async () => {
    await dispatch(failingId);
    const { batchId } = await runOnType(failingId);
    const health = await readHealth(failingId);
    expect(health.totals).toMatchObject({ runs: 2, failedRuns: 2, executions: 4, failedExecutions: 4 });
    const failure = {
      stepId: "b",
      stepName: "Crawl b",
      count: 4,
      runId: batchId,
      lastAt: expect.any(String),
    };
    expect(health.failures).toEqual([{ ...failure, message: expect.not.stringContaining("“Crawl b”: ") }]);
    expect(await readOutcomes(failingId)).toBe("ff");
  });

  it("counts a batch with some failed records as failed, and a cancelled one as neither", async () => {
    await store().database.execute(sql`DELETE FROM records WHERE id = ${recordIds[2]}`);
    const startBatch = async (id: string) => {
      const body = { flowId: id, recordIds: [...recordIds] };
      return (await app.call("POST", "/v1/batch/flow", { body })).json.batchExecutionId;
    };
    const waitFor = (batchId: string, state: object) =>
      vi.waitFor(async () => expect(await get(`/v1/batch/status/${batchId}`)).toMatchObject(state), 10_000);
    const partly = await startBatch(flowId);
    await waitFor(partly, { status: "completed", processedRecords: 3 });
    const slowId = (await app.create(buildFlow("Slow", [createWaitStep("w", 60_000)]))).id;
    const cancelled = await startBatch(slowId);
    await waitFor(cancelled, { status: "running", processedRecords: 1 });
    await app.call("POST", `/v1/batch/cancel/${cancelled}`);
    await waitFor(cancelled, { status: "cancelled", cancelledRecords: 2 });

    const { totals, failures } = await readHealth(flowId);
    expect(totals).toMatchObject({ runs: 1, failedRuns: 1, executions: 3, failedExecutions: 1 });
    const failure = { stepId: null, stepName: null, message: "The record no longer exists.", count: 1 };
    expect(failures).toEqual([{ ...failure, runId: partly, lastAt: expect.any(String) }]);
    const counts = { runs: 1, failedRuns: 0, cancelledRuns: 1, executions: 1, failedExecutions: 1 };
    expect((await readHealth(slowId)).totals).toMatchObject(counts);
    expect([await readOutcomes(flowId), await readOutcomes(slowId)]).toEqual(["p", "x"]);
  });

  it("keeps the last 20 outcomes in the row of the flow, the newest last", async () => {
    await dispatch(failingId);
    await app.call("PUT", `/v1/flows/${failingId}`, { body: { flowSteps: [createSetVariableStep("b", 1)] } });
    for (let run = 0; run < 19; run += 1) await dispatch(failingId);
    expect(await readOutcomes(failingId)).toBe(`f${"c".repeat(19)}`);
    await dispatch(failingId);
    expect(await readOutcomes(failingId)).toBe("c".repeat(20));
  });

  it("counts by the days of a time zone, and only those of the period", async () => {
    await dispatch(flowId);
    // In Auckland, the first hours of 2026 (UTC) are the afternoon of 1 January.
    app.wait(DAY_MS);
    await dispatch(flowId);
    app.wait(7 * DAY_MS);
    const daysOf = async (query: string) =>
      (await readHealth(flowId, query)).days.flatMap(({ date, runs }: { date: string; runs: number }) =>
        runs > 0 ? [[date, runs]] : [],
      );
    expect(await daysOf("days=30")).toEqual([
      ["2026-01-01", 1],
      ["2026-01-02", 1],
    ]);
    expect(await daysOf("days=30&timeZone=America/Los_Angeles")).toEqual([
      ["2025-12-31", 1],
      ["2026-01-01", 1],
    ]);
    expect(await daysOf("days=7")).toEqual([]);
    expect((await readHealth(flowId, "days=30")).days).toHaveLength(30);
  });

  it("refuses other periods, unknown time zones and unknown flows", async () => {
    const statusOf = async (path: string) => (await app.call("GET", path)).status;
    expect(await statusOf(`/local/flows/${flowId}/health?days=8`)).toBe(400);
    expect(await statusOf(`/local/flows/${flowId}/health?timeZone=Mars/Olympus`)).toBe(400);
    expect(await statusOf("/local/flows/flow_none/health")).toBe(404);
  });

  it("is deleted with its flow, and pruned by the retention", async () => {
    await dispatch(flowId);
    await dispatch(failingId);
    await app.call("DELETE", `/v1/flows/${flowId}`);
    expect(await countTableRows(store(), "flow_run_hours")).toBe(1);
    await deleteOldBatchesAndStepResults(store(), new Date("2026-01-01T00:00:00Z"), () => true);
    expect(await countTableRows(store(), "flow_run_hours")).toBe(1);
    await deleteOldBatchesAndStepResults(store(), new Date("2026-01-02T00:00:00Z"), () => true);
    expect(await countTableRows(store(), "flow_run_hours")).toBe(0);
  });
});

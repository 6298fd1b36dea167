import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import type { JsonObject } from "#core/json/json.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { insertTestRecords } from "#server/testing/run-data.ts";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { createSampleSetVariableStep, createSampleThrowingScriptStep } from "#server/testing/sample-steps.ts";
import {
  type TestApp,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const { runner } = createFlowRunHarness();
afterAll(() => runner.close());
const reusedRunner = { ...runner, run: runner.run.bind(runner), close: async () => {} };

describeSuiteForEitherStore("batches with a flow or records of the request", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: reusedRunner });
  });
  afterEach(() => app.close());

  const get = async (path: string) => (await app.call("GET", path)).json;
  const post = (body: unknown) => app.call("POST", "/v1/batch/flow", { body });
  const start = async (body: unknown) => {
    const answer = await post(body);
    expect(answer.status, answer.text).toBe(200);
    expect(endpoints.startBatch.answers[200].safeParse(answer.json).success).toBe(true);
    return answer.json;
  };
  const end = async (id: string) => {
    for (;;) {
      const batch = await get(`/v1/batch/status/${id}`);
      if (!["scheduled", "running"].includes(batch.status)) return batch;
      await wait(20);
    }
  };
  const recordsOf = async (id: string) => (await get(`/local/batches/${id}/records`)).data;
  const greet = createSampleSetVariableStep("greeting", "{{word}} {{_record.name}}, a {{_record.type}}");
  const flowDefinition = { name: "Greet", steps: [greet] };
  const people = [
    { name: "Ada", type: "person", metadata: { word: "Hello" } },
    { name: "Bob", type: "person", metadata: { word: "Hi", "2": "two", "1": "one" }, note: "kept" },
  ];

  it("run a definition on inline records, and list their results", async () => {
    const { batchExecutionId: id, ...rest } = await start({ flowDefinition, records: people });
    expect(rest).toEqual({ status: "scheduled" });
    const batch = await end(id);
    expect(endpoints.getBatch.answers[200].safeParse(batch).success).toBe(true);
    expect(batch).toMatchObject({
      status: "completed",
      flowId: expect.stringMatching(/^flow_/),
      flowName: "Greet",
      totalRecords: 2,
      processedRecords: 2,
      failedRecords: 0,
      successCount: 2,
    });
    const records = await recordsOf(id);
    expect(records).toMatchObject([
      { recordName: "Ada", status: "completed", outputPreview: "Hello Ada, a person", isInline: true },
      { recordName: "Bob", status: "completed", outputPreview: "Hi Bob, a person", isInline: true },
    ]);
    const [{ recordId }] = records;
    expect(recordId).toMatch(/^record_[0-9a-z]{26}$/);
    const steps = await get(`/v1/batch/${id}/records/${recordId}/steps`);
    expect(endpoints.listBatchRecordSteps.answers[200].safeParse(steps).success).toBe(true);
    expect(steps.data).toMatchObject([
      { flowId: null, recordId, recordName: "Ada", batchExecutionId: id, stepId: "greeting" },
    ]);
    expect((await get(`/local/step-results/${steps.data[0].id}/output`)).output).toBe("Hello Ada, a person");
    expect(await get(`/v1/batch/${id}/cost`)).toEqual({ batchExecutionId: id, totalCostUsd: 0 });
    expect(await get(`/v1/batch/${id}/records/${recordId}/cost`)).toEqual({
      batchExecutionId: id,
      recordId,
      totalCostUsd: 0,
    });
    expect((await app.call("GET", `/v1/batch/${id}/records/record_none/cost`)).status).toBe(404);
    expect((await get("/v1/batch/summary")).recent).toMatchObject([{ id, flowName: "Greet" }]);
    // Neither the flow nor the records are stored.
    expect((await app.call("GET", `/v1/flows/${batch.flowId}`)).status).toBe(404);
    expect((await get("/v1/flows")).data).toEqual([]);
    expect((await app.call("GET", `/v1/records/${recordId}`)).status).toBe(404);
    expect((await get("/v1/records")).data).toEqual([]);
  });

  it("keep a model's answer in all results even if it is not the JSON that the step requires", async () => {
    const server = await startModelServer((_, response) =>
      streamModelResponse(response, [answers.shift() ?? ""], { usage: { cost: 0.25 } }),
    );
    const answers = ['{"a":1}', "Sorry, no {"];
    const harness = createFlowRunHarness({ modelUrl: server.url, modelKey: "sk-test" });
    await app.close();
    app = await startTestApp(store(), { runner: harness.runner });
    const config = { model: "m", userPrompt: "Answer", responseFormat: "json", outputVariable: "answer" };
    const { batchExecutionId } = await start({
      flowDefinition: { name: "Ask", steps: [{ id: "ask", type: "prompt", name: "Ask", config }] },
      records: people,
      options: { recordConcurrency: 1 },
    });
    expect(await end(batchExecutionId)).toMatchObject({ status: "completed", failedRecords: 0 });
    const records = await recordsOf(batchExecutionId);
    expect(records.map((row: JsonObject) => [row["status"], row["outputPreview"]])).toEqual([
      ["completed", '{"a":1}'],
      ["completed", "Sorry, no {"],
    ]);
    const outputs = [];
    for (const { recordId } of records) {
      const [{ id, ...step }] = (await get(`/v1/batch/${batchExecutionId}/records/${recordId}/steps`)).data;
      expect(step).toMatchObject({ status: "completed", errorMessage: null, estimatedCost: "0.25" });
      outputs.push((await get(`/local/step-results/${id}/output`)).output);
      const cost = await get(`/v1/batch/${batchExecutionId}/records/${recordId}/cost`);
      expect(cost).toEqual({ batchExecutionId, recordId, totalCostUsd: 0.25 });
    }
    expect(outputs).toEqual([{ a: 1 }, "Sorry, no {"]);
    expect(await get(`/v1/batch/${batchExecutionId}/cost`)).toEqual({ batchExecutionId, totalCostUsd: 0.5 });
    server.close();
  });

  it("are scheduled with a start and without an end, as the API documents", async () => {
    await app.runs?.stop();
    const { batchExecutionId } = await start({ flowDefinition, records: people });
    const batch = await get(`/v1/batch/status/${batchExecutionId}`);
    expect(batch).toMatchObject({ status: "scheduled", startedAt: batch.createdAt });
    expect(batch).not.toHaveProperty("completedAt");
    const [row] = (await get("/v1/batch/summary")).batches;
    expect(row).toMatchObject({ id: batchExecutionId, startedAt: batch.createdAt });
  });

  it("run a definition on stored records, and a stored flow on inline ones", async () => {
    const [first = "", second = ""] = await insertTestRecords(store(), "person", 2);
    const stored = await start({
      flowDefinition: { name: "Greet", flowSteps: [greet] },
      recordIds: [first, second],
    });
    await end(stored.batchExecutionId);
    expect(await recordsOf(stored.batchExecutionId)).toMatchObject([
      { recordId: first, outputPreview: " person 0, a person" },
      { recordId: second, outputPreview: " person 1, a person" },
    ]);
    const { id: flowId } = await app.create(buildFlow("Stored", [greet]));
    const inline = await start({ flowId, records: [...people, { id: first }] });
    await end(inline.batchExecutionId);
    const records = await recordsOf(inline.batchExecutionId);
    expect(records.map((row: JsonObject) => row["outputPreview"])).toEqual([
      "Hello Ada, a person",
      "Hi Bob, a person",
      " person 0, a person",
    ]);
    expect(records[2]).not.toHaveProperty("isInline");
    expect((await get(`/v1/flows/${flowId}/step-results`)).data).toHaveLength(3);
    expect((await get(`/local/batches?flowId=${flowId}`)).data).toHaveLength(1);
  });

  it("retry failed records, also inline ones by their ids in a later batch", async () => {
    const fails = createSampleThrowingScriptStep("fails");
    const { batchExecutionId } = await start({
      flowDefinition: { name: "Fails", steps: [fails] },
      records: people.slice(0, 1),
      options: { maxRetries: 1 },
    });
    expect(await end(batchExecutionId)).toMatchObject({ status: "failed", failedRecords: 1 });
    const [{ recordId, attempts }] = await recordsOf(batchExecutionId);
    expect(attempts).toBe(2);
    const again = await start({ flowDefinition, recordIds: [recordId] });
    await end(again.batchExecutionId);
    expect(await recordsOf(again.batchExecutionId)).toMatchObject([
      { recordId, recordName: "Ada", outputPreview: "Hello Ada, a person", isInline: true },
    ]);
  });

  it("list fields and options without effect as warnings", async () => {
    const options = { recordConcurrency: 2, chunkSize: 200, timeoutMs: 5 };
    const body = { flowDefinition, records: people, options, webhookUrl: "https://a.example" };
    const { warnings, batchExecutionId } = await start(body);
    expect(warnings.map(({ path, code }: JsonObject) => [path, code])).toEqual(
      ["webhookUrl", "options.chunkSize", "options.timeoutMs"].map((path) => [path, "UNSUPPORTED_OPTION"]),
    );
    expect(warnings[1].message).toBe("This server does not support this option. The batch runs without it.");
    await end(batchExecutionId);
  });

  it.each<[string, unknown, string, string]>([
    ["an agent", { agentId: "agent_1", records: people }, "agentId", "UNSUPPORTED_MODE"],
    ["no flow", { records: people }, "flowId", "MISSING_REQUIRED_FIELD"],
    ["no records", { flowDefinition }, "recordIds", "MISSING_REQUIRED_FIELD"],
    ["two flows", { flowId: "flow_x", flowDefinition, records: people }, "flowDefinition", "INVALID_VALUE"],
    ["two lists", { flowDefinition, recordIds: ["record_x"], records: people }, "records", "INVALID_VALUE"],
    ["unknown ids", { flowDefinition, records: [{ id: "record_none" }] }, "records", "NO_RECORDS"],
    ["no steps", { flowDefinition: { name: "x" }, records: people }, "flowDefinition.flowSteps", "TOO_SHORT"],
    [
      "steps with the same id",
      { flowDefinition: { name: "x", steps: [greet, greet] }, records: people },
      "flowDefinition.steps.1.id",
      "DUPLICATE_ID",
    ],
  ])("are refused with %s", async (_, body, path, code) => {
    const answer = await post(body);
    expect([answer.status, answer.json.details], answer.text).toEqual([
      400,
      expect.arrayContaining([expect.objectContaining({ path, code })]),
    ]);
    expect((await get("/v1/batch/summary")).activeBatches).toBe(0);
  });

  it("with a flow of the request need the scope to dispatch", async () => {
    await app.close();
    const runner = "FLOWS:EXECUTE+RECORDS:READ";
    const scopes = { executor: "FLOWS:EXECUTE", runner, dispatcher: `${runner}+DISPATCH:EXECUTE` };
    const keys = Object.entries(scopes).map(([name, own]) => `${createTestApiKey(name)}=${own}`);
    app = await startTestApp(store(), { runner: reusedRunner, env: { API_KEYS: keys.join(",") } });
    const as = (name: string) =>
      app.call("POST", "/v1/batch/flow", {
        body: { flowDefinition, records: people },
        headers: createBearerHeader(name),
      });
    expect((await as("executor")).status).toBe(403);
    const refused = await as("runner");
    expect([refused.status, refused.json.error]).toEqual([403, expect.stringContaining("DISPATCH:EXECUTE")]);
    expect((await as("dispatcher")).status).toBe(200);
  });
});

import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { readServerConfig } from "#server/config/config.ts";
import { startListening } from "#server/http-server.ts";
import { createRecordStoreForRuns } from "#server/records/run-records.ts";
import { openFlowRunner } from "#server/runner/open-runner.ts";
import { insertTestRecords } from "#server/testing/run-data.ts";
import {
  createSampleScriptStep,
  createSampleSetVariableStep,
  createSampleStep,
} from "#server/testing/sample-steps.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("a retry", (store) => {
  let app: TestApp;
  let close: () => Promise<unknown>;
  let address: string;
  /** The requests of steps, as their path and body, with their idempotency keys. */
  let effects: { readonly path: string; readonly body: string; readonly key: string }[];
  /** Paths that answer with status 500. */
  let broken: Set<string>;
  let recordIds: readonly string[];

  beforeEach(async () => {
    effects = [];
    broken = new Set(["/save"]);
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        const path = request.url ?? "";
        effects.push({ path, body, key: String(request.headers["idempotency-key"]) });
        response.writeHead(broken.has(path) ? 500 : 200, { "content-type": "application/json" });
        response.end(`{"path":"${path}"}`);
      });
    });
    address = `127.0.0.1:${await startListening(server, 0, "127.0.0.1")}`;
    const records = createRecordStoreForRuns({ store: store(), now: Date.now, extras: true });
    const config = readServerConfig({
      ALLOW_PRIVATE_HTTP: address,
      FLOWLINE_SECRET_TOKEN: "hunter2-hunter2",
    });
    const rest = { records, publishEvent: async () => {}, report: () => {}, now: Date.now };
    const runner = openFlowRunner(config.runs, rest);
    app = await startTestApp(store(), { runner });
    recordIds = await insertTestRecords(store(), "customer", 2);
    close = async () => {
      await app.close();
      await runner.close();
      server.closeAllConnections();
      server.close();
    };
  });
  afterEach(() => close());

  const post = (id: string, body = "", fields: JsonObject = {}) =>
    createSampleStep(
      id,
      "api-call",
      { http: { url: `http://${address}/${id}`, method: "POST", body }, outputVariable: id },
      fields,
    );
  const create = async (...steps: JsonObject[]) => String((await app.create(buildFlow("Digest", steps))).id);
  const edit = (flowId: string, ...flowSteps: JsonObject[]) =>
    app.call("PUT", `/v1/flows/${flowId}`, { body: { flowSteps } });
  const get = async (path: string) => (await app.call("GET", path)).json;
  const untilEnded = async (id: string) => {
    for (;;) {
      const batch = await get(`/v1/batch/status/${id}`);
      if (batch.status !== "running" && batch.status !== "scheduled") return batch;
      await wait(20);
    }
  };
  const runOnRecords = async (flowId: string, ids: readonly string[] = recordIds) => {
    const body = { flowId, recordIds: [...ids] };
    const id = String((await app.call("POST", "/v1/batch/flow", { body })).json.batchExecutionId);
    await untilEnded(id);
    return id;
  };
  const dispatch = async (flowId: string, rest: object = {}) =>
    String(
      (await app.call("POST", "/v1/dispatch", { body: { flow: { id: flowId }, ...rest } })).json.executionId,
    );
  const retry = (id: string, body?: object) =>
    app.call("POST", `/local/batches/${id}/retry`, { ...(body && { body }) });
  const retryToEnd = async (id: string, body?: object) => {
    const answer = await retry(id, body);
    expect(answer.json).toMatchObject({ batchExecutionId: expect.any(String) });
    expect(endpoints.retryBatch.answers[200].safeParse(answer.json).success).toBe(true);
    return { starts: answer.json.starts, ...(await untilEnded(answer.json.batchExecutionId)) };
  };
  const stepsOf = async (batchId: string) => {
    const [record] = (await get(`/local/batches/${batchId}/records`)).data;
    const { data } = await get(`/v1/batch/${batchId}/records/${record.recordId}/steps`);
    return data as readonly {
      stepId: string;
      status: string;
      skipReason: string | null;
      outputPreview: string;
    }[];
  };
  const readSteps = async (batchId: string) =>
    (await stepsOf(batchId)).map(({ stepId, status, skipReason }) =>
      [stepId, status, skipReason].filter(Boolean).join(" "),
    );
  const options = async (id: string, query = "") => {
    const answer = await get(`/local/batches/${id}/retry-options?${query}`);
    expect(endpoints.getRetryOptions.answers[200].safeParse(answer).success).toBe(true);
    return answer;
  };
  const sent = (path: string) => effects.filter((effect) => effect.path === path);

  it("from the failed step takes the outcomes before it, so that no effect happens twice", async () => {
    const flowId = await create(
      post("first", "{{_record.name}}"),
      createSampleScriptStep("odd", "return { list: [1, null], text: first.path }"),
      post("save", "{{odd.text}}"),
      post("last", "{{odd}} {{save.path}}"),
    );
    const failed = await runOnRecords(flowId);
    expect(await untilEnded(failed)).toMatchObject({ status: "failed", failedRecords: 2 });
    broken.clear();
    const again = await retryToEnd(failed, { from: "failedStep", version: "same" });
    expect(again).toMatchObject({
      status: "completed",
      totalRecords: 2,
      retryOf: failed,
      startCause: "retry",
    });
    expect(again.starts).toMatchObject([
      { recordId: recordIds[0], position: 2, stepId: "save", stepName: "save", takenSteps: 2 },
      { recordId: recordIds[1], position: 2 },
    ]);
    expect(sent("/first")).toHaveLength(2);
    expect(sent("/save")).toHaveLength(4);
    expect(sent("/save").map(({ body }) => body)).toEqual(Array(4).fill("/first"));
    expect(new Set(sent("/save").map(({ key }) => key)).size).toBe(4);
    expect(sent("/last").map(({ body }) => body)).toEqual(
      Array(2).fill('{"list":[1,null],"text":"/first"} /save'),
    );
    expect(await readSteps(again.batchExecutionId)).toEqual([
      "first completed taken",
      "odd completed taken",
      "save completed",
      "last completed",
    ]);
    expect(await get(`/v1/batch/status/${failed}`)).toMatchObject({
      retries: [{ batchExecutionId: again.batchExecutionId, status: "completed" }],
    });
    expect((await get("/local/batches")).data.at(-1)).toMatchObject({ retries: [{ status: "completed" }] });
  });

  it("of a retry takes what that one took", async () => {
    const failed = await runOnRecords(await create(post("first"), post("save", "{{first.path}}")), [
      recordIds[0] ?? "",
    ]);
    const second = await retryToEnd(failed, { from: "failedStep" });
    expect(second.status).toBe("failed");
    broken.clear();
    const third = await retryToEnd(second.batchExecutionId, { from: "failedStep" });
    expect(third).toMatchObject({ status: "completed", retryOf: second.batchExecutionId });
    expect(sent("/first")).toHaveLength(1);
    expect(sent("/save").map(({ body }) => body)).toEqual(["/first", "/first", "/first"]);
  });

  it("starts inside the branch that failed, and keeps what was skipped or tolerated", async () => {
    broken.add("/tolerated");
    const flowId = await create(
      post("tolerated", "", {
        config: {
          ...(post("tolerated")["config"] as JsonObject),
          errorHandling: "continue",
          defaultValue: "none",
        },
      }),
      createSampleSetVariableStep("unwanted", "1", { when: "false" }),
      createSampleStep("choice", "conditional", {
        condition: "tolerated === 'none'",
        trueSteps: [post("inner"), post("save", "{{tolerated}} {{inner.path}}")],
        falseSteps: [post("never")],
      }),
      post("last"),
    );
    const failed = await runOnRecords(flowId, [recordIds[0] ?? ""]);
    broken.clear();
    const again = await retryToEnd(failed, { from: "failedStep", version: "same" });
    expect(await readSteps(again.batchExecutionId)).toEqual([
      "tolerated failed taken",
      "unwanted skipped when",
      "choice completed taken",
      "inner completed taken",
      "save completed",
      "never skipped branch",
      "last completed",
    ]);
    expect(sent("/save").map(({ body }) => body)).toEqual(["none /inner", "none /inner"]);
    expect(effects.map(({ path }) => path)).toEqual(["/tolerated", "/inner", "/save", "/save", "/last"]);
  });

  it("starts at the first step whose stored result is cut or masked, and says so", async () => {
    const long = createSampleScriptStep("long", "return 'x'.repeat(1_100_000)");
    const masked = post("masked", "{{secret:TOKEN}}");
    const echo = createSampleStep("echo", "set-variable", { variableName: "echo", valueTemplate: "•••" });
    for (const [stepId, step, reason] of [
      ["long", long, "cut"],
      ["echo", echo, "redacted"],
    ] as const) {
      const failed = await runOnRecords(await create(masked, step, post("save")), [recordIds[0] ?? ""]);
      const again = await retryToEnd(failed, { from: "failedStep", version: "same" });
      expect(again.starts).toMatchObject([{ position: 1, stepId, takenSteps: 1, rerunReason: reason }]);
      expect(await readSteps(again.batchExecutionId)).toEqual([
        "masked completed taken",
        `${stepId} completed rerun-${reason}`,
        "save failed",
      ]);
    }
    expect(sent("/masked")).toHaveLength(2);
  });

  it("runs the saved draft from the first step that has changed, or the steps that ran", async () => {
    const flowId = await create(post("first"), post("second"), post("save"));
    const failed = await runOnRecords(flowId, [recordIds[0] ?? ""]);
    expect(await options(failed)).toMatchObject({ hasFlow: true, isSameVersion: true, versionNumber: null });
    await app.call("POST", `/v1/flows/${flowId}/publish`);
    expect(await options(failed)).toMatchObject({ isSameVersion: true, versionNumber: 1 });
    await edit(flowId, post("first"), post("second", "changed"), post("fixed"));
    expect(await options(failed)).toMatchObject({
      isSameVersion: false,
      versionNumber: 1,
      starts: [{ stepId: "second", position: 1, takenSteps: 1, rerunReason: "changed" }],
    });
    expect((await options(failed, "version=same")).starts).toMatchObject([{ stepId: "save", takenSteps: 2 }]);
    const current = await retryToEnd(failed, { from: "failedStep" });
    expect(current.status).toBe("completed");
    const same = await retryToEnd(failed, { from: "failedStep", version: "same" });
    expect(same.status).toBe("failed");
    expect(effects.map(({ path }) => path)).toEqual([
      "/first",
      "/second",
      "/save",
      "/second",
      "/fixed",
      "/save",
    ]);
  });

  it("of a single run repeats its inputs, messages and record, or those that are sent", async () => {
    const flowId = await create(
      createSampleSetVariableStep("topic_text", "{{topic}} {{userMessage}} {{_record.metadata.color}}"),
      post("save", "{{topic_text}}"),
    );
    const record = { name: "Red", type: "color", metadata: { color: "red" } };
    const messages = [{ role: "user", content: "hello" }];
    const failed = await dispatch(flowId, { inputs: { topic: "tea" }, messages, record });
    expect(await options(failed)).toMatchObject({
      inputs: { topic: "tea" },
      record,
      starts: [{ stepId: "save" }],
    });
    const whole = await retryToEnd(failed);
    expect(whole).toMatchObject({ isSingle: true, recordName: "Red", recordType: "color", status: "failed" });
    await retryToEnd(failed, { inputs: { topic: "coffee" } });
    await retryToEnd(failed, { record: { name: "Blue", type: "color", metadata: { color: "blue" } } });
    broken.clear();
    const chained = await retryToEnd(whole.batchExecutionId, { from: "failedStep" });
    expect(chained).toMatchObject({ status: "completed", isSingle: true });
    expect(sent("/save").map(({ body }) => body)).toEqual([
      "tea hello red",
      "tea hello red",
      "coffee hello red",
      "tea hello blue",
      "tea hello red",
    ]);
  });

  it("of a single run without a record or on a stored one has the same record", async () => {
    const flowId = await create(createSampleSetVariableStep("seen", "{{_record}}"), post("save", "{{seen}}"));
    const [none, stored] = [await dispatch(flowId), await dispatch(flowId, { record: { id: recordIds[1] } })];
    await retryToEnd(none);
    await retryToEnd(stored);
    const bodies = sent("/save").map(({ body }) => body);
    expect(bodies[2]).toBe(bodies[0]);
    expect(bodies[3]).toBe(bodies[1]);
    expect((await get("/local/batches")).data[0]).toMatchObject({ isSingle: true, recordName: "customer 1" });
  });

  it("is refused with the reason if it has nothing to run, or contradicts the run", async () => {
    const flowId = await create(post("save"));
    const batch = await runOnRecords(flowId);
    const refused = async (id: string, body?: object) => {
      const { status, json } = await retry(id, body);
      return [status, json.details?.[0]?.code, json.error];
    };
    expect(await refused(batch, { inputs: {} })).toEqual([
      400,
      "INVALID_VALUE",
      expect.stringContaining("single run"),
    ]);
    const unknown = await retry(batch, { form: "failedStep", all: true });
    expect(unknown.status).toBe(400);
    expect(unknown.json.details).toEqual([
      { path: "form", message: "There is no such field.", code: "INVALID_VALUE" },
      { path: "all", message: "There is no such field.", code: "INVALID_VALUE" },
    ]);
    expect(await refused(batch, { records: ["record_other"] })).toEqual([
      400,
      "INVALID_VALUE",
      expect.any(String),
    ]);
    expect(await refused("batch_none")).toEqual([404, "NOT_FOUND", expect.any(String)]);
    const stored = await dispatch(flowId, { record: { id: recordIds[0] } });
    expect(await refused(stored, { record: { name: "x" } })).toEqual([
      400,
      "INVALID_VALUE",
      expect.any(String),
    ]);
    const secret = await dispatch(flowId, { secrets: { token: "given-secret" } });
    expect(await refused(secret)).toEqual([409, "INPUTS_NOT_STORED", expect.stringContaining("token")]);
    const leaking = await dispatch(flowId, {
      inputs: { a: "given-secret" },
      secrets: { token: "given-secret" },
    });
    expect(await refused(leaking)).toEqual([
      409,
      "INPUTS_NOT_STORED",
      expect.stringContaining("Send inputs"),
    ]);
    broken.clear();
    const completed = await runOnRecords(flowId);
    expect(await refused(completed)).toEqual([409, "NOTHING_FAILED", "No record of this run failed."]);
    expect(await refused(completed, { records: "all", from: "failedStep" })).toEqual([
      409,
      "NOTHING_FAILED",
      expect.stringContaining("2 records did not fail"),
    ]);
    await app.call("DELETE", `/v1/records/${recordIds[0]}`);
    expect(await refused(batch, { records: [recordIds[0]] })).toEqual([
      409,
      "NO_RECORDS",
      expect.any(String),
    ]);
    await store().write(async (tx) => void (await tx.execute("DELETE FROM step_results")));
    expect(await refused(batch, { from: "failedStep" })).toEqual([
      409,
      "RESULTS_EXPIRED",
      expect.any(String),
    ]);
    await app.call("DELETE", `/v1/flows/${flowId}`);
    const gone = [409, "FLOW_DELETED", expect.stringContaining("deleted")];
    expect(await refused(batch)).toEqual(gone);
    expect(await refused(batch, { version: "same" })).toEqual(gone);
    expect(await options(batch)).toMatchObject({ hasFlow: false, starts: [] });
  });

  it("is refused while the run is active, and starts once per idempotency key", async () => {
    const flowId = await create(createSampleStep("wait", "wait-until", { delayMs: 400 }), post("save"));
    const body = { flowId, recordIds: [...recordIds] };
    const id = (await app.call("POST", "/v1/batch/flow", { body })).json.batchExecutionId;
    expect((await retry(id)).json.details).toMatchObject([{ code: "RUN_ACTIVE" }]);
    await untilEnded(id);
    const headers = { "idempotency-key": "retry_1", [PAGE_USER_IDENTITY_HEADER]: "" };
    const send = () =>
      app.call("POST", `/local/batches/${id}/retry`, { body: { from: "failedStep" }, headers });
    const [first, second] = [await send(), await send()];
    expect(second.json).toEqual(first.json);
    await untilEnded(first.json.batchExecutionId);
    expect(sent("/save")).toHaveLength(4);
  });

  it("of an unsaved flow runs its steps again, and fails at a step of an unknown type as before", async () => {
    const steps = [post("first"), createSampleStep("odd", "from-elsewhere", {})];
    const body = { flowDefinition: { name: "Unsaved", steps }, records: [{ name: "Inline" }] };
    const id = (await app.call("POST", "/v1/batch/flow", { body })).json.batchExecutionId;
    await untilEnded(id);
    expect((await retry(id)).json.details).toMatchObject([{ code: "FLOW_DELETED" }]);
    const again = await retryToEnd(id, { from: "failedStep", version: "same" });
    expect(again).toMatchObject({ status: "failed", totalRecords: 1 });
    expect(await readSteps(again.batchExecutionId)).toEqual(["first completed taken", "odd failed"]);
    expect(sent("/first")).toHaveLength(1);
  });
});

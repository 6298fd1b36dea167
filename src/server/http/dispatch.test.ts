import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { endpoints } from "#contract/endpoints.ts";
import { ServerSentEventReader } from "#server/testing/event-reader.ts";
import { type FakeFlowRunner, createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import {
  insertTestRecords,
  createFailingStep,
  createSetVariableStep,
  createWaitStep,
} from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

describeSuiteForEitherStore("dispatch", (store) => {
  let app: TestApp;
  let runner: FakeFlowRunner;
  beforeEach(async () => {
    runner = createFakeFlowRunner();
    app = await startTestApp(store(), { runner });
  });
  afterEach(() => app.close());

  const dispatch = (body: unknown) => app.call("POST", "/v1/dispatch", { body });
  const inline = (...steps: unknown[]) => ({ name: "Draft", steps });
  const results = async (flowId: string) =>
    (await app.call("GET", `/v1/flows/${flowId}/step-results`)).json.data;
  const stream = async (body: object) => {
    const options = { streamResponse: true };
    const response = await app.request("POST", "/v1/dispatch", { options, ...body });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    return new ServerSentEventReader(response.body as ReadableStream<Uint8Array>);
  };
  const readAll = async (events: ServerSentEventReader) => {
    const received = [];
    for (let next = await events.next(); next; next = await events.next()) received.push(next);
    return received;
  };

  it("stores its results although the queue of alerts cannot be opened", async () => {
    const { id } = await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]));
    if (app.runs) vi.spyOn(app.runs.queues, "open").mockRejectedValue(new Error("no queue"));
    expect((await dispatch({ flow: { id } })).json).toMatchObject({ success: true });
    expect(await results(id)).toMatchObject([{ stepId: "a", status: "completed" }]);
  });

  it("runs an unsaved flow and responds with its result", async () => {
    const answer = await dispatch({
      flow: inline(createSetVariableStep("a", { n: 1 }), createSetVariableStep("b", "last")),
    });
    expect(answer.status).toBe(200);
    expect(endpoints.dispatch.answers[200].safeParse(answer.json).success).toBe(true);
    expect(answer.json).toMatchObject({
      success: true,
      status: "completed",
      flowId: null,
      recordId: null,
      finalOutput: "last",
      result: "last",
    });
    expect(answer.json.steps).toMatchObject([
      { type: "step_complete", id: "a", index: 1, totalSteps: 2, success: true, result: { n: 1 } },
      { type: "step_complete", id: "b", index: 2, result: "last" },
    ]);
  });

  it("reports the reason when a step fails", async () => {
    const received = await readAll(
      await stream({ flow: inline(createFailingStep("a"), createSetVariableStep("b", 1)) }),
    );
    expect(received.at(-1)).toMatchObject({ event: "execution_error", data: { code: "step_failed" } });
    const answer = await dispatch({ flow: inline(createFailingStep("a")) });
    expect(answer.json).toMatchObject({
      success: false,
      status: "failed",
      error: expect.stringContaining("Crawl a"),
    });
  });

  it("runs a saved flow on a record, and stores its step results unless storeResults is false", async () => {
    const [recordId = ""] = await insertTestRecords(store(), "customer", 1);
    const { id, revision } = await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]));
    const body = { flow: { id }, record: { id: recordId } };
    const answer = await dispatch(body);
    expect(answer.json).toMatchObject({ flowId: id, recordId });
    expect(await results(id)).toMatchObject([
      { stepId: "a", recordId, batchExecutionId: null, executionSessionId: answer.json.executionId },
    ]);
    await dispatch({ ...body, options: { storeResults: false } });
    expect(await results(id)).toHaveLength(1);
    const page = (await app.call("GET", "/v1/flows")).json.data[0];
    expect(page).toMatchObject({ lastRunStatus: "completed" });
    expect((await app.call("GET", `/v1/flows/${id}`)).json.revision).toBe(revision);
  });

  it("runs the steps up to the one in upToStep, sorted by order number, and skips the rest", async () => {
    const steps = [
      { ...createSetVariableStep("b", 2), order: 2 },
      { ...createSetVariableStep("a", 1), order: 1 },
      { ...createSetVariableStep("c", 3), order: 3 },
    ];
    const answer = await dispatch({ flow: inline(...steps), options: { upToStep: "b" } });
    expect(answer.json.steps).toMatchObject([
      { id: "a", success: true },
      { id: "b", success: true },
      { id: "c", type: "step_skip", reason: "beyond" },
    ]);
    const unknown = await dispatch({ flow: inline(...steps), options: { upToStep: "d" } });
    expect([unknown.status, unknown.json.details[0].code]).toEqual([400, "UNKNOWN_STEP"]);
  });

  it("ends the run when the client disconnects, and keeps its results", async () => {
    const { id } = await app.create(
      buildFlow("Long", [createSetVariableStep("a", 1), createWaitStep("b", 60_000)]),
    );
    const events = await stream({ flow: { id } });
    while ((await events.next())?.data.id !== "b");
    await events.close();
    while ((await results(id)).length < 2) await wait(20);
    await expect.poll(() => app.runs?.runs).toBe(0);
    expect((await app.call("GET", "/v1/flows")).json.data[0]).toMatchObject({ lastRunStatus: "cancelled" });
  });

  const a = createSetVariableStep("a", 1);
  const secrets = (count: number, value: unknown) => ({
    secrets: Object.fromEntries(Array.from({ length: count }, (_, index) => [index, value])),
  });
  it.each<[string, number, object]>([
    ["no flow", 422, { flow: undefined }],
    ["an unknown flow", 404, { flow: { id: "flow_none" } }],
    ["a malformed id", 404, { flow: { id: "a b" } }],
    ["an unknown record", 404, { record: { id: "record_none" } }],
    ["no steps", 400, { flow: inline() }],
    ["duplicate ids", 400, { flow: inline(a, a) }],
    ["a flow without id and steps", 400, { flow: { name: "Draft" } }],
    ["steps without a name", 400, { flow: { steps: [a] } }],
    ["a record without its id", 400, { record: { name: "x" }, options: { recordMode: "existing" } }],
    ["secrets that are not texts", 400, secrets(1, 1)],
    ["secrets that are null", 400, { secrets: null }],
    ["a secret of 40 kB", 400, secrets(1, "x".repeat(40_000))],
    ["a secret with a long key", 400, { secrets: { ["k".repeat(201)]: "x" } }],
    ["101 secrets", 400, secrets(101, "x")],
    ["130,000 secrets that are not texts", 400, secrets(130_000, 1)],
    ["secrets of more than 64 kB together", 400, secrets(9, "x".repeat(8000))],
  ])("refuses %s", async (_, status, body) => {
    const answer = await dispatch({ flow: inline(a), ...body });
    expect([answer.status, typeof answer.json.error]).toEqual([status, "string"]);
  });
});

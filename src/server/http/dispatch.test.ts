import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/flow-builder.ts";
import { dispatchEvents } from "#contract/dispatch.ts";
import { endpoints } from "#contract/endpoints.ts";
import { EventReader } from "#server/testing/event-reader.ts";
import { type PlainRunner, createPlainRunner } from "#server/testing/plain-runner.ts";
import { addRecords, failingStep, setStep, waitStep } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeStores } from "#server/testing/test-stores.ts";

describeStores("dispatch", (store) => {
  let app: TestApp;
  let runner: PlainRunner;
  beforeEach(async () => {
    runner = createPlainRunner();
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
    return new EventReader(response.body as ReadableStream<Uint8Array>);
  };
  const readAll = async (events: EventReader) => {
    const heard = [];
    for (let next = await events.next(); next; next = await events.next()) heard.push(next);
    return heard;
  };

  it("runs a flow that is not saved, and answers in one piece what it did", async () => {
    const answer = await dispatch({ flow: inline(setStep("a", { n: 1 }), setStep("b", "last")) });
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

  it("tells of it as it goes, numbered from one", async () => {
    const steps = [setStep("a", 1), { ...setStep("b", 2), enabled: false }, setStep("c", { x: 1 })];
    const heard = await readAll(await stream({ flow: inline(...steps) }));
    expect(heard.map(({ event }) => event)).toEqual([
      "execution_start",
      "step_start",
      "step_complete",
      "step_skip",
      "step_start",
      "step_complete",
      "execution_complete",
    ]);
    heard.forEach(({ event, data }, index) => {
      expect(data).toMatchObject({ type: event, seq: index + 1, executionId: heard[0]?.data.executionId });
      const schema = dispatchEvents[event as keyof typeof dispatchEvents];
      expect(schema.safeParse(data).success, event).toBe(true);
    });
    expect(heard.at(-1)?.data).toMatchObject({ success: true, successfulSteps: 2, finalOutput: '{"x":1}' });
  });

  it("ends with the reason where a step fails", async () => {
    const heard = await readAll(await stream({ flow: inline(failingStep("a"), setStep("b", 1)) }));
    expect(heard.at(-1)).toMatchObject({ event: "execution_error", data: { code: "step_failed" } });
    const answer = await dispatch({ flow: inline(failingStep("a")) });
    expect(answer.json).toMatchObject({
      success: false,
      status: "failed",
      error: expect.stringContaining("Crawl a"),
    });
  });

  it("runs a saved flow on a record, and keeps what its steps did unless told not to", async () => {
    const [recordId = ""] = await addRecords(store(), "customer", 1);
    const { id, revision } = await app.create(buildFlow("Digest", [setStep("a", 1)]));
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

  it("runs up to a step, in the order of the list", async () => {
    const steps = [
      { ...setStep("b", 2), order: 2 },
      { ...setStep("a", 1), order: 1 },
      { ...setStep("c", 3), order: 3 },
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

  it("ends the run when the reader goes away, and keeps what was done", async () => {
    const { id } = await app.create(buildFlow("Long", [setStep("a", 1), waitStep("b", 60_000)]));
    const events = await stream({ flow: { id } });
    while ((await events.next())?.data.id !== "b");
    await events.close();
    while ((await results(id)).length < 2) await wait(20);
    await expect.poll(() => app.runs?.runs).toBe(0);
    expect((await app.call("GET", "/v1/flows")).json.data[0]).toMatchObject({ lastRunStatus: "cancelled" });
  });

  it("tells the reader when the server stops", async () => {
    const events = await stream({ flow: inline(waitStep("a", 60_000)) });
    await events.take(2);
    await app.close();
    const heard = await readAll(events);
    expect(heard.at(-1)).toMatchObject({ event: "execution_error", data: { code: "cancelled" } });
    expect(heard.at(-1)?.data.error).toMatch(/^The server stopped/);
    expect((await dispatch({ flow: inline(setStep("a", 1)) })).status).toBe(503);
  });

  it.each<[string, number, unknown]>([
    ["no flow", 422, {}],
    ["an unknown flow", 404, { flow: { id: "flow_none" } }],
    ["an id that none is", 404, { flow: { id: "a b" } }],
    ["an unknown record", 404, { flow: inline(setStep("a", 1)), record: { id: "record_none" } }],
    ["no steps", 400, { flow: inline() }],
    ["doubled ids", 400, { flow: inline(setStep("a", 1), setStep("a", 2)) }],
    ["a step without a name", 400, { flow: inline({ type: "prompt" }) }],
    [
      "a nested step that is none",
      400,
      { flow: inline({ type: "conditional", name: "c", config: { trueSteps: [1] } }) },
    ],
    ["a flow to be created", 400, { flow: inline(setStep("a", 1)), options: { flowMode: "create" } }],
    ["a flow to be saved over", 400, { flow: inline(setStep("a", 1)), options: { flowMode: "upsert" } }],
    ["a record to be created", 400, { flow: inline(setStep("a", 1)), options: { recordMode: "create" } }],
    ["secrets that are no texts", 400, { flow: inline(setStep("a", 1)), secrets: { a: 1 } }],
    ["inputs that are a list", 400, { flow: inline(setStep("a", 1)), inputs: [] }],
  ])("refuses %s", async (_, status, body) => {
    const answer = await dispatch(body);
    expect([answer.status, typeof answer.json.error]).toEqual([status, "string"]);
  });
});

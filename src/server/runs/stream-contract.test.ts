import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { dispatchEventSchemasByName } from "#contract/dispatch.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { FlowRunPlan } from "#server/runner/run-plan.ts";
import type { Store } from "#server/store/store.ts";
import { ServerSentEventReader, type ReceivedServerSentEvent } from "#server/testing/event-reader.ts";
import {
  type ModelServerRequest,
  startModelServer,
  streamModelResponse,
} from "#server/testing/model-server.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { listStreamContractViolations } from "#server/testing/stream-contract.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { DispatchEventMapper, type UnnumberedDispatchEvent } from "./dispatch-events.ts";
import { DispatchEventResponseStream, formatDispatchEvent } from "./dispatch-stream.ts";

type EventName = keyof typeof dispatchEventSchemasByName;

/** Expects what was published, and what the contract of this server says. */
function expectContract(events: readonly ReceivedServerSentEvent[], options: { isCut?: boolean } = {}): void {
  expect(listStreamContractViolations(events, options), JSON.stringify(events, null, 1)).toEqual([]);
  for (const { event, data } of events)
    expect(dispatchEventSchemasByName[event as EventName].safeParse(data).success, event).toBe(true);
}

const { runner: stoppedRunner } = createFlowRunHarness();
let store: Store;
let app: TestApp;
let server: Awaited<ReturnType<typeof startModelServer>>;
let answers: string[] = [];
beforeAll(async () => {
  store = await openTestStore();
  server = await startModelServer((_: ModelServerRequest, response: ServerResponse) =>
    streamModelResponse(response, (answers.shift() ?? "").split(/(?= )/), { usage: { cost: 0.002 } }),
  );
  const { runner } = createFlowRunHarness({ modelUrl: server.url, modelKey: "sk-test" });
  app = await startTestApp(store, { runner });
});
afterAll(async () => {
  await app.close();
  await stoppedRunner.close();
  server.close();
  await store.close();
});
afterEach(() => vi.useRealTimers());

const body = (...steps: readonly JsonObject[]) => ({
  flow: { name: "Draft", steps },
  options: { streamResponse: true },
});
const readToEnd = async (reader: ServerSentEventReader) => {
  const heard: ReceivedServerSentEvent[] = [];
  for (let next = await reader.next(); next; next = await reader.next()) heard.push(next);
  return heard;
};
const dispatch = async (request: JsonObject, by: TestApp = app) => {
  const options = { streamResponse: true };
  const response = await by.request("POST", "/v1/dispatch", { options, ...request });
  expect(response.status).toBe(200);
  const heard = await readToEnd(new ServerSentEventReader(response.body as ReadableStream<Uint8Array>));
  expectContract(heard);
  return heard;
};
const run = (...steps: readonly JsonObject[]) => dispatch(body(...steps));
const prompt = (name: string, config: JsonObject = {}): JsonObject => ({
  type: "prompt",
  name,
  config: { model: "m", userPrompt: "Say {{nothing}}", outputVariable: name, ...config },
});
const set = (name: string, value: string): JsonObject => ({
  type: "set-variable",
  name,
  config: { variableName: name, value },
});
const ends = (heard: readonly ReceivedServerSentEvent[]) =>
  heard.filter(({ event }) => event === "step_complete").map(({ data }) => data);

it("the event stream of a run follows the published contract for prompts, fallbacks, branches and skipped steps", async () => {
  answers = ["Good day", '```json\n{"a":[1]}\n```', "Sorry, no {", ""];
  const heard = await run(
    prompt("text"),
    prompt("json", { responseFormat: "json" }),
    prompt("broken", { responseFormat: "json" }),
    prompt("empty", {
      errorHandling: {
        onError: "fallback",
        triggers: [{ type: "empty-output" }],
        fallbacks: [{ type: "message", message: "Later" }],
      },
    }),
    {
      type: "conditional",
      name: "route",
      config: { condition: "true", trueSteps: [set("a", "{{json.a}}")], falseSteps: [set("b", "no")] },
    },
    { ...set("off", "x"), enabled: false },
    { type: "crawl", name: "tolerated", config: { errorHandling: "continue" } },
    { ...set("last", "x"), when: "false" },
  );
  expect(ends(heard).map(({ result }) => result)).toEqual([
    { response: "Good day" },
    { response: '```json\n{"a":[1]}\n```', parsed: { a: [1] } },
    { response: "Sorry, no {" },
    { response: "Later" },
    true,
    [1],
    undefined,
  ]);
  expect(heard.at(-1)?.event).toBe("execution_complete");
});

it("the event stream of a saved flow names the flow, and has an event for each piece of a text", async () => {
  answers = ["Good day"];
  const flow = await app.create({ name: "Saved", flowSteps: [prompt("text"), set("last", "{{text}}")] });
  const { json: record } = await app.call("POST", "/v1/records", { body: { type: "t", name: "n" } });
  const heard = await dispatch({ flow: { id: flow.id }, record: { id: record.id } });
  expect(heard[0]?.data).toMatchObject({ flowId: flow.id, flowName: "Saved", totalSteps: 2 });
  expect(heard.map(({ event }) => event)).toEqual([
    "execution_start",
    "step_start",
    "text_start",
    "text_delta",
    "text_delta",
    "text_complete",
    "step_complete",
    "step_start",
    "step_complete",
    "execution_complete",
  ]);
  expect(heard.at(-1)?.data).toMatchObject({ success: true, finalOutput: "Good day", totalCost: 0.002 });
});

it("the event stream lists each attempt of a prompt that is retried and falls back to another model", async () => {
  answers = [];
  const heard = await run(
    prompt("answer", {
      errorHandling: {
        onError: "fallback",
        triggers: [{ type: "empty-output" }],
        fallbacks: [{ type: "retry" }, { type: "model", model: "other" }],
      },
    }),
  );
  expect(ends(heard)[0]).toMatchObject({
    success: false,
    fallback: { used: false, exhausted: true, attempts: [{ type: "retry" }, { type: "model" }] },
  });
  expect(heard.at(-1)?.event).toBe("execution_error");
});

it("the event stream ends with an error when a run exceeds its time limit", async () => {
  const { runner } = createFlowRunHarness({ limits: { stepMs: 20_000, runMs: 200 } });
  const limited = await startTestApp(store, { runner });
  const wait = { type: "wait-until", name: "long", config: { delayMs: 60_000 } };
  const heard = await dispatch(body(wait, set("never", "x")), limited);
  expect(heard.map(({ event }) => event)).toEqual([
    "execution_start",
    "step_start",
    "step_complete",
    "step_skip",
    "execution_error",
  ]);
  expect(heard.at(-1)?.data).toMatchObject({
    code: "step_failed",
    error: expect.stringContaining("time limit"),
  });
  await limited.close();
});

it("the event stream is valid until its reader disconnects, and ends with an error when the server stops", async () => {
  const wait = { type: "wait-until", name: "long", config: { delayMs: 60_000 } };
  const stopped = await startTestApp(store, { runner: stoppedRunner });
  const open = async () => {
    const response = await stopped.request("POST", "/v1/dispatch", body(set("first", "x"), wait));
    return new ServerSentEventReader(response.body as ReadableStream<Uint8Array>);
  };
  const leavingReader = await open();
  const beginning = (await leavingReader.take(4)) as readonly ReceivedServerSentEvent[];
  await leavingReader.close();
  expectContract(beginning, { isCut: true });

  const stayingReader = await open();
  const heard = [...((await stayingReader.take(4)) as readonly ReceivedServerSentEvent[])];
  const stopping = stopped.runs?.stop();
  heard.push(...(await readToEnd(stayingReader)));
  await stopping;
  expectContract(heard);
  expect(heard.at(-1)).toMatchObject({
    event: "execution_error",
    data: { kind: "flow", code: "cancelled", error: expect.stringMatching(/^The server stopped/) },
  });
  const refused = await stopped.call("POST", "/v1/dispatch", { body: body(wait) });
  expect(refused.status).toBe(503);
});

it("the event stream ends with an error when the server fails", async () => {
  const failing = await startTestApp(store, {
    runner: {
      close: async () => {},
      run: async (plan, options) => {
        await stoppedRunner.run({ ...plan, steps: plan.steps.slice(0, 1) }, options);
        throw new Error("out of order");
      },
    },
  });
  const response = await failing.request("POST", "/v1/dispatch", body(set("first", "x"), set("second", "y")));
  const heard = await readToEnd(new ServerSentEventReader(response.body as ReadableStream<Uint8Array>));
  expectContract(heard);
  expect(heard.at(-1)).toMatchObject({
    event: "execution_error",
    data: { kind: "flow", code: "internal_error" },
  });
  expect(JSON.stringify(heard)).not.toContain("out of order");
});

it("the event stream sends pings with their own sequence numbers while the run has no events", async () => {
  vi.useFakeTimers();
  const plan = { executionId: "exec_1", flow: { id: null, name: "Draft" } } as unknown as FlowRunPlan;
  const mapper = new DispatchEventMapper(plan, 1);
  const format = (event: UnnumberedDispatchEvent) => formatDispatchEvent(mapper.number(event));
  const stream = new DispatchEventResponseStream(() => format(mapper.ping(Date.now())));
  const reader = new ServerSentEventReader(stream.body);
  await stream.send(format(mapper.begin(Date.now(), {})));
  await vi.advanceTimersByTimeAsync(31_000);
  await stream.send(format(mapper.breakOff("Over.")));
  stream.end();
  const heard = (await reader.take(4)) as readonly ReceivedServerSentEvent[];
  expect(heard.map(({ event }) => event)).toEqual(["execution_start", "ping", "ping", "execution_error"]);
  expectContract(heard);
});

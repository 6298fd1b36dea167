import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Flow } from "#contract/flow.ts";
import { stepTypes } from "#contract/step-descriptions/describe-step-type.ts";
import { type StepTexts, readTexts } from "#core/dataflow/read-ahead.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { StepKey } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { createFlowAnalysis } from "./flow-analysis.ts";
import { createOpenFlow } from "./open-flow.ts";
import type { StepReader } from "./step-reader.ts";

beforeEach(() => vi.stubGlobal("requestAnimationFrame", (act: () => void) => setTimeout(act)));
afterEach(() => vi.unstubAllGlobals());

const key = (id: string) => id as StepKey;
const buildPrompt = (id: string, userPrompt: string, outputVariable: string) =>
  buildStep(id, { config: { model: "gpt-4o", userPrompt, outputVariable } });
const fetch = buildPrompt("fetch", "Fetch it.", "page");
const sum = buildPrompt("sum", "{{page}}", "summary");
const end = buildPrompt("end", "{{summary}}", "answer");
/** Step `step-n` reads what the one before it sets; together they have more text than is read at once. */
const buildLong = () =>
  Array.from({ length: 300 }, (_, at) =>
    buildPrompt(`step-${at + 1}`, `${"Go on. ".repeat(40)}{{out_${at}}}`, `out_${at + 1}`),
  );

function open(steps: readonly JsonObject[]) {
  const at = "2026-01-01T00:00:00.000Z";
  const flow: Flow = {
    id: "flow_1",
    createdAt: at,
    updatedAt: at,
    userId: "user",
    organizationId: null,
    description: null,
    ...buildFlow("Digest", steps),
  };
  return createOpenFlow(flow, { isInexact: false });
}

/** A worker that answers when it is told to. */
function manualReader() {
  const waiting: (() => void)[] = [];
  const read: StepTexts[] = [];
  let stopped = 0;
  const reader: StepReader = {
    read: (batch) =>
      new Promise((resolve) => {
        read.push(...batch);
        // What a worker sends is a copy.
        waiting.push(() => resolve(structuredClone(batch.map((texts) => readTexts(texts, stepTypes)))));
      }),
    stop: () => void (stopped += 1),
  };
  const answer = () => waiting.splice(0).forEach((send) => send());
  return { startReader: () => reader, answer, read, stopped: () => stopped };
}

const noWorker = () => {
  throw new Error("There are no workers here.");
};

test("a short flow is read at once, and each edit is followed", async () => {
  const openFlow = open([fetch, sum, end]);
  const analysis = createFlowAnalysis(openFlow, { startReader: noWorker });
  expect(analysis.now()).toBeUndefined();
  const disconnect = analysis.connect();
  await vi.waitFor(() => expect(analysis.getState().analysis?.problems).toEqual([]));
  openFlow.edit({ type: "setEnabled", keys: [key("fetch")], enabled: false });
  expect(analysis.getState().analysis?.problems).toEqual([]);
  await vi.waitFor(() =>
    expect(analysis.getState().analysis?.problems).toMatchObject([
      { code: "read-from-disabled", step: key("sum") },
    ]),
  );
  disconnect();
});

test("who asks for the analysis right after an edit gets the one of the flow as it is", async () => {
  const openFlow = open([fetch, sum, end]);
  const analysis = createFlowAnalysis(openFlow, { startReader: noWorker });
  const disconnect = analysis.connect();
  await vi.waitFor(() => expect(analysis.now()).toBeDefined());
  openFlow.edit({ type: "removeSteps", keys: [key("fetch")] });
  const now = analysis.now();
  expect(now?.analysis.document).toBe(openFlow.getState().history.document);
  expect(now?.analysis.inputs.map(({ name }) => name)).toEqual(["page"]);
  disconnect();
});

test("a long flow is read by a worker, which gets each step without those inside it, and then goes", async () => {
  const openFlow = open([...buildLong(), buildConditional("if", structuredClone([sum, end]))]);
  const worker = manualReader();
  const analysis = createFlowAnalysis(openFlow, worker);
  const disconnect = analysis.connect();
  await vi.waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  expect(analysis.now()).toBeUndefined();
  await vi.waitFor(() => {
    worker.answer();
    expect(analysis.now()).toBeDefined();
  });
  expect(worker.read).toHaveLength(303);
  expect(JSON.stringify(worker.read.at(-3))).toBe(
    '{"fields":{"type":"conditional","when":null,"config":{"condition":"true"}},"isConditional":true}',
  );
  expect(worker.stopped()).toBe(1);
  expect(analysis.getState().analysis?.inputs.map(({ name }) => name)).toEqual(["out_0", "page"]);
  disconnect();
});

test("edits made while a worker reads are in the analysis that follows", async () => {
  const openFlow = open(buildLong());
  const worker = manualReader();
  const analysis = createFlowAnalysis(openFlow, worker);
  const disconnect = analysis.connect();
  await vi.waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  openFlow.edit({ type: "setEnabled", keys: [key("step-7")], enabled: false });
  openFlow.edit({ type: "setConfig", key: key("step-9"), path: ["userPrompt"], value: "{{topic}}" });
  await vi.waitFor(() => {
    worker.answer();
    expect(analysis.now()).toBeDefined();
  });
  const { problems, inputs } = analysis.now()?.analysis ?? {};
  expect(problems?.filter(({ code }) => code === "read-from-disabled").map(({ step }) => step)).toEqual([
    "step-8",
  ]);
  expect(inputs?.map(({ name }) => name)).toContain("topic");
  disconnect();
});

test("the last analysis stands while many new steps are read", async () => {
  const openFlow = open([fetch, sum, end]);
  const worker = manualReader();
  const analysis = createFlowAnalysis(openFlow, worker);
  const disconnect = analysis.connect();
  await vi.waitFor(() => expect(analysis.now()).toBeDefined());
  const first = analysis.getState().analysis;
  const { steps } = open(buildLong()).getState().history.base.document;
  openFlow.edit({ type: "insertSteps", steps, place: { list: { type: "root" }, index: 3 } });
  await vi.waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  expect(analysis.getState().analysis).toBe(first);
  expect(analysis.now()).toBeUndefined();
  await vi.waitFor(() => {
    worker.answer();
    expect(analysis.getState().analysis?.document).toBe(openFlow.getState().history.document);
  });
  disconnect();
});

test.each<[what: string, startReader: () => StepReader]>([
  ["there are no workers", noWorker],
  ["the worker fails", () => ({ read: () => Promise.reject(new Error("Gone.")), stop: () => undefined })],
  ["the worker leaves steps out", () => ({ read: () => Promise.resolve([]), stop: () => undefined })],
])("where %s, a long flow is read here", async (_, startReader) => {
  const openFlow = open(buildLong());
  const analysis = createFlowAnalysis(openFlow, { startReader });
  const disconnect = analysis.connect();
  await vi.waitFor(() => expect(analysis.now()?.analysis.reads.size).toBe(300));
  disconnect();
});

test("an editor that is closed while a worker reads hears nothing more", async () => {
  const worker = manualReader();
  const analysis = createFlowAnalysis(open(buildLong()), worker);
  const disconnect = analysis.connect();
  await vi.waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  const asked = worker.read.length;
  disconnect();
  worker.answer();
  await vi.waitFor(() => expect(worker.stopped()).toBe(1));
  expect(worker.read).toHaveLength(asked);
  expect(analysis.getState().analysis).toBeUndefined();
});

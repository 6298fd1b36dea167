import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { openSaved } from "#client/document/testing/receive.ts";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { stepTypeLookup } from "#contract/step-descriptions/step-type-lookup.ts";
import { type StepParseInput, parseStepTexts } from "#core/dataflow/parse-step-texts.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createFlowAnalysisService, type StepParserWorker } from "./flow-analysis.ts";

/** Waits longer than the default second: the analyzer is loaded on first use, which a busy machine delays. */
const waitFor = (check: () => void) => vi.waitFor(check, 10_000);

beforeEach(() => vi.stubGlobal("requestAnimationFrame", (act: () => void) => setTimeout(act)));

const key = (id: string) => id as StepKey;
const buildPrompt = (id: string, userPrompt: string, outputVariable: string) =>
  buildStep(id, { config: { model: "gpt-4o", userPrompt, outputVariable } });
const fetch = buildPrompt("fetch", "Fetch it.", "page");
const sum = buildPrompt("sum", "{{page}}", "summary");
const end = buildPrompt("end", "{{summary}}", "answer");
/** Builds steps that reference each other and whose text is too long to be parsed synchronously. */
const buildLong = () =>
  Array.from({ length: 300 }, (_, at) =>
    buildPrompt(`step-${at + 1}`, `${"Go on. ".repeat(40)}{{out_${at}}}`, `out_${at + 1}`),
  );

const open = (steps: readonly JsonObject[]) => openSaved(buildServerFlow(buildFlow("Digest", steps)));

function manualReader() {
  const waiting: (() => void)[] = [];
  const read: StepParseInput[] = [];
  let stopped = 0;
  const reader: StepParserWorker = {
    read: (batch) =>
      new Promise((resolve) => {
        read.push(...batch);
        waiting.push(() =>
          resolve(structuredClone(batch.map((texts) => parseStepTexts(texts, stepTypeLookup)))),
        );
      }),
    stop: () => void (stopped += 1),
  };
  const answer = () => waiting.splice(0).forEach((send) => send());
  return { startReader: () => reader, answer, read, stopped: () => stopped };
}

const noWorker = () => {
  throw new Error("There are no workers here.");
};

test("a short flow is analyzed without a worker, and again after each edit", async () => {
  const openFlow = open([fetch, sum, end]);
  const analysis = createFlowAnalysisService(openFlow, { startReader: noWorker });
  expect(analysis.now()).toBeUndefined();
  onTestFinished(analysis.connect());
  await waitFor(() => expect(analysis.getState().analysis?.problems).toEqual([]));
  openFlow.edit({ type: "setEnabled", keys: [key("fetch")], enabled: false });
  expect(analysis.getState().analysis?.problems).toEqual([]);
  expect(analysis.now()?.analysis.document).toBe(openFlow.getState().history.document);
  await waitFor(() =>
    expect(analysis.getState().analysis?.problems).toMatchObject([
      { code: "read-from-disabled", step: key("sum") },
    ]),
  );
});

test("the first analysis goes on in slices, unless it is needed at once", async () => {
  await import("./dataflow.ts");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  // Each phase is a slice.
  let clock = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => (clock += 1000));
  const openFlow = open([fetch, sum, end]);
  const analysis = createFlowAnalysisService(openFlow, { startReader: noWorker });
  onTestFinished(analysis.connect());
  await vi.advanceTimersByTimeAsync(0);
  expect(analysis.code()).toBeDefined();
  expect(analysis.getState().analysis).toBeUndefined();
  openFlow.edit({ type: "setEnabled", keys: [key("fetch")], enabled: false });
  expect(analysis.now()?.analysis.document).toBe(openFlow.getState().history.document);
  await vi.runAllTimersAsync();
  expect(analysis.getState().analysis?.document).toBe(openFlow.getState().history.document);
});

test("the steps of a long flow are parsed in a worker, which receives conditionals without nested steps and is stopped afterwards", async () => {
  const openFlow = open([...buildLong(), buildConditional("if", structuredClone([sum, end]))]);
  const worker = manualReader();
  const analysis = createFlowAnalysisService(openFlow, worker);
  onTestFinished(analysis.connect());
  await waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  expect(analysis.now()).toBeUndefined();
  await waitFor(() => {
    worker.answer();
    expect(analysis.now()).toBeDefined();
  });
  expect(worker.read).toHaveLength(303);
  expect(JSON.stringify(worker.read.at(-3))).toBe(
    '{"fields":{"type":"conditional","when":null,"config":{"condition":"true"}},"isConditional":true}',
  );
  expect(worker.stopped()).toBe(1);
  expect(analysis.getState().analysis?.inputs.map(({ name }) => name)).toEqual(["out_0", "page"]);
});

test("many short steps are parsed by the worker too", async () => {
  const openFlow = open(
    Array.from({ length: 101 }, (_, at) => buildPrompt(`step-${at}`, "Go.", `out_${at}`)),
  );
  const worker = manualReader();
  const analysis = createFlowAnalysisService(openFlow, worker);
  onTestFinished(analysis.connect());
  await waitFor(() => expect(worker.read).toHaveLength(101));
  worker.answer();
  await waitFor(() => expect(analysis.now()).toBeDefined());
});

test("the analysis includes edits made while the worker runs", async () => {
  const openFlow = open(buildLong());
  const worker = manualReader();
  const analysis = createFlowAnalysisService(openFlow, worker);
  onTestFinished(analysis.connect());
  await waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  openFlow.edit({ type: "setEnabled", keys: [key("step-7")], enabled: false });
  openFlow.edit({ type: "setConfig", key: key("step-9"), path: ["userPrompt"], value: "{{topic}}" });
  await waitFor(() => {
    worker.answer();
    expect(analysis.now()).toBeDefined();
  });
  const { problems, inputs } = analysis.now()?.analysis ?? {};
  expect(problems?.filter(({ code }) => code === "read-from-disabled").map(({ step }) => step)).toEqual([
    "step-8",
  ]);
  expect(inputs?.map(({ name }) => name)).toContain("topic");
});

test("the last analysis stays visible while a worker parses many new steps", async () => {
  const openFlow = open([fetch, sum, end]);
  const worker = manualReader();
  const analysis = createFlowAnalysisService(openFlow, worker);
  onTestFinished(analysis.connect());
  await waitFor(() => expect(analysis.now()).toBeDefined());
  const first = analysis.getState().analysis;
  const { steps } = open(buildLong()).getState().history.base.document;
  openFlow.edit({ type: "insertSteps", steps, place: { list: { type: "root" }, index: 3 } });
  await waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  expect(analysis.getState().analysis).toBe(first);
  expect(analysis.now()).toBeUndefined();
  await waitFor(() => {
    worker.answer();
    expect(analysis.getState().analysis?.document).toBe(openFlow.getState().history.document);
  });
});

test.each<[what: string, startReader: () => StepParserWorker]>([
  ["there are no workers", noWorker],
  ["the worker fails", () => ({ read: () => Promise.reject(new Error("Gone.")), stop: () => undefined })],
  ["the worker leaves steps out", () => ({ read: () => Promise.resolve([]), stop: () => undefined })],
])("if %s, a long flow is analyzed on the main thread", async (_, startReader) => {
  const openFlow = open(buildLong());
  const analysis = createFlowAnalysisService(openFlow, { startReader });
  onTestFinished(analysis.connect());
  await waitFor(() => expect(analysis.now()?.analysis.reads.size).toBe(300));
});

test("no analysis is published if the editor is closed while the worker is parsing", async () => {
  const worker = manualReader();
  const analysis = createFlowAnalysisService(open(buildLong()), worker);
  const disconnect = analysis.connect();
  await waitFor(() => expect(worker.read.length).toBeGreaterThan(0));
  const asked = worker.read.length;
  disconnect();
  worker.answer();
  await waitFor(() => expect(worker.stopped()).toBe(1));
  expect(worker.read).toHaveLength(asked);
  expect(analysis.getState().analysis).toBeUndefined();
});

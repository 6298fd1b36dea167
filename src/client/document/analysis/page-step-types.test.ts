import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { buildServerFlow } from "#client/document/testing/build-server-flow.ts";
import { openSaved } from "#client/document/testing/receive.ts";
import { parseStepTexts } from "#core/dataflow/parse-step-texts.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { textReaders } from "#core/references/text-readers.ts";
import { buildConditional, buildDocument, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

const prompt = buildStep("draft", { config: { userPrompt: "{{topic}}", outputVariable: "draft" } });
const script = (text: string) => buildStep("clean", { type: "transform-data", config: { script: text } });
const template = (text: string) => buildStep("page", { type: "template", config: { template: text } });

const read = { script: vi.fn<() => void>(), liquid: vi.fn<() => void>() };

// Neither reader is loaded before a test.
beforeEach(() => {
  vi.resetModules();
  vi.doMock(
    "#core/references/read-script.ts",
    () => (read.script(), { readScriptReferences: textReaders.script }),
  );
  vi.doMock(
    "#core/references/read-liquid.ts",
    () => (read.liquid(), { readLiquidReferences: textReaders.liquid }),
  );
});
afterEach(() => {
  vi.doUnmock("#core/references/read-script.ts");
  vi.doUnmock("#core/references/read-liquid.ts");
  vi.resetModules();
  vi.resetAllMocks();
});

async function analyze(steps: readonly JsonObject[]) {
  const { createFlowAnalysisService } = await import("./flow-analysis.ts");
  const openFlow = openSaved(buildServerFlow(buildFlow("Digest", steps)));
  const analysis = createFlowAnalysisService(openFlow);
  onTestFinished(analysis.connect());
  return { openFlow, analysis };
}
const waitFor = (check: () => void | Promise<void>) => vi.waitFor(check, 10_000);

test("a flow without scripts and Liquid templates is analyzed without their parsers", async () => {
  const { analysis } = await analyze([prompt, script("  "), template("Hello, topic")]);
  await waitFor(() => expect(analysis.now()?.analysis.inputs.map(({ name }) => name)).toEqual(["topic"]));
  expect(read.script).not.toHaveBeenCalled();
  expect(read.liquid).not.toHaveBeenCalled();
});

test.each([
  ["a condition", "script", buildConditional("if", [prompt])],
  ["a script", "script", script("return input.topic")],
  ["a Liquid template", "liquid", template("{% if topic %}yes{% endif %}")],
] as const)(
  "the analysis of a flow with %s waits for the parser of that language only",
  async (_, language, step) => {
    const { analysis } = await analyze([step]);
    const other = language === "script" ? read.liquid : read.script;
    await waitFor(() => expect(analysis.now()?.analysis.inputs.map(({ name }) => name)).toEqual(["topic"]));
    expect(read[language]).toHaveBeenCalledOnce();
    expect(other).not.toHaveBeenCalled();
  },
);

test("the first script that is typed in a flow loads the parser, and until then nothing reads the flow", async () => {
  const { analysis, openFlow } = await analyze([prompt, script("")]);
  await waitFor(() => expect(analysis.code()).toBeDefined());
  const before = analysis.getState().analysis;
  openFlow.edit({
    type: "setConfig",
    key: "clean" as StepKey,
    path: ["script"],
    value: "return input.extra",
  });
  expect(analysis.code()).toBeUndefined();
  expect(analysis.now()).toBeUndefined();
  expect(analysis.getState().analysis).toBe(before);
  await waitFor(() =>
    expect(analysis.now()?.analysis.inputs.map(({ name }) => name)).toEqual(["topic", "extra"]),
  );
  expect(analysis.code()).toBeDefined();
});

test("a parser that could not be loaded is loaded again", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  read.script.mockImplementationOnce(() => {
    throw new Error("You are offline.");
  });
  const { analysis } = await analyze([script("return input.topic")]);
  await waitFor(async () => {
    await vi.advanceTimersByTimeAsync(1000);
    expect(analysis.getState().analysis?.inputs.map(({ name }) => name)).toEqual(["topic"]);
  });
  expect(read.script).toHaveBeenCalledTimes(2);
});

test("a text is read only by a parser that is loaded", async () => {
  const { pageStepTypes, loadTextReaders } = await import("./page-step-types.ts");
  const document = buildDocument(script("return input.topic"));
  const [step] = document.steps;
  const texts = { fields: step?.fields ?? {}, isConditional: false };
  expect(() => parseStepTexts(texts, pageStepTypes)).toThrow("The reader of script texts is not loaded.");
  await loadTextReaders(() => [document]);
  const { reads } = parseStepTexts(texts, pageStepTypes).references;
  expect(reads).toEqual(parseStepTexts(texts, sampleStepTypeLookup).references.reads);
});

import { type FlowDocument, parseFlowDocument } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { sampleStepTypeLookup } from "./sample-step-types.ts";
import { analyzeFlow } from "#core/dataflow/analyze.ts";

// Short notation for steps and flows. The id of a step is its name in lower case.

const step = (name: string, type: string, config: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: name.toLowerCase().replaceAll(" ", "-"),
  type,
  name,
  config,
  ...more,
});

/**
 * A step that reads the variables in its text and may set a variable:
 * `buildPromptStep("Sum up", "{{page}}", "summary")`.
 */
export const buildPromptStep = (name: string, text: string, output?: string, more?: JsonObject) =>
  step(name, "prompt", { userPrompt: text, ...(output !== undefined && { outputVariable: output }) }, more);

export const buildScriptStep = (name: string, code: string, output?: string, more?: JsonObject) =>
  step(
    name,
    "transform-data",
    { script: code, ...(output !== undefined && { outputVariable: output }) },
    more,
  );

export const buildTemplateStep = (name: string, text: string, output?: string, inputs?: JsonObject) =>
  step(name, "template", {
    template: text,
    ...(inputs && { inputs }),
    ...(output !== undefined && { outputVariable: output }),
  });

export const buildVariableSettingStep = (name: string, output: string, more?: JsonObject) =>
  buildPromptStep(name, "Go.", output, more);

/** A step that may set a variable: the flow continues if the step fails. */
export const buildFailingStep = (name: string, output: string, config: JsonObject = {}) =>
  step(name, "fetch-url", { outputVariable: output, errorHandling: { onError: "continue" }, ...config });

export const buildRecordStep = (name: string, variable: string) =>
  step(name, "upsert-record", { recordType: "a", recordName: "b", sourceVariable: variable });

export const buildConditionalStep = (
  name: string,
  condition: string,
  trueSteps: readonly JsonObject[],
  falseSteps: readonly JsonObject[] = [],
) => step(name, "conditional", { condition, trueSteps, falseSteps });

export const buildDisabledCopyOfStep = (one: JsonObject): JsonObject => ({ ...one, enabled: false });

export const buildFlowDocument = (...steps: readonly JsonObject[]): FlowDocument =>
  parseFlowDocument({ name: "Flow", flowSteps: steps });

export const buildPythonStep = (name: string): JsonObject =>
  step(name, "transform-data", { script: "print(page)", language: "python" });

/** Formats each problem as `severity code at step`; a problem of the flow itself has no step. */
export const listProblemTextsOfSteps = (...steps: readonly JsonObject[]): readonly string[] =>
  analyzeFlow(buildFlowDocument(...steps), sampleStepTypeLookup).problems.map(
    ({ severity, code, step: at }) => `${severity} ${code}${at === undefined ? "" : ` at ${at}`}`,
  );

export type FlowProblemTestCase = [what: string, steps: readonly JsonObject[], ...problems: string[]];

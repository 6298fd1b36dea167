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
 * `prompt("Sum up", "{{page}}", "summary")`.
 */
export const prompt = (name: string, text: string, output?: string, more?: JsonObject) =>
  step(name, "prompt", { userPrompt: text, ...(output !== undefined && { outputVariable: output }) }, more);

export const script = (name: string, code: string, output?: string, more?: JsonObject) =>
  step(
    name,
    "transform-data",
    { script: code, ...(output !== undefined && { outputVariable: output }) },
    more,
  );

export const liquid = (name: string, text: string, output?: string, inputs?: JsonObject) =>
  step(name, "template", {
    template: text,
    ...(inputs && { inputs }),
    ...(output !== undefined && { outputVariable: output }),
  });

export const setter = (name: string, output: string, more?: JsonObject) => prompt(name, "Go.", output, more);

/** A step that may set a variable: the flow continues if the step fails. */
export const mayFail = (name: string, output: string, config: JsonObject = {}) =>
  step(name, "fetch-url", { outputVariable: output, errorHandling: { onError: "continue" }, ...config });

export const record = (name: string, variable: string) =>
  step(name, "upsert-record", { recordType: "a", recordName: "b", sourceVariable: variable });

export const when = (
  name: string,
  condition: string,
  trueSteps: readonly JsonObject[],
  falseSteps: readonly JsonObject[] = [],
) => step(name, "conditional", { condition, trueSteps, falseSteps });

export const off = (one: JsonObject): JsonObject => ({ ...one, enabled: false });

export const documentOf = (...steps: readonly JsonObject[]): FlowDocument =>
  parseFlowDocument({ name: "Flow", flowSteps: steps });

export const python = (name: string): JsonObject =>
  step(name, "transform-data", { script: "print(page)", language: "python" });

/** Formats each problem as `severity code at step`; a problem of the flow itself has no step. */
export const problemsOf = (...steps: readonly JsonObject[]): readonly string[] =>
  analyzeFlow(documentOf(...steps), sampleStepTypeLookup).problems.map(
    ({ severity, code, step: at }) => `${severity} ${code}${at === undefined ? "" : ` at ${at}`}`,
  );

export type ProblemCase = [what: string, steps: readonly JsonObject[], ...problems: string[]];

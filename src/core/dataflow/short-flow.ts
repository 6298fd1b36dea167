import { type FlowDocument, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { sampleStepTypes } from "#core/references/sample-step-types.ts";
import { analyse } from "./analyse.ts";

// Steps and flows of a few words, for tests of what a flow means. A step's id is its name in small letters.

const step = (name: string, type: string, config: JsonObject, more: JsonObject = {}): JsonObject => ({
  id: name.toLowerCase().replaceAll(" ", "-"),
  type,
  name,
  config,
  ...more,
});

/** A step that sets a variable and reads those that its text names: `prompt("Sum up", "{{page}}", "summary")`. */
export const prompt = (name: string, text: string, output?: string, more?: JsonObject) =>
  step(name, "prompt", { userPrompt: text, ...(output !== undefined && { outputVariable: output }) }, more);

export const script = (name: string, code: string, output?: string, more?: JsonObject) =>
  step(
    name,
    "transform-data",
    { script: code, ...(output !== undefined && { outputVariable: output }) },
    more,
  );

export const template = (name: string, text: string, output?: string, inputs?: JsonObject) =>
  step(name, "template", {
    template: text,
    ...(inputs && { inputs }),
    ...(output !== undefined && { outputVariable: output }),
  });

/** Sets a variable and reads nothing. */
export const sets = (name: string, output: string, more?: JsonObject) => prompt(name, "Go.", output, more);

/** Sets a variable perhaps: the flow goes on when it fails. */
export const tries = (name: string, output: string, config: JsonObject = {}) =>
  step(name, "fetch-url", { outputVariable: output, errorHandling: { onError: "continue" }, ...config });

export const saves = (name: string, variable: string) =>
  step(name, "upsert-record", { recordType: "a", recordName: "b", sourceVariable: variable });

export const either = (
  name: string,
  condition: string,
  trueSteps: readonly JsonObject[],
  falseSteps: readonly JsonObject[] = [],
  more?: JsonObject,
) => step(name, "conditional", { condition, trueSteps, falseSteps }, more);

export const off = (one: JsonObject): JsonObject => ({ ...one, enabled: false });

export const flowOf = (...steps: readonly JsonObject[]): FlowDocument =>
  parseFlow({ name: "Flow", flowSteps: steps });

/** Code of a language that is not read. */
export const python = (name: string): JsonObject =>
  step(name, "transform-data", { script: "print(page)", language: "python" });

/** Each problem as `severity code at step`, those of the flow itself without a step. */
export const tellProblems = (...steps: readonly JsonObject[]): readonly string[] =>
  analyse(flowOf(...steps), sampleStepTypes).problems.map(
    ({ severity, code, step: at }) => `${severity} ${code}${at === undefined ? "" : ` at ${at}`}`,
  );

/** A name for the case, the steps of the flow, and the problems that it has. */
export type ProblemCase = [what: string, steps: readonly JsonObject[], ...problems: string[]];

import { expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { explainName } from "./explain-name.ts";
import { listVariables } from "./list-variables.ts";

const sets = (id: string, outputVariable: string, fields: JsonObject = {}) =>
  buildStep(id, { config: { outputVariable }, ...fields });
const sum = buildStep("sum", { config: { userPrompt: "{{page}} {{Triage.x}}" } });
const explain = (name: string, ...steps: readonly JsonObject[]) =>
  explainName(parseFlow(buildFlow("f", steps)), "sum" as StepKey, name, types);

it("says who sets a name, the nearest first, and why it may be missing", () => {
  expect(explain("page", sets("a", "page"), sum)).toEqual({
    type: "set",
    by: ["a"],
    reason: undefined,
    isStepName: false,
  });
  expect(explain("page", sets("a", "page"), sets("b", "page", { when: "x > 1" }), sum)).toMatchObject({
    type: "set",
    by: ["b", "a"],
    reason: undefined,
  });
  expect(explain("page", sets("a", "page", { when: "x > 1" }), sum)).toMatchObject({
    reason: "A runs only when its condition holds",
  });
});

it("says why a name is not set here", () => {
  expect(explain("page", sum, sets("a", "page"))).toMatchObject({
    type: "unset",
    by: ["a"],
    reason: "A sets it later, at step 2",
  });
  expect(explain("page", sets("a", "page", { enabled: false }), sum)).toMatchObject({ reason: "A is off" });
  expect(explain("page", buildConditional("route", [sets("a", "page")], [sum]))).toMatchObject({
    reason: "A sets it only in the other branch of Route",
  });
});

it("knows inputs, the platform's names, and steps that are read by what they are called", () => {
  expect(explain("topic", sum)).toEqual({ type: "input" });
  expect(explain("_record", sum)).toEqual({ type: "platform" });
  expect(explain("Triage", buildStep("t", { name: "Triage" }), sum)).toMatchObject({
    type: "set",
    by: ["t"],
    isStepName: true,
  });
  expect(explain("__proto__", sum)).toEqual({ type: "input" });
});

it("tells a step that is off what it would find if it were on", () => {
  expect(explain("page", sets("a", "page"), { ...sum, enabled: false })).toMatchObject({ type: "set" });
});

it("gives the variables of a step the same reasons", () => {
  const document = parseFlow(buildFlow("f", [sets("a", "x", { when: "y" }), sum, sets("b", "page")]));
  expect(listVariables(document, "sum" as StepKey, types).map(({ name, why }) => [name, why])).toEqual([
    ["x", "A runs only when its condition holds"],
    ["page", "B sets it later, at step 3"],
  ]);
});

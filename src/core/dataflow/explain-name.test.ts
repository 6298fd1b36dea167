import { expect, it } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { explainVariableName } from "./explain-name.ts";
import { listVariablesWithStateAtStep } from "./list-variables.ts";

const sets = (id: string, outputVariable: string, fields: JsonObject = {}) =>
  buildStep(id, { config: { outputVariable }, ...fields });
const sum = buildStep("sum", { config: { userPrompt: "{{page}} {{Triage.x}}" } });
const explain = (name: string, ...steps: readonly JsonObject[]) =>
  explainVariableName(buildDocument(...steps), "sum" as StepKey, name, types);

it("explaining a variable lists the steps that set it, nearest first, and why it may be unset", () => {
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
    reason: "“A” runs only if its condition is true",
  });
});

it("explaining a variable without a value says why no value reaches the step", () => {
  expect(explain("page", sum, sets("a", "page"))).toMatchObject({
    type: "unset",
    by: ["a"],
    reason: "“A” sets it later (step 2)",
  });
  expect(explain("page", sets("a", "page", { enabled: false }), sum)).toMatchObject({ reason: "“A” is off" });
  expect(explain("page", buildConditional("route", [sets("a", "page")], [sum]))).toMatchObject({
    reason: "“A” sets it only in the other branch of “Route”",
  });
});

it("explaining a name distinguishes inputs, platform variables and names of steps", () => {
  expect(explain("topic", sum)).toEqual({ type: "input" });
  expect(explain("_record", sum)).toEqual({ type: "platform" });
  expect(explain("Triage", buildStep("t", { name: "Triage" }), sum)).toMatchObject({
    type: "set",
    by: ["t"],
    isStepName: true,
  });
  expect(explain("__proto__", sum)).toEqual({ type: "input" });
});

it("explaining a name at a disabled step treats the step as enabled", () => {
  expect(explain("page", sets("a", "page"), { ...sum, enabled: false })).toMatchObject({ type: "set" });
});

it("the list of a step's variables has other steps' inputs, except typos, after variables with a value", () => {
  const [own, other] = ["{{page}} {{own}} {{custo}}", "{{topic}} {{message}} {{_now}} {{user_mesage}}"];
  const reader = (id: string, userPrompt: string) => buildStep(id, { config: { userPrompt } });
  const document = buildDocument(reader("a", other), sets("b", "x"), reader("sum", own), sets("c", "late"));
  expect(
    listVariablesWithStateAtStep(document, "sum" as StepKey, types).map(({ name, state }) => [name, state]),
  ).toEqual([
    ["x", "surely"],
    ["topic", "input"],
    ["message", "input"],
    ["late", "unset"],
  ]);
});

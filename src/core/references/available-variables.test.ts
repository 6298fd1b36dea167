import { expect, test } from "vitest";
import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { findAvailableVariables } from "./available-variables.ts";
import { sampleStepTypes } from "./sample-step-types.ts";

const sets = (name: string, id: string = name, fields: JsonObject = {}) =>
  buildStep(id, { config: { outputVariable: name }, ...fields });

const findAt = (key: string, ...steps: readonly JsonObject[]) =>
  findAvailableVariables(parseFlow(buildFlow("Flow", steps)), key as StepKey, sampleStepTypes).map(
    ({ name, setBy }) => (name === setBy ? name : `${name} by ${setBy}`),
  );

test("a step can read what earlier steps set, nearest first, and neither its own nor later ones", () => {
  expect(findAt("c", sets("a"), sets("b"), sets("c"), sets("d"))).toEqual(["b", "a"]);
});

test("a name that is set twice is offered once, as set by the nearest step", () => {
  expect(findAt("d", sets("a", "x"), sets("b"), sets("a", "y"), sets("d"))).toEqual(["a by y", "b"]);
});

test("in a branch it sees that branch and the lists around it, not the other branch", () => {
  const inner = buildConditional("inner", [sets("c"), sets("d"), sets("e")], [sets("no")]);
  const outer = buildConditional("outer", [sets("b"), inner, sets("later")], [sets("other")]);
  expect(findAt("d", sets("a"), outer, sets("last"))).toEqual(["c", "b", "a"]);
  expect(findAt("no", sets("a"), outer)).toEqual(["b", "a"]);
});

test("after a conditional it sees what either branch sets", () => {
  const both = buildConditional("if", [sets("a"), buildConditional("in", [sets("b")])], [sets("c")]);
  expect(findAt("z", both, sets("z"))).toEqual(["c", "b", "a"]);
});

test("steps that are switched off set nothing, nor does anything inside them", () => {
  const off = { ...buildConditional("if", [sets("b")]), enabled: false };
  expect(findAt("z", sets("a", "a", { enabled: false }), off, sets("z"))).toEqual([]);
});

test("a set-variable step sets what it names, and names that objects inherit are names like others", () => {
  const named = buildStep("v", { type: "set-variable", config: { variableName: "__proto__" } });
  expect(findAt("z", named, sets("constructor"), sets("z"))).toEqual(["constructor", "__proto__ by v"]);
});

test("a step that is not there can read nothing", () => {
  expect(findAt("nowhere", sets("a"))).toEqual([]);
});

test("in a long flow all are found", () => {
  const { flowSteps } = buildLongFlow("Long", 1_400);
  const off = flowSteps.filter(({ enabled }: JsonObject) => enabled === false).length;
  expect(findAt("last", ...flowSteps, sets("x", "last"))).toHaveLength(1_400 - off);
});

import { expect, test } from "vitest";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { findAvailableVariables } from "./available-variables.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";

const sets = (name: string, id: string = name, fields: JsonObject = {}) =>
  buildStep(id, { config: { outputVariable: name }, ...fields });

const findAt = (key: string, ...steps: readonly JsonObject[]) =>
  findAvailableVariables(buildDocument(...steps), key as StepKey, sampleStepTypeLookup).map(
    ({ name, setBy }) => (name === setBy ? name : `${name} by ${setBy}`),
  );

test("lists the variables of earlier steps, nearest first", () => {
  expect(findAt("c", sets("a"), sets("b"), sets("c"), sets("d"))).toEqual(["b", "a"]);
});

test("in a branch, lists variables of that branch and of the enclosing lists, not of the other branch", () => {
  const inner = buildConditional("inner", [sets("c"), sets("d"), sets("e")], [sets("no")]);
  const outer = buildConditional("outer", [sets("b"), inner, sets("later")], [sets("other")]);
  expect(findAt("d", sets("a"), outer, sets("last"))).toEqual(["c", "b", "a"]);
  expect(findAt("no", sets("a"), outer)).toEqual(["b", "a"]);
});

test("after a conditional, lists the variables of both branches", () => {
  const both = buildConditional("if", [sets("a"), buildConditional("in", [sets("b")])], [sets("c")]);
  expect(findAt("z", both, sets("z"))).toEqual(["c", "b", "a"]);
});

test("lists no variables of disabled steps and their nested steps", () => {
  const off = { ...buildConditional("if", [sets("b")]), enabled: false };
  expect(findAt("z", sets("a", "a", { enabled: false }), off, sets("z"))).toEqual([]);
});

test("includes set-variable steps, and names like __proto__", () => {
  const named = buildStep("v", { type: "set-variable", config: { variableName: "__proto__" } });
  expect(findAt("z", named, sets("constructor"), sets("z"))).toEqual(["constructor", "__proto__ by v"]);
});

import { expect, it } from "vitest";
import { type EditCommand, applyEditCommand } from "#core/commands/edit-command.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type FlowDocument, type StepKey } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { describeLostVariableReads } from "./describe-lost-variable-reads.ts";
import { findLostVariableReads, listLostVariableReaders } from "./lost-variable-readers.ts";
import { resolveVariableReads } from "./resolve-reads.ts";
import { findVariableProducers } from "./find-variable-producers.ts";

const readsOf = (document: FlowDocument) =>
  resolveVariableReads(document, { types, survey: findVariableProducers(document, types) });
const applyTo = (steps: readonly JsonObject[], command: EditCommand) => {
  const before = buildDocument(...steps);
  return { before: readsOf(before), after: applyEditCommand(before, command) };
};
const losses = (steps: readonly JsonObject[], command: EditCommand) => {
  const { before, after } = applyTo(steps, command);
  return findLostVariableReads(before, readsOf(after)).map(
    ({ step, reference }) => `${step} ${reference.name}`,
  );
};
const dependents = (steps: readonly JsonObject[], command: EditCommand) => {
  const { before, after } = applyTo(steps, command);
  return listLostVariableReaders(before, after, types);
};

const remove = (...keys: readonly string[]): EditCommand => ({
  type: "removeSteps",
  keys: keys as StepKey[],
});
const disable = (...keys: readonly string[]): EditCommand => ({
  type: "setEnabled",
  keys: keys as StepKey[],
  enabled: false,
});
const sets = (id: string, outputVariable: string, userPrompt = "") =>
  buildStep(id, { config: { userPrompt, outputVariable } });
const reads = (id: string, userPrompt: string) => buildStep(id, { config: { userPrompt } });

const flow = [sets("fetch", "page"), reads("sum", "{{page}} {{page.title}}"), reads("tag", "{{topic}}")];

it("references that an edit breaks include reads of a removed or disabled step, but not reads of inputs", () => {
  expect(losses(flow, remove("fetch"))).toEqual(["sum page", "sum page"]);
  expect(losses(flow, disable("fetch"))).toEqual(["sum page", "sum page"]);
});

it("references that an edit breaks exclude reads by removed or disabled steps, and reads that find another value", () => {
  expect(losses(flow, remove("fetch", "sum"))).toEqual([]);
  expect(
    losses([...flow.slice(0, 1), { ...reads("sum", "{{page}}"), enabled: false }], remove("fetch")),
  ).toEqual([]);
  expect(losses([sets("cache", "page"), ...flow], remove("fetch"))).toEqual([]);
});

it("references that an edit breaks include reads of variables that steps inside a removed conditional set, but not reads that had no value before", () => {
  const nested = [buildConditional("route", [sets("fetch", "page")]), reads("sum", "{{page}}")];
  expect(losses(nested, remove("route"))).toEqual(["sum page"]);
  expect(losses([reads("sum", "{{page}}"), sets("fetch", "page")], remove("fetch"))).toEqual([]);
});

it("references that an edit breaks include reads of a step's result by name, and never {{flow:name}}", () => {
  const named = [buildStep("triage", { name: "Triage" }), reads("sum", "{{Triage.urgency}}")];
  expect(losses(named, remove("triage"))).toEqual(["sum Triage"]);
  expect(losses([sets("fetch", "page"), reads("sum", "{{flow:page}}")], remove("fetch"))).toEqual([]);
});

it("the suggested replacements for a removed variable start with the variables that the removed step read, then the nearest variables", () => {
  const steps = [
    sets("fetch", "page"),
    sets("weather", "sky"),
    sets("clean", "text", "{{page}}"),
    reads("sum", "{{text}}"),
  ];
  const [found] = dependents(steps, remove("clean"));
  expect(found?.others).toEqual([
    { name: "page", setBy: "fetch" },
    { name: "sky", setBy: "weather" },
  ]);
});

it("the suggested replacements for a removed variable exclude variables set later, in the other branch, or by removed steps", () => {
  const steps = [
    sets("fetch", "page"),
    buildConditional("route", [reads("sum", "{{page}}")], [sets("other", "note")]),
    sets("end", "done"),
  ];
  expect(dependents(steps, remove("fetch"))[0]?.others).toEqual([]);
});

it("the suggested replacements for a removed variable include removing the reference in a template but not in code", () => {
  const script = buildStep("run", { type: "transform-data", config: { script: "return page.length" } });
  const steps = [sets("fetch", "page"), reads("sum", "All: {{page}}"), script];
  expect(dependents(steps, remove("fetch")).map(({ step, isRemovable }) => [step, isRemovable])).toEqual([
    ["sum", true],
    ["run", false],
  ]);
});

it("the suggested replacements for a removed variable are listed once per variable and step", () => {
  const steps = [
    sets("a", "x"),
    sets("b", "y"),
    buildStep("sum", { when: "x > 1", config: { userPrompt: "{{x}} {{x}} {{y}}" } }),
  ];
  const found = dependents(steps, remove("a", "b"));
  expect(found.map(({ name, references }) => [name, references.length])).toEqual([
    ["x", 3],
    ["y", 1],
  ]);
});

const sentence = (steps: readonly JsonObject[], command: EditCommand) => {
  const { before, after } = applyTo(steps, command);
  return describeLostVariableReads(after, findLostVariableReads(before, readsOf(after)));
};
const many = [sets("a", "x"), sets("b", "y")];

it("the sentence about broken references names the steps and the variables that they can no longer read", () => {
  expect(sentence([sets("a", "x"), reads("sum", "{{x}}")], remove("a"))).toBe(
    "“Sum” uses “x”, which is no longer set.",
  );
  expect(sentence([...many, reads("sum", "{{x}}"), reads("tag", "{{x}} {{y}}")], remove("a", "b"))).toBe(
    "2 steps use “x” and “y”, which are no longer set.",
  );
  expect(sentence(many, remove("a", "b"))).toBe("");
});

it("the sentence about broken references counts the steps if there are several, and truncates long names", () => {
  const readers = ["c", "d", "e", "f"].map((id) => reads(id, "{{x}}"));
  expect(sentence([...many, ...readers], remove("a"))).toBe("4 steps use “x”, which is no longer set.");
  const long = "x".repeat(500);
  expect(sentence([sets("a", long), reads("sum", `{{${long}}}`)], remove("a")).length).toBeLessThan(100);
});

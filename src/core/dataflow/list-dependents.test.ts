import { describe, expect, it } from "vitest";
import { type Command, applyCommand } from "#core/command.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type FlowDocument, type StepKey, parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { describeLosses } from "./describe-losses.ts";
import { findLosses, listDependents } from "./list-dependents.ts";
import { resolveReads } from "./resolve-reads.ts";
import { surveyNames } from "./survey-names.ts";

const readsOf = (document: FlowDocument) =>
  resolveReads(document, { types, survey: surveyNames(document, types) });
const around = (steps: readonly JsonObject[], command: Command) => {
  const before = parseFlow(buildFlow("f", steps));
  return { before: readsOf(before), after: applyCommand(before, command) };
};
const losses = (steps: readonly JsonObject[], command: Command) => {
  const { before, after } = around(steps, command);
  return findLosses(before, readsOf(after)).map(({ step, reference }) => `${step} ${reference.name}`);
};
const dependents = (steps: readonly JsonObject[], command: Command) => {
  const { before, after } = around(steps, command);
  return listDependents(before, after, types);
};

const remove = (...keys: readonly string[]): Command => ({ type: "removeSteps", keys: keys as StepKey[] });
const off = (...keys: readonly string[]): Command => ({
  type: "setEnabled",
  keys: keys as StepKey[],
  enabled: false,
});
const sets = (id: string, outputVariable: string, userPrompt = "") =>
  buildStep(id, { config: { userPrompt, outputVariable } });
const reads = (id: string, userPrompt: string) => buildStep(id, { config: { userPrompt } });

describe("what others miss", () => {
  const flow = [sets("fetch", "page"), reads("sum", "{{page}} {{page.title}}"), reads("tag", "{{topic}}")];

  it("is what a step set that goes or is switched off, and not what the run supplies", () => {
    expect(losses(flow, remove("fetch"))).toEqual(["sum page", "sum page"]);
    expect(losses(flow, off("fetch"))).toEqual(["sum page", "sum page"]);
  });

  it("is nothing where the readers go too, are off, or another step sets the variable before them", () => {
    expect(losses(flow, remove("fetch", "sum"))).toEqual([]);
    expect(
      losses([...flow.slice(0, 1), { ...reads("sum", "{{page}}"), enabled: false }], remove("fetch")),
    ).toEqual([]);
    expect(losses([sets("cache", "page"), ...flow], remove("fetch"))).toEqual([]);
  });

  it("counts what stands inside a conditional that goes, and no reference that found nothing before", () => {
    const nested = [buildConditional("route", [sets("fetch", "page")]), reads("sum", "{{page}}")];
    expect(losses(nested, remove("route"))).toEqual(["sum page"]);
    expect(losses([reads("sum", "{{page}}"), sets("fetch", "page")], remove("fetch"))).toEqual([]);
  });

  it("is also the result of a step that is read by its name, and never {{flow:name}}", () => {
    const named = [buildStep("triage", { name: "Triage" }), reads("sum", "{{Triage.urgency}}")];
    expect(losses(named, remove("triage"))).toEqual(["sum Triage"]);
    expect(losses([sets("fetch", "page"), reads("sum", "{{flow:page}}")], remove("fetch"))).toEqual([]);
  });

  it("holds for names that every object has", () => {
    const steps = [
      sets("a", "__proto__"),
      sets("b", "constructor"),
      reads("c", "{{__proto__}} {{constructor}}"),
    ];
    expect(losses(steps, remove("a", "b"))).toEqual(["c __proto__", "c constructor"]);
  });
});

describe("the ways out for a reader", () => {
  it("lead to what the step that goes was made from, then to the nearest", () => {
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

  it("never lead to what is set later or in the other branch, nor to what goes as well", () => {
    const steps = [
      sets("fetch", "page"),
      buildConditional("route", [reads("sum", "{{page}}")], [sets("other", "note")]),
      sets("end", "done"),
    ];
    expect(dependents(steps, remove("fetch"))[0]?.others).toEqual([]);
  });

  it("let a template be taken out and code not", () => {
    const script = buildStep("run", { type: "transform-data", config: { script: "return page.length" } });
    const steps = [sets("fetch", "page"), reads("sum", "All: {{page}}"), script];
    expect(dependents(steps, remove("fetch")).map(({ step, isRemovable }) => [step, isRemovable])).toEqual([
      ["sum", true],
      ["run", false],
    ]);
  });

  it("are one for each variable of each step, however often it is named", () => {
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
});

describe("in words", () => {
  const say = (steps: readonly JsonObject[], command: Command) => {
    const { before, after } = around(steps, command);
    return describeLosses(after, findLosses(before, readsOf(after)));
  };
  const many = [sets("a", "x"), sets("b", "y")];

  it("names who misses what", () => {
    expect(say([sets("a", "x"), reads("sum", "{{x}}")], remove("a"))).toBe("Sum misses “x”.");
    expect(say([...many, reads("sum", "{{x}}"), reads("tag", "{{x}} {{y}}")], remove("a", "b"))).toBe(
      "Sum misses “x”, and Tag misses “x” and “y”.",
    );
    expect(say(many, remove("a", "b"))).toBe("");
  });

  it("counts those that would make it long, and cuts long names", () => {
    const readers = ["c", "d", "e", "f"].map((id) => reads(id, "{{x}}"));
    expect(say([...many, ...readers], remove("a"))).toBe(
      "C misses “x”, D misses “x”, and 2 more steps miss something.",
    );
    const long = "x".repeat(500);
    expect(say([sets("a", long), reads("sum", `{{${long}}}`)], remove("a")).length).toBeLessThan(100);
  });
});

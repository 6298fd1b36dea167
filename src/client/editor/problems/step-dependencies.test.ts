import { expect, test } from "vitest";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import { findStepDependencies } from "./step-dependencies.ts";

const linksOf = (key: string, steps: readonly JsonObject[]) =>
  findStepDependencies(analyzeFlow(buildDocument(...steps), sampleStepTypeLookup), key as StepKey);

const sets = (id: string, name: string, more: JsonObject = {}) =>
  buildStep(id, { ...more, config: { outputVariable: name } });
const reads = (id: string, ...names: readonly string[]) =>
  buildStep(id, { config: { userPrompt: names.map((name) => `{{${name}}}`).join(" ") } });

test("a step is linked once per variable to the steps that it reads, and lists the run's inputs that it reads", () => {
  expect(
    linksOf("reader", [sets("fetch", "page"), reads("reader", "page", "page", "customer", "_now")]),
  ).toEqual({
    reads: [
      { name: "page", state: "surely", step: "fetch" },
      { name: "customer", state: "input", step: undefined },
    ],
    readBy: [],
  });
});

test("a step is linked to the steps that read its variable, even if they run before the variable is set", () => {
  const steps = [reads("early", "page"), sets("fetch", "page", { when: "1" }), reads("late", "page")];
  expect(linksOf("fetch", steps)).toEqual({
    reads: [],
    readBy: [
      { name: "page", state: "unset", step: "early" },
      { name: "page", state: "maybe", step: "late" },
    ],
  });
  expect(linksOf("early", steps).reads).toEqual([{ name: "page", state: "unset", step: "fetch" }]);
});

test("a step that reads a variable only it sets has no links", () => {
  const own = buildStep("own", { config: { userPrompt: "{{loop}}", outputVariable: "loop" } });
  expect(linksOf("own", [own])).toEqual({ reads: [], readBy: [] });
});

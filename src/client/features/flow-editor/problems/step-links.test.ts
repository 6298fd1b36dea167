import { expect, test } from "vitest";
import { analyse } from "#core/dataflow/analyse.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { sampleStepTypes } from "#core/references/sample-step-types.ts";
import { findStepLinks } from "./step-links.ts";

const linksOf = (key: string, steps: readonly JsonObject[]) =>
  findStepLinks(analyse(parseFlow(buildFlow("Flow", steps)), sampleStepTypes), key as StepKey);

const sets = (id: string, name: string, more: JsonObject = {}) =>
  buildStep(id, { ...more, config: { outputVariable: name } });
const reads = (id: string, ...names: readonly string[]) =>
  buildStep(id, { config: { userPrompt: names.map((name) => `{{${name}}}`).join(" ") } });

test("a step is tied to those whose values it reads, once for each variable, and to the run", () => {
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

test("a step is tied to those that read it, and to those that should find it and do not", () => {
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

test("a step that reads what only it sets is tied to nobody", () => {
  const own = buildStep("own", { config: { userPrompt: "{{loop}}", outputVariable: "loop" } });
  expect(linksOf("own", [own])).toEqual({ reads: [], readBy: [] });
});

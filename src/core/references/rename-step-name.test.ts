import { expect, it } from "vitest";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { planStepNameRename } from "./rename-step-name.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";

const triage = buildStep("triage", { name: "Triage" });
const plan = (to: string, ...readers: readonly JsonObject[]) => {
  const found = planStepNameRename(buildDocument(triage, ...readers), "Triage", to, types);
  return found.type === "edits" ? found.edits.map(({ text }) => text) : found.reason;
};
const prompt = buildStep("sum", { config: { userPrompt: "Is {{Triage.urgency}} high?" } });

it("renames reads of a step's result, also for names with spaces", () => {
  expect(plan("Sorting", prompt)).toEqual(["Is {{Sorting.urgency}} high?"]);
  expect(plan("Sort tickets", prompt)).toEqual(["Is {{Sort tickets.urgency}} high?"]);
  const script = buildStep("run", { type: "transform-data", config: { script: "return Triage.urgency" } });
  expect(plan("Sort tickets", script)).toEqual(["return variables['Sort tickets'].urgency"]);
});

it("refuses a step name that is invalid, the name of a variable, or a local name in code", () => {
  expect(plan("Triage (new)", prompt)).toBe(
    "A step named “Triage (new)” can’t be referenced by name. Choose another name.",
  );
  expect(plan("a.b", prompt)).toMatch(/can’t be referenced by name/);
  expect(plan("page", prompt, buildStep("f", { config: { outputVariable: "page" } }))).toMatch(
    /is already a variable/,
  );
  expect(plan("_record", prompt)).toMatch(/is already a variable/);
  const script = "return ((Sorting, input, variables) => Triage)(1)";
  const reason = plan("Sorting", buildStep("run", { type: "transform-data", config: { script } }));
  expect(reason).toBe("“Run” uses “Sorting” for something else. Choose another name.");
});

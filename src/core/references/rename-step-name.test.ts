import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import type { JsonObject } from "#core/json.ts";
import { planStepNameRename } from "./rename-step-name.ts";
import { sampleStepTypes as types } from "./sample-step-types.ts";

const triage = buildStep("triage", { name: "Triage" });
const plan = (to: string, ...readers: readonly JsonObject[]) => {
  const found = planStepNameRename(parseFlow(buildFlow("f", [triage, ...readers])), "Triage", to, types);
  return found.type === "edits" ? found.edits.map(({ text }) => text) : found.reason;
};
const prompt = buildStep("sum", { config: { userPrompt: "Is {{Triage.urgency}} high?" } });

it("lets those who read a step by its name follow, with blanks too", () => {
  expect(plan("Sorting", prompt)).toEqual(["Is {{Sorting.urgency}} high?"]);
  expect(plan("Sort tickets", prompt)).toEqual(["Is {{Sort tickets.urgency}} high?"]);
  const script = buildStep("run", { type: "transform-data", config: { script: "return Triage.urgency" } });
  expect(plan("Sort tickets", script)).toEqual(["return variables['Sort tickets'].urgency"]);
});

it("refuses a name that no text could say, one of a variable, and one that code uses for something else", () => {
  expect(plan("Triage (new)", prompt)).toBe(
    "A step that is called “Triage (new)” cannot be read by its name.",
  );
  expect(plan("a.b", prompt)).toMatch(/cannot be read by its name/);
  expect(plan("page", prompt, buildStep("f", { config: { outputVariable: "page" } }))).toMatch(
    /is a variable/,
  );
  expect(plan("_record", prompt)).toMatch(/is a variable/);
  const script = "return ((Sorting, input, variables) => Triage)(1)";
  const reason = plan("Sorting", buildStep("run", { type: "transform-data", config: { script } }));
  expect(reason).toBe("“Run” uses “Sorting” for something else. Choose another name.");
});

import { expect, it } from "vitest";
import { buildDocument, buildStep } from "#core/testing/flow-builder.ts";
import { sampleStepTypeLookup as types } from "#core/testing/sample-step-types.ts";
import { analyzeFlow } from "./analyze.ts";
import { listRenameWarnings } from "./warn-of-rename.ts";

const flow = buildDocument(
  buildStep("fetch", { config: { userPrompt: "{{topic}}", outputVariable: "page" } }),
  buildStep("clean", { config: { userPrompt: "{{page}} {{topic}}", outputVariable: "text" } }),
  buildStep("triage", { name: "Triage" }),
  buildStep("sum", { config: { userPrompt: "{{text}} {{Triage.urgency}}" } }),
);
const warn = (from: string, to: string) => listRenameWarnings(analyzeFlow(flow, types), from, to);

it("warns if the new name is already used, and if an input is renamed", () => {
  expect(warn("page", "body")).toEqual([]);
  expect(warn("page", "page")).toEqual([]);
  expect(warn("page", "text")).toEqual(["“text” is already set by “Clean”. The variables will be merged."]);
  expect(warn("page", "topic")).toEqual([
    "“topic” is already an input, used by 2 steps. The variables will be merged.",
  ]);
  expect(warn("page", "Triage")[0]).toMatch(/^“Triage” is also the name of a step/);
  expect(warn("topic", "subject")).toEqual(["“topic” is an input. Runs must supply it as “subject”."]);
});

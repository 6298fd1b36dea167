import { expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { parseFlow } from "#core/flow-document.ts";
import { sampleStepTypes as types } from "#core/references/sample-step-types.ts";
import { analyse } from "./analyse.ts";
import { warnOfRename } from "./warn-of-rename.ts";

const flow = parseFlow(
  buildFlow("f", [
    buildStep("fetch", { config: { userPrompt: "{{topic}}", outputVariable: "page" } }),
    buildStep("clean", { config: { userPrompt: "{{page}} {{topic}}", outputVariable: "text" } }),
    buildStep("triage", { name: "Triage" }),
    buildStep("sum", { config: { userPrompt: "{{text}} {{Triage.urgency}}" } }),
  ]),
);
const warn = (from: string, to: string) => warnOfRename(analyse(flow, types), from, to);

it("says who uses the new name already, and that an input is asked for by its new name", () => {
  expect(warn("page", "body")).toEqual([]);
  expect(warn("page", "page")).toEqual([]);
  expect(warn("page", "text")).toEqual([
    "“text” is in use already, set by Clean: the two become one variable.",
  ]);
  expect(warn("page", "topic")).toEqual([
    "2 steps read “topic” as an input of the flow already: it becomes the same as this one.",
  ]);
  expect(warn("page", "Triage")[0]).toMatch(/^The result of the step Triage is read by that name/);
  expect(warn("topic", "subject")).toEqual([
    "No step sets “topic”: whoever runs the flow has to supply it under the new name.",
  ]);
});

import { expect, test } from "vitest";
import { analyzeFlow } from "#core/dataflow/analyze.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument } from "#core/document/flow-document.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import { getStepRowProblemSummary, summarizeProblemsByStep } from "./mark-steps.ts";

const reads = (name: string) => ({ config: { userPrompt: `Go on from {{${name}}}.` } });

const flow = parseFlowDocument(
  buildFlow("Flow", [
    buildConditional("route", [buildStep("inner", reads("late")), buildStep("sound", reads("given"))]),
    buildStep("setter", { config: { outputVariable: "late" } }),
  ]),
);
const marksOf = (document = flow, before: ReturnType<typeof summarizeProblemsByStep> = new Map()) =>
  summarizeProblemsByStep(document, analyzeFlow(document, sampleStepTypeLookup).problems, before);

test("a step is marked with the messages of its errors and warnings, but not of infos", () => {
  const marks = marksOf();
  expect(marks.get("inner" as StepKey)?.own).toEqual({
    severity: "error",
    count: 1,
    text: "“Inner” needs “late”, but “Setter” sets it later (step 2).",
  });
  expect(marks.get("sound" as StepKey)).toBeUndefined();
  expect(marks.get("setter" as StepKey)).toBeUndefined();
});

test("a conditional is marked for problems of its nested steps only while it is folded", () => {
  const route = marksOf().get("route" as StepKey);
  expect(getStepRowProblemSummary(route, false)).toBeUndefined();
  expect(getStepRowProblemSummary(route, true)).toMatchObject({
    severity: "error",
    count: 1,
    text: "Inside: “Inner” needs “late”, but “Setter” sets it later (step 2).",
  });
});

test("a step whose mark is unchanged keeps the same mark object", () => {
  const before = marksOf();
  const renamed = parseFlowDocument(
    buildFlow("Flow", [
      buildConditional("route", [buildStep("inner", reads("late"))]),
      buildStep("setter", { config: { outputVariable: "late", other: 1 } }),
    ]),
  );
  expect(marksOf(renamed, before).get("inner" as StepKey)).toBe(before.get("inner" as StepKey));
});

import { expect, test } from "vitest";
import { analyse } from "#core/dataflow/analyse.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { type StepKey, parseFlow } from "#core/flow-document.ts";
import { sampleStepTypes } from "#core/references/sample-step-types.ts";
import { markOfRow, markSteps } from "./mark-steps.ts";

const reads = (name: string) => ({ config: { userPrompt: `Go on from {{${name}}}.` } });

const flow = parseFlow(
  buildFlow("Flow", [
    buildConditional("route", [buildStep("inner", reads("late")), buildStep("sound", reads("given"))]),
    buildStep("setter", { config: { outputVariable: "late" } }),
  ]),
);
const marksOf = (document = flow, before: ReturnType<typeof markSteps> = new Map()) =>
  markSteps(document, analyse(document, sampleStepTypes).problems, before);

test("a step is marked with the sentences of its errors and warnings, and not with notes", () => {
  const marks = marksOf();
  expect(marks.get("inner" as StepKey)?.own).toEqual({
    severity: "error",
    count: 1,
    text: "Inner reads “late”, which Setter sets later, at step 2.",
  });
  expect(marks.get("sound" as StepKey)).toBeUndefined();
  expect(marks.get("setter" as StepKey)).toBeUndefined();
});

test("a conditional is marked for what is inside it only while it is folded", () => {
  const route = marksOf().get("route" as StepKey);
  expect(markOfRow(route, false)).toBeUndefined();
  expect(markOfRow(route, true)).toMatchObject({ severity: "error", count: 1, text: /^Inside: Inner reads/ });
});

test("a mark that says the same stays the same", () => {
  const before = marksOf();
  const renamed = parseFlow(
    buildFlow("Flow", [
      buildConditional("route", [buildStep("inner", reads("late"))]),
      buildStep("setter", { config: { outputVariable: "late", other: 1 } }),
    ]),
  );
  expect(marksOf(renamed, before).get("inner" as StepKey)).toBe(before.get("inner" as StepKey));
});

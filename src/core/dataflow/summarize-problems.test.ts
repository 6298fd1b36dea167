import { expect, test } from "vitest";
import { analyzeFlow } from "./analyze.ts";
import { findServerProblems } from "./find-environment-problems.ts";
import { buildDocument, buildConditional, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey } from "#core/document/flow-document.ts";
import { sampleStepTypeLookup } from "#core/testing/sample-step-types.ts";
import { summarizeProblemsByStep } from "./summarize-problems.ts";

const reads = (name: string) => ({ config: { userPrompt: `Go on from {{${name}}}.` } });

const flow = buildDocument(
  buildConditional("route", [buildStep("inner", reads("late")), buildStep("sound", reads("given"))]),
  buildStep("setter", { config: { outputVariable: "late" } }),
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
  expect(marks.get("route" as StepKey)).toEqual({
    own: undefined,
    inside: marks.get("inner" as StepKey)?.own,
  });
});

test("a step whose mark is unchanged keeps the same mark object", () => {
  const before = marksOf();
  const renamed = buildDocument(
    buildConditional("route", [buildStep("inner", reads("late"))]),
    buildStep("setter", { config: { outputVariable: "late", other: 1 } }),
  );
  expect(marksOf(renamed, before).get("inner" as StepKey)).toBe(before.get("inner" as StepKey));
});

test("every step that the server cannot run is marked with what to do, and its error comes first", () => {
  const document = buildDocument(
    buildStep("ask"),
    buildConditional("route", [buildStep("inner", reads("late")), buildStep("more")]),
    buildStep("setter", { type: "crawl", config: { outputVariable: "late" } }),
  );
  const problems = [
    ...analyzeFlow(document, sampleStepTypeLookup).problems,
    ...findServerProblems(document, sampleStepTypeLookup, {
      models: false,
      mail: true,
      stepTypes: ["prompt", "conditional"],
    }),
  ];
  const marks = summarizeProblemsByStep(document, problems, new Map());
  const ownOf = (key: string) => marks.get(key as StepKey)?.own;
  const noModel = "No AI model is connected. Set FLOWLINE_MODEL_BASE_URL on the server.";
  expect(ownOf("ask")).toEqual({ severity: "environment", count: 1, text: noModel });
  expect(ownOf("more")).toEqual(ownOf("ask"));
  expect(ownOf("inner")).toMatchObject({
    severity: "error",
    count: 2,
    text: expect.stringMatching(new RegExp(`^“Inner” needs .*\n${noModel}$`)),
  });
  expect(ownOf("setter")?.text).toMatch(/^Needs the Runtype platform\. /);
  expect(ownOf("route")).toBeUndefined();
  expect(marks.get("route" as StepKey)?.inside).toMatchObject({
    severity: "error",
    count: 2,
    text: expect.stringMatching(/^“Inner” needs .*\nNo AI model .* to run “Ask” and 2 more steps\.$/),
  });
});

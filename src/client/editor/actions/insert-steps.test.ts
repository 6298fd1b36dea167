import { expect, test } from "vitest";
import { buildFlowOfNestedConditionals } from "#core/testing/arbitrary-flow.ts";
import { parseOutline, buildConditional, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { type StepKey, parseFlowDocument, createStepNodeFromJson } from "#core/document/flow-document.ts";
import type { JsonObject } from "#core/json/json.ts";
import { ROOT_STEP_LIST_REF } from "#core/document/step-list.ts";
import { describeExceededStepLimit, explainRefusedInsertion, countStepsUntilLimit } from "./insert-steps.ts";

const node = (step: JsonObject) => createStepNodeFromJson(step as JsonObject & { readonly id: string });
const top = { list: ROOT_STEP_LIST_REF, index: 0 };

test("a flow has room for two thousand steps, including nested ones", () => {
  const full = parseFlowDocument(buildLongFlow("full", 1998));
  expect(countStepsUntilLimit(full)).toBe(2);
  const pair = node(buildConditional("route", [buildStep("inner")]));
  expect(explainRefusedInsertion(full, [pair], top)).toBeUndefined();
  expect(explainRefusedInsertion(full, [pair, node(buildStep("one-more"))], top)).toBe(
    "Flows are limited to 2,000 steps. This flow has 1,998, so 3 more don’t fit.",
  );
  expect(describeExceededStepLimit(full, 1)).toContain("so 1 more doesn’t fit.");
});

test("a conditional cannot be inserted deeper than ten levels", () => {
  const deep = parseFlowDocument(buildFlowOfNestedConditionals());
  const bottom = { type: "branch", step: "level-10" as StepKey, branch: "falseSteps" } as const;
  const insertion = (step: JsonObject) =>
    explainRefusedInsertion(deep, [node(step)], { list: bottom, index: 0 });
  expect(insertion(buildStep("new"))).toBeUndefined();
  expect(insertion(buildConditional("new", []))).toBe("Steps can be nested up to 10 levels deep.");
});

test("steps cannot be inserted at a place that no longer exists", () => {
  const document = parseOutline("a");
  const gone = { type: "branch", step: "gone" as StepKey, branch: "trueSteps" } as const;
  const steps = [node(buildStep("new"))];
  expect(explainRefusedInsertion(document, steps, { list: gone, index: 0 })).toMatch(
    /^This position no longer exists/,
  );
  expect(explainRefusedInsertion(document, steps, { list: ROOT_STEP_LIST_REF, index: 2 })).toMatch(
    /^This position no longer exists/,
  );
});

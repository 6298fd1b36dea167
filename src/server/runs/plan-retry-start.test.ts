import { expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import type { TakeableResult } from "#server/store/retry-rows.ts";
import { createSampleSetVariableStep, createSampleStep } from "#server/testing/sample-steps.ts";
import { hasSameSteps, parseStepsOfRetry, planRetryStart } from "./plan-retry-start.ts";

const step = (id: string, fields: JsonObject = {}) => createSampleSetVariableStep(id, "1", fields);
const choice = (...trueSteps: JsonObject[]) =>
  createSampleStep("choice", "conditional", { condition: "true", trueSteps, falseSteps: [] });

const listResults = (...outcomes: readonly string[]): readonly TakeableResult[] =>
  outcomes.map((outcome, position) => {
    const [status = "", skipReason = null] = outcome.split(" ");
    return { position, status, skipReason, isOutputCut: false, isOutputMasked: false };
  });
const plan = (steps: readonly JsonObject[], outcomes: readonly string[], current = steps) =>
  planRetryStart(parseStepsOfRetry(steps, current), listResults(...outcomes));

it("starts at the failed step, also inside a branch", () => {
  const steps = [step("a"), choice(step("b"), step("c")), step("d")];
  const outcomes = ["completed", "completed", "completed", "failed", "skipped failed"];
  expect(plan(steps, outcomes)).toEqual({ step: { position: 3, id: "c", name: "c" }, takenSteps: 3 });
});

it("takes a tolerated failure only if the run went on after it", () => {
  const tolerant = createSampleStep("t", "crawl", { errorHandling: "continue" });
  const steps = [tolerant, step("b"), step("c")];
  expect(plan(steps, ["failed", "completed", "failed"])).toMatchObject({ step: { id: "c" } });
  expect(plan(steps, ["failed", "skipped failed", "skipped failed"])).toMatchObject({ step: { id: "t" } });
});

it("starts at the first step that is another one or in another place", () => {
  const steps = [step("a"), choice(step("b")), step("c")];
  const outcomes = ["completed", "completed", "completed", "failed"];
  const startOf = (...current: JsonObject[]) => {
    const start = plan(steps, outcomes, current);
    return [start?.step?.id, start?.rerunReason];
  };
  expect(startOf(step("a"), choice(step("b")), step("other"))).toEqual(["other", undefined]);
  expect(startOf(step("a", { order: 7 }), choice(step("b")), step("c"))).toEqual(["c", undefined]);
  expect(startOf(step("a"), choice(step("x"), step("b")), step("c"))).toEqual(["x", "changed"]);
  expect(startOf(step("a"), choice(), step("b"), step("c"))).toEqual(["b", "changed"]);
  expect(startOf(step("new"), step("a"), choice(step("b")), step("c"))).toEqual(["new", "changed"]);
  expect(startOf(step("a", { enabled: false }), choice(step("b")), step("c"))).toEqual(["a", "changed"]);
});

it("has no step if nothing is left, and no start if results are missing", () => {
  const steps = [step("a"), step("b")];
  expect(plan(steps, ["completed", "completed"])).toEqual({ step: undefined, takenSteps: 2 });
  expect(plan(steps, [])).toMatchObject({ step: { id: "a" }, takenSteps: 0 });
  const [, second] = listResults("completed", "failed");
  expect(planRetryStart(parseStepsOfRetry(steps, steps), second ? [second] : [])).toBeUndefined();
});

it("tells the same steps from others, whatever numbers their order has", () => {
  const steps = [step("a"), choice(step("b"))];
  expect(hasSameSteps(parseStepsOfRetry(steps, [step("a", { order: 0 }), choice(step("b"))]))).toBe(true);
  expect(hasSameSteps(parseStepsOfRetry(steps, [step("a"), choice(step("b"), step("c"))]))).toBe(false);
});

import { expect, it } from "vitest";
import type { StepResult } from "#contract/run.ts";
import { describeRetryStart } from "./describe-retry-start.ts";

const listSteps = (...outcomes: readonly string[]) =>
  outcomes.map((outcome, order) => {
    const [status, skipReason = null] = outcome.split(" ");
    return { stepName: `Step ${order + 1}`, order, status, skipReason } as StepResult;
  });

it("the execution of a retry says at which step it started, and why a finished step ran again", () => {
  expect(describeRetryStart(listSteps("completed taken", "skipped when", "completed"))).toBe(
    "Started at step 3, “Step 3”. The outcomes before it were taken from the earlier run.",
  );
  expect(describeRetryStart(listSteps("completed rerun-cut", "completed"))).toBe(
    "Started at step 1: “Step 1” ran again because its stored result is cut.",
  );
  expect(describeRetryStart(listSteps("failed taken", "completed rerun-changed"))).toMatch(
    /^Started at step 2: .* the steps have changed\.$/,
  );
});

it("an execution from the first step says nothing about its start", () => {
  expect(describeRetryStart(listSteps("completed", "skipped failed"))).toBeUndefined();
  expect(describeRetryStart([])).toBeUndefined();
});

import { expect, it } from "vitest";
import { describeSteps } from "./describe-steps.ts";

it.each([
  [0, 0, "0 steps"],
  [1, 0, "1 step"],
  [7, 1, "7 steps, 1 off"],
  [1, 1, "1 step, 1 off"],
])("says %i steps with %i off as “%s”", (count, disabled, words) => {
  expect(describeSteps(count, disabled)).toBe(words);
});

it("does not mention steps that are off when the server did not count them", () => {
  expect(describeSteps(3)).toBe("3 steps");
});

import { expect, it } from "vitest";
import { describeResume } from "./describe-resume.ts";

it.each([
  [1, 0, "Retry 1 flow"],
  [0, 12, "Continue with 12 flows"],
  [2, 1, "Retry 2 and continue with 1 flow"],
])("with %i failed flows and %i that were not tried, the button is “%s”", (failed, untried, label) => {
  expect(describeResume(failed, untried)).toBe(label);
});

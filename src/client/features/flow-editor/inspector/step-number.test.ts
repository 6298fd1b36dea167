import { expect, test } from "vitest";
import { stepNumber } from "./step-number.ts";

test.each([
  ["0.7", 1, { step: 0.1 }, "0.8"],
  ["0.75", -1, { step: 0.1 }, "0.65"],
  ["2", 1, { max: 2, step: 0.1 }, "2"],
  ["3", -1, { max: 2 }, "2"],
  ["", 1, { min: 1, max: 5 }, "1"],
  ["", -1, {}, "0"],
  ["abc", 1, {}, undefined],
  ["{{n}}", 1, {}, undefined],
])("from %j, %i step leads within %j to %j", (text, direction, bounds, next) => {
  expect(stepNumber(text, direction, bounds)).toBe(next);
});

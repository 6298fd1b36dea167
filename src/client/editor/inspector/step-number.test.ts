import { expect, test } from "vitest";
import { incrementNumberText } from "./field-text.ts";

test.each([
  ["0.7", 1, { step: 0.1 }, "0.8"],
  ["0.75", -1, { step: 0.1 }, "0.65"],
  ["2", 1, { max: 2, step: 0.1 }, "2"],
  ["3", -1, { max: 2 }, "2"],
  ["", 1, { min: 1, max: 5 }, "1"],
  ["", -1, {}, "0"],
  ["abc", 1, {}, undefined],
  ["{{n}}", 1, {}, undefined],
])("incrementing %j in direction %i with the limits %j gives %j", (text, direction, bounds, next) => {
  expect(incrementNumberText(text, direction, bounds)).toBe(next);
});

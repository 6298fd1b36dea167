import { expect, it } from "vitest";
import { formatCount, formatTotalOrLowerBound } from "./format-count.ts";

it("a count is formatted in the singular or the plural", () => {
  expect(formatCount(1, "step")).toBe("1 step");
  expect(formatCount(0, "step")).toBe("0 steps");
  expect(formatCount(2, "match", "matches")).toBe("2 matches");
});

it("a total that is only a lower bound is marked", () => {
  expect(formatTotalOrLowerBound(1204, undefined)).toBe("1,204");
  expect(formatTotalOrLowerBound(undefined, 1000)).toBe("1,000+");
  expect(formatTotalOrLowerBound(undefined, undefined)).toBeUndefined();
});

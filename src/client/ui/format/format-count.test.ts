import { expect, it } from "vitest";
import { formatTotalOrLowerBound } from "./format-count.ts";

it("a total that is only a lower bound is marked", () => {
  expect(formatTotalOrLowerBound(1204, undefined)).toBe("1,204");
  expect(formatTotalOrLowerBound(undefined, 1000)).toBe("1,000+");
  expect(formatTotalOrLowerBound(undefined, undefined)).toBeUndefined();
});

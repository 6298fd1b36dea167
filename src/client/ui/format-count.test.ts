import { expect, it } from "vitest";
import { formatCount } from "./format-count.ts";

it("counts in the singular and the plural", () => {
  expect(formatCount(1, "step")).toBe("1 step");
  expect(formatCount(0, "step")).toBe("0 steps");
  expect(formatCount(2, "match", "matches")).toBe("2 matches");
});

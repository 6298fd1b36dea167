import { expect, it } from "vitest";
import { formatCountWithNoun } from "./format-count.ts";

it.each([
  [0, "0 steps", "0 batches"],
  [1, "1 step", "1 batch"],
  [2, "2 steps", "2 batches"],
  [1000, "1,000 steps", "1,000 batches"],
])(
  "formats a count of %i in the singular or the plural, with separated thousands",
  (count, regular, other) => {
    expect(formatCountWithNoun(count, "step")).toBe(regular);
    expect(formatCountWithNoun(count, "batch", "batches")).toBe(other);
  },
);

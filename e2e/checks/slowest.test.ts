import { expect, test } from "vitest";
import { describeSlowestTests } from "./slowest.mjs";

test("the slowest tests are listed, the slowest first and fifteen at most", () => {
  const durations = Array.from({ length: 30 }, (_, index) => ({
    name: `${index}.test.ts`,
    seconds: index / 2,
  }));
  const text = describeSlowestTests("unit tests", durations);
  expect(text.split("\n")).toHaveLength(16);
  expect(text).toMatch(/^The slowest 15 of 30 unit tests:\n +14\.5 s {2}29\.test\.ts\n/);
});

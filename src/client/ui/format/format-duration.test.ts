import { expect, it } from "vitest";
import { formatDuration, formatTimeLeft } from "./format-duration.ts";

it("durations are formatted with a precision that fits their length", () => {
  const texts = [0, 12.4, 999, 1000, 1440, 59_940, 59_960, 60_000, 125_000, 3_599_600, 11_520_000].map(
    formatDuration,
  );
  expect(texts).toEqual([
    "0 ms",
    "12 ms",
    "999 ms",
    "1 s",
    "1.4 s",
    "59.9 s",
    "1 min",
    "1 min",
    "2 min 5 s",
    "1 h",
    "3 h 12 min",
  ]);
  expect(formatDuration(-5)).toBe("0 ms");
});

it("durations are rounded if they are estimates of the time left", () => {
  expect([3000, 31_000, 59_000, 150_000, 7_300_000].map(formatTimeLeft)).toEqual([
    "a few seconds",
    "about 40 s",
    "about 60 s",
    "about 3 min",
    "about 2 h",
  ]);
});

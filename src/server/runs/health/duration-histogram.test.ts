import { array, assert, constantFrom, integer, oneof, property } from "fast-check";
import { expect, it } from "vitest";
import { addHistograms, createDurationHistogram, estimateQuantileMs } from "./duration-histogram.ts";

const durations = array(oneof(integer({ min: 0, max: 5000 }), integer({ min: 0, max: 80_000_000 })), {
  minLength: 1,
  maxLength: 200,
});

it("estimated quantiles of durations differ from the exact ones by at most 10 % or half a millisecond", () => {
  assert(
    property(durations, constantFrom(0.5, 0.95, 1), (values, quantile) => {
      const exact =
        values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(values.length * quantile)) - 1] ?? 0;
      const estimate = estimateQuantileMs(createDurationHistogram(values), quantile) ?? Number.NaN;
      // The first bucket has durations up to 1 ms.
      expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.1 + 0.5));
    }),
  );
});

it("the sum of histograms is the histogram of all durations", () => {
  assert(
    property(array(durations, { maxLength: 5 }), (parts) => {
      expect(addHistograms(parts.map(createDurationHistogram))).toEqual(
        createDurationHistogram(parts.flat()),
      );
    }),
  );
});

it("no durations have no quantiles, and durations beyond a day count as a day", () => {
  expect(estimateQuantileMs([], 0.5)).toBeNull();
  expect(createDurationHistogram([1e12])).toHaveLength(101);
});

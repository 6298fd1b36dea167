import { expect, test } from "vitest";
import { DAY_CHART_HEIGHT, createDayChartPaths } from "./day-chart-path.ts";

test("the highest day fills a chart, other days are relative to it, and days without a value have no bar", () => {
  expect(createDayChartPaths([[4, 0, 2]])).toEqual(["M1.5 48v-48h7v48zM21.5 48v-24h7v24z"]);
});

test("a small value beside a large one is still visible", () => {
  const [path] = createDayChartPaths([[1, 1_000_000]]);
  expect(path).toMatch(/^M1.5 48v-2h7/);
});

test("bars of stacked series are above each other with a gap, and never leave the chart", () => {
  const paths = createDayChartPaths([[1000], [1], [1]], { isStacked: true });
  const bars = paths.map((path) => {
    const [, base, height] = /^M1.5 ([\d.]+)v-([\d.]+)h/.exec(path) ?? [];
    return { base: Number(base), top: Number(base) - Number(height) };
  });
  for (const [index, { base }] of bars.entries())
    expect(base).toBeCloseTo(index === 0 ? DAY_CHART_HEIGHT : (bars[index - 1]?.top ?? 0) - 1, 5);
  expect(bars.at(-1)?.top).toBeGreaterThanOrEqual(0);
});

test("bars of series that are not stacked all begin at the base line", () => {
  expect(createDayChartPaths([[4], [1]])).toEqual(["M1.5 48v-48h7v48z", "M1.5 48v-12h7v12z"]);
});

test("a chart without values has no bars", () => {
  expect(
    createDayChartPaths(
      [
        [0, 0],
        [0, 0],
      ],
      { isStacked: true },
    ),
  ).toEqual(["", ""]);
  expect(createDayChartPaths([[]])).toEqual([""]);
});

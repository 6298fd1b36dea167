import { expect, test } from "vitest";
import type { RunHealthFigures } from "#contract/run-health.ts";
import { formatDay, listKnownHealthValues } from "./health-values.ts";

const figures = (fields: Partial<RunHealthFigures>): RunHealthFigures => ({
  runs: 0,
  failedRuns: 0,
  cancelledRuns: 0,
  executions: 0,
  failedExecutions: 0,
  p50Ms: null,
  p95Ms: null,
  totalTokens: null,
  estimatedCost: null,
  ...fields,
});
const format = (fields: Partial<RunHealthFigures>) =>
  listKnownHealthValues(figures(fields)).map((value) => `${value.label}: ${value.format(figures(fields))}`);

test("the failure rate ignores cancelled runs, and is unknown without others", () => {
  expect(format({ runs: 5, failedRuns: 1, cancelledRuns: 1 })).toEqual(["Failure rate: 25%"]);
  expect(format({ runs: 1000, failedRuns: 1 })).toEqual(["Failure rate: 0.1%"]);
  expect(format({ runs: 2, cancelledRuns: 2 })).toEqual(["Failure rate: –"]);
});

test("durations, tokens and cost are listed only if the period has any", () => {
  const known = { runs: 1, p50Ms: 340, p95Ms: 2100, totalTokens: 1204, estimatedCost: "0.0021" };
  expect(format(known)).toEqual([
    "Failure rate: 0%",
    "Median duration: 340 ms",
    "95th percentile: 2.1 s",
    "Tokens: 1,204",
    "Cost: $0.0021",
  ]);
  const values = listKnownHealthValues(figures(known));
  expect(values.map((value) => value.format(figures({})))).toEqual(["–", "–", "–", "–", "–"]);
  expect(values.map(({ read }) => read(figures({})))).toEqual([0, 0, 0, 0, 0]);
});

test("a day is formatted as the date that the server sent, in every time zone", () => {
  expect(formatDay({ ...figures({}), date: "2026-12-01" })).toBe("Dec 1");
});

import { expect, test } from "vitest";
import type { Problem, Severity } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/flow-document.ts";
import { findNextProblem, listProblemStops } from "./find-next-problem.ts";

const problem = (step: string | undefined, severity: Severity = "error"): Problem => ({
  code: "bad-config",
  severity,
  step: step as StepKey | undefined,
  at: [],
  from: 0,
  to: 0,
  message: "",
});
const [a, b, c] = [problem("1"), problem("3"), problem("5")];
const stops = [a, b, c];
const next = (by: 1 | -1, step?: string, current?: Problem) =>
  findNextProblem(stops, { current, step: step as StepKey | undefined, ordinalOf: Number }, by);

test("notes are only gone through where there is nothing worse, and the flow itself is no place to go to", () => {
  const note = problem("2", "info");
  expect(listProblemStops([problem(undefined, "info"), note, b])).toEqual([b]);
  expect(listProblemStops([problem(undefined, "info"), note])).toEqual([note]);
});

test("the next problem follows the last one, and after the end comes the first", () => {
  expect(next(1)).toBe(a);
  expect(next(1, "1", a)).toBe(b);
  expect(next(1, "5", c)).toBe(a);
  expect(next(-1, "1", a)).toBe(c);
  expect(next(1, undefined, b)).toBe(c);
});

test("from another step it goes on from there, with the step's own problem first", () => {
  expect(next(1, "4", a)).toBe(c);
  expect(next(1, "3", a)).toBe(b);
  expect(next(-1, "4")).toBe(b);
  expect(next(-1, "1")).toBe(c);
  expect(next(1, "6")).toBe(a);
});

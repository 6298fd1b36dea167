import { expect, test } from "vitest";
import type { Problem, ProblemSeverity } from "#core/dataflow/problem.ts";
import type { StepKey } from "#core/document/flow-document.ts";
import { findNextOrPreviousProblem, listNavigableProblems } from "./go-to-problem.ts";

const problem = (step: string | undefined, severity: ProblemSeverity = "error"): Problem => ({
  code: "bad-config",
  severity,
  step: step as StepKey | undefined,
  at: [],
  from: 0,
  to: 0,
  message: "",
  messageAtStep: "",
});
const [a, b, c] = [problem("1"), problem("3"), problem("5")];
const stops = [a, b, c];
const next = (by: 1 | -1, step?: string, current?: Problem) =>
  findNextOrPreviousProblem(stops, { current, step: step as StepKey | undefined, ordinalOf: Number }, by);

test("problems of level info are visited only if there are no others, and problems without a step never", () => {
  const note = problem("2", "info");
  expect(listNavigableProblems([problem(undefined, "info"), note, b])).toEqual([b]);
  expect(listNavigableProblems([problem(undefined, "info"), note])).toEqual([note]);
});

test("the next problem is the one after the last visited problem, and wraps around at the end", () => {
  expect(next(1)).toBe(a);
  expect(next(1, "1", a)).toBe(b);
  expect(next(1, "5", c)).toBe(a);
  expect(next(-1, "1", a)).toBe(c);
  expect(next(1, undefined, b)).toBe(c);
});

test("after the user selects another step, the next problem is the first one at or after that step", () => {
  expect(next(1, "4", a)).toBe(c);
  expect(next(1, "3", a)).toBe(b);
  expect(next(-1, "4")).toBe(b);
  expect(next(-1, "1")).toBe(c);
  expect(next(1, "6")).toBe(a);
});

import { expect, it } from "vitest";
import type { StepResult } from "#contract/run.ts";
import { computeExecutionTimelineBars } from "./execution.tsx";

const at = (ms: number) => new Date(Date.parse("2026-11-25T10:00:00.000Z") + ms).toISOString();
const step = (id: string, start: number | null, end: number | null, status = "completed") =>
  ({
    id,
    status,
    startedAt: start === null ? null : at(start),
    completedAt: end === null ? null : at(end),
    durationMs: null,
  }) as StepResult;

it("the time line of an execution spans from the start of the first step to the end of the last", () => {
  const { duration, bars } = computeExecutionTimelineBars([step("a", 1000, 1500), step("b", 1500, 3000)]);
  expect(duration).toBe(2000);
  expect([...bars]).toEqual([
    ["a", { start: 0, length: 0.25 }],
    ["b", { start: 0.25, length: 0.75 }],
  ]);
});

it("the time line of an execution omits steps that did not run", () => {
  const { bars } = computeExecutionTimelineBars([
    step("a", 0, 10),
    step("b", 10, 10, "skipped"),
    step("c", null, null),
  ]);
  expect([...bars.keys()]).toEqual(["a"]);
});

it("the time line of an execution is as long as a step that took longer than its times tell", () => {
  const { duration, bars } = computeExecutionTimelineBars([{ ...step("a", 0, 0), durationMs: 12 }]);
  expect(duration).toBe(12);
  expect(bars.get("a")).toEqual({ start: 0, length: 1 });
});

it("the time line of an execution gives a single step without duration a bar of full length, and a step that never ended a bar of length 0", () => {
  expect(computeExecutionTimelineBars([step("a", 5, 5)]).bars.get("a")).toEqual({ start: 0, length: 1 });
  expect(computeExecutionTimelineBars([step("a", 0, 100), step("b", 50, null)]).bars.get("b")).toEqual({
    start: 0.5,
    length: 0,
  });
  expect(computeExecutionTimelineBars([])).toEqual({ duration: 0, bars: new Map() });
});

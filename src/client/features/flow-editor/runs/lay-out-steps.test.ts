import { describe, expect, it } from "vitest";
import type { StepResult } from "#contract/run.ts";
import { layOutSteps } from "./lay-out-steps.ts";

const at = (ms: number) => new Date(Date.parse("2026-11-25T10:00:00.000Z") + ms).toISOString();
const step = (id: string, start: number | null, end: number | null, status = "completed") =>
  ({
    id,
    status,
    startedAt: start === null ? null : at(start),
    completedAt: end === null ? null : at(end),
    durationMs: null,
  }) as StepResult;

describe("the time line of an execution", () => {
  it("begins with its first step and ends with its last", () => {
    const { duration, bars } = layOutSteps([step("a", 1000, 1500), step("b", 1500, 3000)]);
    expect(duration).toBe(2000);
    expect([...bars]).toEqual([
      ["a", { start: 0, length: 0.25 }],
      ["b", { start: 0.25, length: 0.75 }],
    ]);
  });

  it("leaves out what did not run, whatever times that has", () => {
    const { bars } = layOutSteps([step("a", 0, 10), step("b", 10, 10, "skipped"), step("c", null, null)]);
    expect([...bars.keys()]).toEqual(["a"]);
  });

  it("has room for steps that took no time, and for one that never ended", () => {
    expect(layOutSteps([step("a", 5, 5)]).bars.get("a")).toEqual({ start: 0, length: 1 });
    expect(layOutSteps([step("a", 0, 100), step("b", 50, null)]).bars.get("b")).toEqual({
      start: 0.5,
      length: 0,
    });
    expect(layOutSteps([])).toEqual({ duration: 0, bars: new Map() });
  });
});

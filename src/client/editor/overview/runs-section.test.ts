import { expect, test } from "vitest";
import type { BatchState } from "#contract/run.ts";
import { createRunDurationBars } from "./runs-section.tsx";

const START = Date.UTC(2026, 10, 26, 12);
const batch = (id: string, fields: Partial<BatchState>): BatchState =>
  ({
    batchExecutionId: id,
    status: "completed",
    totalRecords: 4,
    processedRecords: 4,
    failedRecords: 0,
    startedAt: new Date(START).toISOString(),
    completedAt: new Date(START + 2_000).toISOString(),
    ...fields,
  }) as BatchState;

test("runs are drawn as bars from oldest to newest, with heights relative to the longest run", () => {
  const bars = createRunDurationBars(
    [
      batch("new", { status: "running", completedAt: null }),
      batch("old", { completedAt: new Date(START + 4_000).toISOString() }),
    ],
    START + 1_000,
  );
  expect(bars.map(({ id, share }) => [id, share])).toEqual([
    ["old", 1],
    ["new", 0.25],
  ]);
});

test("the outcome distinguishes failures of all records from failures of some", () => {
  const outcomes = createRunDurationBars(
    [
      batch("a", {}),
      batch("b", { failedRecords: 1 }),
      batch("c", { status: "failed", failedRecords: 4 }),
      batch("d", { status: "cancelled" }),
      batch("e", { status: "scheduled", startedAt: null, completedAt: null }),
    ],
    START,
  ).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(["active", "cancelled", "failed", "partlyFailed", "completed"]);
});

test("the description has the number of failed records if only some failed", () => {
  const describe = (fields: Partial<BatchState>) =>
    createRunDurationBars([batch("a", fields)], START)[0]?.description;
  expect(describe({ failedRecords: 1 })).toMatch(/^Partly failed, 1 of 4 records failed, 2 s, /);
  expect(describe({ status: "cancelled", failedRecords: 1 })).toMatch(/^Cancelled, 1 of 4 records failed, /);
  expect(describe({ status: "failed", failedRecords: 4 })).toMatch(/^Failed, 4 records, 2 s, /);
});

test("a run without usable times has no duration", () => {
  const [bar] = createRunDurationBars([batch("a", { completedAt: null })], START);
  expect(bar).toMatchObject({ share: 0, description: expect.stringMatching(/^Completed, 4 records, \D/) });
});

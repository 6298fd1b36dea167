import { expect, it } from "vitest";
import type { BatchState } from "#contract/run.ts";
import {
  formatBatchDuration,
  describeBatchProgress,
  describeModelTokensAndCost,
  formatCostInDollars,
} from "./describe-batch-progress.ts";

const start = Date.parse("2026-11-25T10:00:00.000Z");
const at = (seconds: number) => new Date(start + 1000 * seconds).toISOString();
const batch = (fields: Partial<BatchState> = {}): BatchState => ({
  batchExecutionId: "batch_1",
  flowId: "flow_1",
  status: "running",
  totalRecords: 200,
  processedRecords: 50,
  failedRecords: 2,
  startedAt: at(0),
  ...fields,
});

it("the description of a run shows the progress and the estimated remaining time", () => {
  const progress = describeBatchProgress(batch(), start + 10_000);
  expect(progress).toBe("50 of 200 records, 2 failed, about 30 s left");
});

it("the description of a run omits the estimated time before the first record ends, and if the clocks of server and browser differ", () => {
  expect(describeBatchProgress(batch({ processedRecords: 0, failedRecords: 0 }), start + 10_000)).toBe(
    "0 of 200 records",
  );
  expect(describeBatchProgress(batch(), start - 10_000)).toBe("50 of 200 records, 2 failed");
  const waiting = batch({ status: "scheduled", startedAt: null, processedRecords: 0, failedRecords: 0 });
  expect(describeBatchProgress(waiting, start)).toBe("0 of 200 records");
});

it("the description of a run counts the outcomes of the records once the run has ended", () => {
  const ended = { status: "completed", processedRecords: 200 };
  expect(describeBatchProgress(batch(ended), start)).toBe("198 completed, 2 failed");
  expect(describeBatchProgress(batch({ ...ended, failedRecords: 200 }), start)).toBe("200 failed");
  const cancelled = { status: "cancelled", processedRecords: 50, successCount: 48, cancelledRecords: 150 };
  expect(describeBatchProgress(batch(cancelled), start)).toBe("48 completed, 2 failed, 150 cancelled");
  expect(formatBatchDuration(batch({ ...ended, completedAt: at(125) }))).toBe("2 min 5 s");
  expect(formatBatchDuration(batch())).toBeUndefined();
});

it("the description of a run shows a cost only if the run reports one", () => {
  expect(formatCostInDollars("0.00213")).toMatch(/\$0\.00213$/);
  expect(formatCostInDollars(null)).toBeUndefined();
  expect(formatCostInDollars("free")).toBeUndefined();
  const both = [
    { totalTokens: 1200, estimatedCost: "0.001" },
    { totalTokens: 4, estimatedCost: null },
  ];
  expect(describeModelTokensAndCost(both)).toEqual(["1,204 tokens", expect.stringMatching(/\$0\.001$/)]);
  expect(describeModelTokensAndCost([{ totalTokens: null }])).toEqual([]);
});

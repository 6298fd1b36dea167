import { describe, expect, it } from "vitest";
import type { BatchState } from "#contract/run.ts";
import { batchDuration, batchName, describeProgress, describeUsage, formatCost } from "./describe-run.ts";

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

describe("a run in words", () => {
  it("says how far it is and how long that will take at this rate", () => {
    const progress = describeProgress(batch(), start + 10_000);
    expect(progress).toBe("50 of 200 records, 2 failed, about 30 s left");
  });

  it("guesses nothing before the first record is done, or by a clock that is not the server's", () => {
    expect(describeProgress(batch({ processedRecords: 0, failedRecords: 0 }), start + 10_000)).toBe(
      "0 of 200 records",
    );
    expect(describeProgress(batch(), start - 10_000)).toBe("50 of 200 records, 2 failed");
    const waiting = batch({ status: "scheduled", startedAt: null, processedRecords: 0, failedRecords: 0 });
    expect(describeProgress(waiting, start)).toBe("0 of 200 records");
  });

  it("says what became of the records once it has ended", () => {
    const ended = { status: "completed", processedRecords: 200 };
    expect(describeProgress(batch(ended), start)).toBe("198 completed, 2 failed");
    expect(describeProgress(batch({ ...ended, failedRecords: 200 }), start)).toBe("200 failed");
    const cancelled = { status: "cancelled", processedRecords: 50, successCount: 48, cancelledRecords: 150 };
    expect(describeProgress(batch(cancelled), start)).toBe("48 completed, 2 failed, 150 cancelled");
    expect(batchDuration(batch({ ...ended, completedAt: at(125) }))).toBe("2 min 5 s");
    expect(batchDuration(batch())).toBeUndefined();
  });

  it("is named after its records", () => {
    expect(batchName(batch({ recordType: "customer" }))).toBe("customer");
    expect(batchName(batch({ recordType: null, totalRecords: 1 }))).toBe("1 chosen record");
  });

  it("says what it cost only where somebody said it", () => {
    expect(formatCost("0.00213")).toMatch(/\$0\.00213$/);
    expect(formatCost(null)).toBeUndefined();
    expect(formatCost("free")).toBeUndefined();
    const both = [
      { totalTokens: 1200, estimatedCost: "0.001" },
      { totalTokens: 4, estimatedCost: null },
    ];
    expect(describeUsage(both)).toEqual(["1,204 tokens", expect.stringMatching(/\$0\.001$/)]);
    expect(describeUsage([{ totalTokens: null }])).toEqual([]);
  });
});

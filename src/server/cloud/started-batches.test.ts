import { expect, it } from "vitest";
import { describeStartedRun } from "./started-batches.ts";

const time = "2026-11-27T06:00:00.000Z";
const run = { flowId: "flow_1", recordType: "customer", batchId: "batch_1" };

it("the results of a run are kept although some of its answer is undocumented", () => {
  const results = [{ recordId: "record_1", success: true, error: null }, "undocumented"];
  const answer = { status: "completed", completedAt: time, successCount: 1, failureCount: 0, results };
  const { batch, records } = describeStartedRun(run, answer, time);
  expect(batch).toMatchObject({ processedRecords: 1, failedRecords: 0, completedAt: time });
  expect(records).toMatchObject([{ recordId: "record_1", status: "completed", recordName: null }]);
});

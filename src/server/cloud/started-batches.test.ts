import { pino } from "pino";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Store } from "#server/store/store.ts";
import { AccountStore } from "./account-store.ts";
import { StartedBatches, describeStartedBatch, describeStartedRun } from "./started-batches.ts";

const time = "2026-11-27T06:00:00.000Z";
const run = { flowId: "flow_1", recordType: "customer", batchId: "batch_1" };

it("the results of a run are kept although some of its answer is undocumented", () => {
  const results = [{ recordId: "record_1", success: true, error: null }, "undocumented"];
  const answer = { status: "completed", completedAt: time, successCount: 1, failureCount: 0, results };
  const { batch, records } = describeStartedRun(run, answer, time);
  expect(batch).toMatchObject({ processedRecords: 1, failedRecords: 0, completedAt: time });
  expect(records).toMatchObject([{ recordId: "record_1", status: "completed", recordName: null }]);
});

it("a started run creates no store, and its answer waits for none", async () => {
  const logger = pino({ level: "silent" });
  const open = vi.fn(() => new Promise<Store>(() => undefined));
  const account = { url: "http://127.0.0.1:9", key: "key" };
  const accountStore = new AccountStore({
    account,
    open,
    exists: () => false,
    findObstacle: () => undefined,
    logger,
  });
  const started = new StartedBatches(accountStore, logger);
  const batch = { flowId: "flow_1", batchId: "batch_1", status: "pending" };
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const onAdded = vi.fn();
  void started.add(describeStartedBatch(batch, 1, time)).then(onAdded);
  await vi.advanceTimersByTimeAsync(1000);
  expect(onAdded).toHaveBeenCalled();
  expect(open).not.toHaveBeenCalled();
});

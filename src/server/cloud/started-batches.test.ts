import { pino } from "pino";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
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

/** Returns the started batches of a server that has no store yet, or `exists`, and would open one with `open`. */
function createStartedBatches(open = async () => new Promise<Store>(() => undefined), exists = false) {
  const logger = pino({ level: "silent" });
  const account = { url: "http://127.0.0.1:9", key: "key" };
  const accountStore = new AccountStore({
    account,
    open,
    exists: () => exists,
    findObstacle: () => undefined,
    logger,
  });
  return new StartedBatches(accountStore, logger);
}

it("a started run creates no store, and its answer waits for none", async () => {
  const open = vi.fn(() => new Promise<Store>(() => undefined));
  const started = createStartedBatches(open);
  const batch = { flowId: "flow_1", batchId: "batch_1", status: "pending" };
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const onAdded = vi.fn();
  void started.add(describeStartedBatch(batch, 1, time)).then(onAdded);
  await vi.advanceTimersByTimeAsync(1000);
  expect(onAdded).toHaveBeenCalled();
  expect(open).not.toHaveBeenCalled();
});

it("the end of a batch that another server has seen is known to this one", async () => {
  const store = await openTestStore();
  onTestFinished(() => store.close());
  const [first, second] = [1, 2].map(() => createStartedBatches(async () => store, true));
  await first?.add(
    describeStartedBatch({ flowId: "flow_1", batchId: "batch_1", status: "running" }, 1, time),
  );
  const [before] = (await second?.listOfFlow("flow_1")) ?? [];
  expect(before?.batch).toMatchObject({ status: "running" });
  if (before) first?.update({ ...before.batch, status: "completed", processedRecords: 1 });
  await vi.waitFor(async () =>
    expect(await second?.listOfFlow("flow_1")).toMatchObject([{ batch: { status: "completed" } }]),
  );
});

it("the answers of many large runs are not all held in memory", async () => {
  const started = createStartedBatches();
  const results = Array.from({ length: 20_000 }, (_, index) => ({ recordId: `record_${index}` }));
  for (const batchId of ["batch_1", "batch_2", "batch_3"])
    await started.add(describeStartedRun({ ...run, batchId }, { results }, time));
  const listed = await started.listOfFlow("flow_1");
  expect(listed.map(({ batch }) => batch.batchExecutionId)).toEqual(["batch_2", "batch_3"]);
});

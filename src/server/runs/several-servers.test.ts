import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgresStore } from "#server/store/postgres-store.ts";
import type { Store } from "#server/store/store.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { createSetVariableStep, createWaitStep, insertTestRecords } from "#server/testing/run-data.ts";
import {
  type RunServiceInstance,
  countTableRows,
  createTestFlow,
  openRunServiceInstance,
  startTestBatch,
  testCaller,
  waitForBatchEnd,
} from "#server/testing/run-instance.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";
import { cancelBatch } from "./cancel-batch.ts";

const postgres = getTestPostgresUrl();

describe.skipIf(postgres === undefined)("several servers on one database", () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let stores: readonly Store[];
  let first: RunServiceInstance;
  let second: RunServiceInstance;
  const countBegun = () => [first, second].map(({ runner }) => runner.begun.size);
  beforeAll(async () => {
    database = await createTestDatabase(postgres ?? "");
    const open = () => openPostgresStore({ url: database.url, onLostConnection: () => undefined });
    const [one, other] = [await open(), await open()] as const;
    stores = [one, other];
    first = await openRunServiceInstance(one);
    second = await openRunServiceInstance(other);
    const flowId = await createTestFlow(one, [createWaitStep("a", 100)]);
    const ids = await insertTestRecords(one, "first", 16);
    // Repeats until both servers run records: each opens its queue at the first batch, which the other may
    // run alone.
    while (countBegun().includes(0))
      await waitForBatchEnd(first, await startTestBatch(first, flowId, ids, 8));
  });
  afterAll(async () => {
    for (const { service } of [first, second]) await service.close();
    for (const store of stores) await store.close();
    await database.drop();
  });

  it("share a batch of a thousand records, and run each record once", async () => {
    const { store } = first.service.context;
    const before = countBegun();
    const storedBefore = await countTableRows(store, "step_results");
    const ids = await insertTestRecords(store, "customer", 1000);
    const flowId = await createTestFlow(store, [createSetVariableStep("a", 1)]);
    const batchId = await startTestBatch(first, flowId, ids, 8);
    expect(await waitForBatchEnd(first, batchId)).toMatchObject({
      status: "completed",
      totalRecords: 1000,
      processedRecords: 1000,
      failedRecords: 0,
    });
    for (const [index, count] of countBegun().entries()) expect(count).toBeGreaterThan(before[index] ?? 0);
    const runCounts = ids.map((id) => (first.runner.begun.get(id) ?? 0) + (second.runner.begun.get(id) ?? 0));
    expect(new Set(runCounts)).toEqual(new Set([1]));
    expect((await countTableRows(store, "step_results")) - storedBefore).toBe(1000);
  });

  it("give an idle server a part of the records, even if running records always end together", async () => {
    const { store } = first.service.context;
    const before = countBegun();
    const flowId = await createTestFlow(store, [createWaitStep("a", 500)]);
    const batchId = await startTestBatch(first, flowId, await insertTestRecords(store, "wave", 24), 8);
    expect(await waitForBatchEnd(first, batchId)).toMatchObject({
      status: "completed",
      processedRecords: 24,
    });
    for (const [index, count] of countBegun().entries()) expect(count).toBeGreaterThan(before[index] ?? 0);
  });

  it("abort the running records of a batch that was cancelled on another server", async () => {
    const { store } = first.service.context;
    const flowId = await createTestFlow(store, [createWaitStep("a", 60_000)]);
    const batchId = await startTestBatch(first, flowId, await insertTestRecords(store, "order", 12), 12);
    const running = async () =>
      countTableRows(store, `batch_records WHERE batch_id = '${batchId}' AND status = 'running'`);
    while ((await running()) < 12) await wait(50);
    await cancelBatch(second.service, testCaller, batchId);
    while ((await running()) > 0) await wait(20);
    expect(
      await countTableRows(store, `batch_records WHERE batch_id = '${batchId}' AND status = 'cancelled'`),
    ).toBe(12);
  });
});

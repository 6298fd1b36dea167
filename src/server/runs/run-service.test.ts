import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgresStore } from "#server/store/postgres-store.ts";
import { pruneRuns } from "#server/store/prune-rows.ts";
import type { Store } from "#server/store/store.ts";
import { addRecords, setStep, waitStep } from "#server/testing/run-data.ts";
import {
  type Instance,
  addFlow,
  caller,
  countRows,
  openInstance,
  start,
  untilEnded,
} from "#server/testing/run-instance.ts";
import { createDatabase } from "#server/testing/postgres-server.ts";
import { describeStores, findPostgres } from "#server/testing/test-stores.ts";
import { cancelBatch } from "./cancel-batch.ts";

const postgres = findPostgres();
describe.skipIf(postgres === undefined)("several servers on one database", () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let stores: readonly Store[];
  let first: Instance;
  let second: Instance;
  beforeAll(async () => {
    database = await createDatabase(postgres ?? "");
    const open = () => openPostgresStore(database.url, () => undefined);
    const [one, other] = [await open(), await open()] as const;
    stores = [one, other];
    first = await openInstance(one);
    second = await openInstance(other);
  });
  afterAll(async () => {
    for (const { service } of [first, second]) await service.close();
    for (const store of stores) await store.close();
    await database.drop();
  });

  it("share a batch of a thousand records, each of which is run once", async () => {
    const { store } = first.service.context;
    const ids = await addRecords(store, "customer", 1000);
    const flowId = await addFlow(store, [setStep("a", 1)]);
    const batchId = await start(first, flowId, ids, 8);
    expect(await untilEnded(first, batchId)).toMatchObject({
      status: "completed",
      totalRecords: 1000,
      processedRecords: 1000,
      failedRecords: 0,
    });
    expect(first.runner.begun.size).toBeGreaterThan(0);
    expect(second.runner.begun.size).toBeGreaterThan(0);
    const times = ids.map((id) => (first.runner.begun.get(id) ?? 0) + (second.runner.begun.get(id) ?? 0));
    expect(new Set(times)).toEqual(new Set([1]));
    expect(await countRows(store, "step_results")).toBe(1000);
  });

  it("abort what the other one runs of a batch that is cancelled here", async () => {
    const { store } = first.service.context;
    const flowId = await addFlow(store, [waitStep("a", 60_000)]);
    const batchId = await start(first, flowId, await addRecords(store, "order", 12), 12);
    const running = async () =>
      countRows(store, `batch_records WHERE batch_id = '${batchId}' AND status = 'running'`);
    while ((await running()) < 12) await wait(50);
    await cancelBatch(second.service, caller, batchId);
    while ((await running()) > 0) await wait(20);
    expect(
      await countRows(store, `batch_records WHERE batch_id = '${batchId}' AND status = 'cancelled'`),
    ).toBe(12);
  });
});

describeStores("a service of runs", (store) => {
  it("runs again what a dead worker had, and gives up on what breaks off each time", async () => {
    const instance = await openInstance(store());
    const ids = await addRecords(store(), "customer", 2);
    const flowId = await addFlow(store(), [setStep("a", 1)]);
    // As a worker leaves it that died in the middle: claimed, until a time that is over.
    await instance.service.stop();
    const batchId = await start(instance, flowId, ids);
    await store().database.execute(sql`
      UPDATE batch_records SET status = 'running', claim = 'exec_dead', claimed_until = now() - interval '1 second',
        attempts = CASE position WHEN 0 THEN 1 ELSE 3 END`);
    await instance.service.close();
    const next = await openInstance(store());
    expect(await untilEnded(next, batchId)).toMatchObject({ status: "completed", processedRecords: 2 });
    const result = await store().database.execute(
      sql`SELECT status, attempts, error_message FROM batch_records ORDER BY position`,
    );
    expect(result.rows).toMatchObject([
      { status: "completed", attempts: 2 },
      { status: "failed", attempts: 4, error_message: expect.stringContaining("broke off 3 times") },
    ]);
    await next.service.close();
  });

  it("does without the queue where that has a fault", async () => {
    const fail = () => Promise.reject(new Error("the queue is not to be had"));
    const instance = await openInstance({ ...store(), jobs: { pglite: { query: fail, exec: fail } } });
    const ids = await addRecords(store(), "customer", 30);
    const batchId = await start(instance, await addFlow(store(), [setStep("a", 1)]), ids);
    expect(await untilEnded(instance, batchId)).toMatchObject({ status: "completed", processedRecords: 30 });
    await instance.service.close();
  });

  it("writes no second result where somebody else has the record by now", async () => {
    const instance = await openInstance(store());
    const ids = await addRecords(store(), "customer", 1);
    const flowId = await addFlow(store(), [waitStep("a", 300)]);
    const batchId = await start(instance, flowId, ids);
    while (instance.runner.begun.size === 0) await wait(10);
    await store().database.execute(
      sql`UPDATE batch_records SET claim = 'exec_other', claimed_until = now() + interval '2 seconds'`,
    );
    await wait(600);
    expect(await countRows(store(), "step_results")).toBe(0);
    await store().database.execute(sql`UPDATE batch_records SET claimed_until = now()`);
    await instance.service.close();
    const next = await openInstance(store());
    expect(await untilEnded(next, batchId)).toMatchObject({ status: "completed", processedRecords: 1 });
    expect(await countRows(store(), "step_results")).toBe(1);
    await next.service.close();
  });

  it("forgets batches and results that are older than they are kept, and no others", async () => {
    const instance = await openInstance(store());
    const ids = await addRecords(store(), "customer", 12);
    const flowId = await addFlow(store(), [setStep("a", 1), setStep("b", 2)]);
    const old = await start(instance, flowId, ids);
    await untilEnded(instance, old);
    const kept = await start(instance, flowId, ids.slice(0, 3));
    await untilEnded(instance, kept);
    // It prunes by itself soon after it begins: what is pruned here has to be pruned by nobody else.
    await instance.service.close();
    await store().database.execute(
      sql`UPDATE batches SET created_at = now() - interval '40 days' WHERE id = ${old}`,
    );
    await store().database.execute(sql`
      UPDATE step_results SET batch_id = NULL, created_at = now() - interval '40 days'
      WHERE batch_id = ${kept} AND position = 0`);
    const cut = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000);
    expect(await pruneRuns(store(), cut, () => true)).toBe(24 + 12 + 1 + 3);
    expect(await countRows(store(), "batches")).toBe(1);
    expect(await countRows(store(), "batch_records")).toBe(3);
    expect(await countRows(store(), "step_results")).toBe(3);
    expect(await pruneRuns(store(), cut, () => true)).toBe(0);
  });
});

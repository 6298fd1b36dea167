import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Store } from "#server/store/store.ts";
import {
  createFailingStep,
  createSetVariableStep,
  createWaitStep,
  insertTestRecords,
} from "#server/testing/run-data.ts";
import {
  type RunServiceInstance,
  countTableRows,
  createTestFlow,
  openRunServiceInstance,
  startTestBatch,
  testCaller,
  waitForBatchEnd,
} from "#server/testing/run-instance.ts";
import { describeSuiteForServers } from "#server/testing/test-stores.ts";
import { cancelBatch } from "./cancel-batch.ts";

describeSuiteForServers("several servers on one database", 2, (stores) => {
  let first: RunServiceInstance;
  let second: RunServiceInstance;
  const countBegun = () => [first, second].map(({ runner }) => runner.begun.size);
  beforeAll(async () => {
    const [one, other] = stores() as readonly [Store, Store];
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

  it("count each run and record of two flows once when their batches end together", async () => {
    const { store } = first.service.context;
    const ids = await insertTestRecords(store, "counted", 5);
    const flowIds = [
      await createTestFlow(store, [createSetVariableStep("a", 1)]),
      await createTestFlow(store, [createFailingStep("b")]),
    ];
    const starts = Array.from({ length: 12 }, (_, index) =>
      [first, second].flatMap((server) =>
        flowIds.map((flowId) => startTestBatch(server, flowId, ids.slice(index % 2), 5)),
      ),
    );
    for (const batchId of await Promise.all(starts.flat())) await waitForBatchEnd(first, batchId);
    const readCounts = async (flowId: string | undefined) => {
      const { rows } = await store.database.execute(sql`
        SELECT sum(runs)::int AS runs, sum(failed_runs)::int AS failed, sum(executions)::int AS executions,
          (SELECT sum(count) FROM flow_run_hours AS own, unnest(own.durations) AS count
            WHERE own.flow_id = ${flowId})::int AS measured,
          sum((failures #>> '{groups,0,count}')::int)::int AS grouped,
          (SELECT recent_outcomes FROM flows WHERE id = ${flowId}) AS outcomes
        FROM flow_run_hours WHERE flow_id = ${flowId}`);
      return rows[0];
    };
    const counts = { runs: 24, executions: 108, measured: 108 };
    const [good, bad] = [await readCounts(flowIds[0]), await readCounts(flowIds[1])];
    expect(good).toEqual({ ...counts, failed: 0, grouped: null, outcomes: "c".repeat(20) });
    expect(bad).toEqual({ ...counts, failed: 24, grouped: 108, outcomes: "f".repeat(20) });
    const deadlocks = sql`SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`;
    expect((await store.database.execute(deadlocks)).rows).toEqual([{ deadlocks: 0 }]);
  });

  it("cancel a batch once when both get the request, and abort the records that run on either", async () => {
    const { store } = first.service.context;
    const flowId = await createTestFlow(store, [createWaitStep("a", 60_000)]);
    const batchId = await startTestBatch(first, flowId, await insertTestRecords(store, "order", 12), 12);
    const running = async () =>
      countTableRows(store, `batch_records WHERE batch_id = '${batchId}' AND status = 'running'`);
    while ((await running()) < 12) await wait(50);
    const answers = await Promise.all(
      [first, second].map(({ service }) => cancelBatch(service, testCaller, batchId)),
    );
    expect(answers.filter(({ success }) => success)).toHaveLength(1);
    while ((await running()) > 0) await wait(20);
    expect(
      await countTableRows(store, `batch_records WHERE batch_id = '${batchId}' AND status = 'cancelled'`),
    ).toBe(12);
  });
});

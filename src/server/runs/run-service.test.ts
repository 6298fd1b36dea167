import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { deleteOldBatchesAndStepResults, deleteOldRows } from "#server/store/delete-old-batches.ts";
import type { Store } from "#server/store/store.ts";
import {
  createFailingStep,
  createSetVariableStep,
  createStepThatOutputsJson,
  createWaitStep,
  insertTestRecords,
} from "#server/testing/run-data.ts";
import {
  TEST_ORIGIN,
  createTestFlow,
  testCaller,
  countTableRows,
  openRunServiceInstance,
  startTestBatch,
  waitForBatchEnd,
} from "#server/testing/run-instance.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { cancelBatch } from "./cancel-batch.ts";
import { readBatchState } from "./read-batch-records.ts";
import { runFlowOnRecordType, startBatchForListedRecords } from "./start-batch.ts";

const countJobs = (store: Store) => countTableRows(store, "pgboss.job");

describeSuiteForEitherStore("the run service", (store) => {
  it("reruns records of a dead worker, and fails a record that was interrupted three times", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 2);
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    // Simulates a worker that crashed: the last heartbeats of its records are long ago.
    await instance.service.stop();
    const batchId = await startTestBatch(instance, flowId, ids);
    await store().database.execute(sql`
      UPDATE batch_records SET status = 'running', attempts = CASE position WHEN 0 THEN 1 ELSE 3 END`);
    await store().database.execute(sql`
      UPDATE pgboss.job SET state = 'active', started_on = now(), heartbeat_on = now() - interval '1 hour'
      WHERE group_id LIKE ${`%${batchId}`}`);
    await instance.service.close();
    const next = await openRunServiceInstance(store());
    expect(await waitForBatchEnd(next, batchId)).toMatchObject({ status: "completed", processedRecords: 2 });
    const result = await store().database.execute(
      sql`SELECT status, attempts, error_message FROM batch_records ORDER BY position`,
    );
    expect(result.rows).toMatchObject([
      { status: "completed", attempts: 2 },
      { status: "failed", attempts: 4, error_message: expect.stringContaining("was interrupted 3 times") },
    ]);
    expect(await countJobs(store())).toBe(0);
    await next.service.close();
  });

  it("stores no batch while the queue cannot be opened, and runs the next batch when the queue is open", async () => {
    let isAway = true;
    const { jobs } = store();
    const unlessAway = <Work extends (...given: never[]) => unknown>(work: Work) =>
      ((...given: never[]) =>
        isAway ? Promise.reject(new Error("the queue is not to be had")) : work(...given)) as Work;
    const guarded =
      "pglite" in jobs
        ? {
            pglite: {
              query: unlessAway(jobs.pglite.query.bind(jobs.pglite)),
              exec: unlessAway(jobs.pglite.exec.bind(jobs.pglite)),
            },
          }
        : { db: { ...jobs.db, executeSql: unlessAway(jobs.db.executeSql.bind(jobs.db)) } };
    const instance = await openRunServiceInstance({ ...store(), jobs: guarded });
    const ids = await insertTestRecords(store(), "customer", 30);
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    await expect(startTestBatch(instance, flowId, ids)).rejects.toMatchObject({ kind: "unavailable" });
    expect(await countTableRows(store(), "batches")).toBe(0);
    isAway = false;
    const batchId = await startTestBatch(instance, flowId, ids);
    expect(await waitForBatchEnd(instance, batchId)).toMatchObject({
      status: "completed",
      processedRecords: 30,
    });
    await instance.service.close();
  });

  it("on a web server, waits until a worker has run the records of an immediate run", async () => {
    const web = await openRunServiceInstance(store(), { role: "web" });
    await insertTestRecords(store(), "customer", 3);
    const flowId = await createTestFlow(store(), [createWaitStep("a", 300)]);
    const answer = runFlowOnRecordType(web.service, testCaller, {
      flowId,
      recordType: "customer",
      origin: TEST_ORIGIN,
    });
    while ((await countTableRows(store(), "batches")) === 0) await wait(10);
    const worker = await openRunServiceInstance(store(), { role: "worker" });
    expect(await answer).toMatchObject({
      immediate: { status: "completed", successCount: 3, results: [{ success: true }, {}, {}] },
    });
    expect(web.runner.begun.size).toBe(0);
    expect(await countTableRows(store(), "step_results")).toBe(3);
    await worker.service.close();
    await web.service.close();
  });

  it("discards a result if another worker has taken the record since", { tags: ["full"] }, async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 1);
    const flowId = await createTestFlow(store(), [createWaitStep("a", 300)]);
    const batchId = await startTestBatch(instance, flowId, ids);
    while (instance.runner.begun.size === 0) await wait(10);
    await store().database.execute(sql`
      UPDATE pgboss.job SET retry_count = retry_count + 1, heartbeat_on = now() + interval '1 hour'
      WHERE group_id LIKE ${`%${batchId}`}`);
    await wait(600);
    expect(await countTableRows(store(), "step_results")).toBe(0);
    await instance.service.close();
    await store().database.execute(
      sql`UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE group_id LIKE ${`%${batchId}`}`,
    );
    const next = await openRunServiceInstance(store());
    expect(await waitForBatchEnd(next, batchId)).toMatchObject({ status: "completed", processedRecords: 1 });
    expect(await countTableRows(store(), "step_results")).toBe(1);
    expect(await countJobs(store())).toBe(0);
    await next.service.close();
  });

  it("adds jobs to a batch that a server of an older version started, and runs it", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 3);
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    await instance.service.stop();
    const batchId = await startTestBatch(instance, flowId, ids);
    await store().database.execute(sql`DELETE FROM pgboss.job WHERE group_id LIKE ${`%${batchId}`}`);
    await store().database.execute(sql`
      UPDATE batches SET queued_records = 0, steps_hash = NULL, steps = batch_steps.steps FROM batch_steps`);
    await instance.service.close();
    const next = await openRunServiceInstance(store());
    expect(await waitForBatchEnd(next, batchId)).toMatchObject({ status: "completed", processedRecords: 3 });
    expect(await countTableRows(store(), "step_results")).toBe(3);
    await next.service.close();
  });

  it("does not let a server of an older version claim a record", async () => {
    const instance = await openRunServiceInstance(store());
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    await instance.service.stop();
    await startTestBatch(instance, flowId, await insertTestRecords(store(), "customer", 1));
    const { rows } = await store().database.execute(
      sql`UPDATE batch_records SET status = 'running', claim = 'exec_old' RETURNING 1`,
    );
    expect(rows).toEqual([]);
    await instance.service.close();
  });

  it("runs a small batch before the rest of a large one, within the concurrency of each batch", async () => {
    const instance = await openRunServiceInstance(store(), { concurrency: 6 });
    const ids = await insertTestRecords(store(), "customer", 200);
    const flowId = await createTestFlow(store(), [createWaitStep("a", 20)]);
    const large = await startTestBatch(instance, flowId, ids, 5);
    const small = await startTestBatch(instance, flowId, ids.slice(0, 10), 3);
    let most = 0;
    const ofLarge = (status: string) =>
      countTableRows(store(), `batch_records WHERE batch_id = '${large}' AND status = '${status}'`);
    for (;;) {
      most = Math.max(most, await ofLarge("running"));
      if ((await readBatchState(instance.service.context, testCaller, small)).status === "completed") break;
      await wait(5);
    }
    expect(await ofLarge("completed")).toBeLessThan(150);
    expect(most).toBeLessThanOrEqual(5);
    await cancelBatch(instance.service, testCaller, large);
    await instance.service.close();
  });

  it("stores results one by one if one cannot be stored, and fails only that record", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 3);
    const flowId = await createTestFlow(store(), [createStepThatOutputsJson("a", '"ok"')]);
    const { runner } = instance.service.context;
    const run = runner.run.bind(runner);
    vi.spyOn(runner, "run").mockImplementation((plan, listeners) =>
      run(plan, {
        ...listeners,
        onEvent: (event) =>
          listeners.onEvent(
            event.type === "step-end" && plan.record?.id === ids[1]
              ? { ...event, step: { ...event.step, position: 2 ** 40 } }
              : event,
          ),
      }),
    );
    const batchId = await startTestBatch(instance, flowId, ids);
    expect(await waitForBatchEnd(instance, batchId)).toMatchObject({ processedRecords: 3, failedRecords: 1 });
    const result = await store().database.execute(
      sql`SELECT status, error_message FROM batch_records ORDER BY position`,
    );
    expect(result.rows).toMatchObject([
      { status: "completed" },
      { status: "failed", error_message: expect.stringContaining("could not be stored") },
      { status: "completed" },
    ]);
    expect(await countTableRows(store(), "step_results")).toBe(2);
    await instance.service.close();
  });

  it("retries a failed record after the records that have not run yet", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 5);
    const flowId = await createTestFlow(store(), [createFailingStep("a")]);
    const body = { flowId, recordIds: [...ids], options: { recordConcurrency: 1, maxRetries: 1 } };
    const order: (string | null | undefined)[] = [];
    const run = instance.runner.run.bind(instance.runner);
    vi.spyOn(instance.service.context.runner, "run").mockImplementation((plan, listeners) => {
      order.push(plan.record?.id);
      return run(plan, listeners);
    });
    const { id } = await startBatchForListedRecords(instance.service, testCaller, {
      body,
      origin: TEST_ORIGIN,
    });
    expect(await waitForBatchEnd(instance, id)).toMatchObject({ status: "failed", failedRecords: 5 });
    expect(order).toEqual([...ids, ...ids]);
    await instance.service.close();
  });

  it("runs records again that the worker had to give up before their run", { tags: ["full"] }, async () => {
    const instance = await openRunServiceInstance(store());
    const { records } = instance.service.context;
    vi.spyOn(records, "findAll").mockRejectedValueOnce(new Error("the records cannot be read"));
    const ids = await insertTestRecords(store(), "customer", 3);
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    const batchId = await startTestBatch(instance, flowId, ids);
    expect(await waitForBatchEnd(instance, batchId)).toMatchObject({
      status: "completed",
      processedRecords: 3,
      failedRecords: 0,
    });
    expect(await countJobs(store())).toBe(0);
    await instance.service.close();
  });

  it("counts a record as running from its first attempt to its last retry", async () => {
    const instance = await openRunServiceInstance(store());
    const flowId = await createTestFlow(store(), [createWaitStep("a", 300), createFailingStep("b")]);
    const recordIds = [...(await insertTestRecords(store(), "customer", 1))];
    const body = { flowId, recordIds, options: { recordConcurrency: 1, maxRetries: 2 } };
    const { id } = await startBatchForListedRecords(instance.service, testCaller, {
      body,
      origin: TEST_ORIGIN,
    });
    for (const runs of [1, 2, 3]) {
      await vi.waitFor(() => expect(instance.runner.begun.get(recordIds[0] ?? "")).toBe(runs), {
        timeout: 10_000,
      });
      expect(instance.service.activeRuns).toBe(1);
    }
    expect(await waitForBatchEnd(instance, id)).toMatchObject({ status: "failed", failedRecords: 1 });
    await instance.service.close();
  });

  it("adds jobs to a batch once, although two servers find the batch at the same time", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 40);
    const flowId = await createTestFlow(store(), [createWaitStep("a", 20)]);
    await instance.service.stop();
    const batchId = await startTestBatch(instance, flowId, ids);
    await store().database.execute(sql`DELETE FROM pgboss.job WHERE group_id LIKE ${`%${batchId}`}`);
    await store().database.execute(sql`UPDATE batches SET queued_records = 0`);
    await instance.service.close();
    const others = await Promise.all([openRunServiceInstance(store()), openRunServiceInstance(store())]);
    const [first] = others;
    expect(await waitForBatchEnd(first, batchId)).toMatchObject({
      status: "completed",
      processedRecords: 40,
      cancelledRecords: 0,
    });
    const runs = ids.map((id) => others.reduce((sum, { runner }) => sum + (runner.begun.get(id) ?? 0), 0));
    expect(new Set(runs)).toEqual(new Set([1]));
    for (const { service } of others) await service.close();
  });

  it("adds the jobs of a large batch in parts, also after the server that created the batch has stopped", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 2500);
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    await instance.service.stop();
    const batchId = await startTestBatch(instance, flowId, ids, 20);
    expect(await countJobs(store())).toBe(1000);
    await instance.service.close();
    const next = await openRunServiceInstance(store());
    await vi.waitFor(
      async () => expect(await countTableRows(store(), "batches WHERE queued_records = 2500")).toBe(1),
      { timeout: 20_000 },
    );
    await cancelBatch(next.service, testCaller, batchId);
    await vi.waitFor(async () => expect(await countJobs(store())).toBe(0), { timeout: 20_000 });
    await next.service.close();
  });

  it("stores steps once for all batches that run them, and deletes them with the last batch", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 2);
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    for (const id of ids) await waitForBatchEnd(instance, await startTestBatch(instance, flowId, [id]));
    expect(await countTableRows(store(), "batch_steps")).toBe(1);
    await instance.service.close();
    await store().database.execute(sql`UPDATE batches SET created_at = now() - interval '40 days'`);
    await deleteOldBatchesAndStepResults(store(), new Date(Date.now() - 30 * 86_400_000), () => true);
    expect(await countTableRows(store(), "batch_steps")).toBe(0);
  });

  it("prunes only batches and results that are older than the retention period", async () => {
    const instance = await openRunServiceInstance(store());
    const ids = await insertTestRecords(store(), "customer", 12);
    const flowId = await createTestFlow(store(), [
      createSetVariableStep("a", 1),
      createSetVariableStep("b", 2),
    ]);
    const old = await startTestBatch(instance, flowId, ids);
    await waitForBatchEnd(instance, old);
    const recent = await startTestBatch(instance, flowId, ids.slice(0, 3));
    await waitForBatchEnd(instance, recent);
    // Stops the service, which would also prune rows soon after its start.
    await instance.service.close();
    await store().database.execute(
      sql`UPDATE batches SET created_at = now() - interval '40 days' WHERE id = ${old}`,
    );
    await store().database.execute(sql`
      UPDATE step_results SET batch_id = NULL, created_at = now() - interval '40 days'
      WHERE batch_id = ${recent} AND position = 0`);
    const cutoff = new Date(Date.now() - 30 * 24 * 60 * 60 * 1000);
    expect(await deleteOldBatchesAndStepResults(store(), cutoff, () => true)).toBe(12 + 1 + 3);
    expect(await countTableRows(store(), "batches")).toBe(1);
    expect(await countTableRows(store(), "batch_records")).toBe(3);
    // Expects the results of the old batch to remain, because they are not older than the retention period.
    expect(await countTableRows(store(), "step_results")).toBe(24 + 3);
    expect(await deleteOldBatchesAndStepResults(store(), cutoff, () => true)).toBe(0);
  });

  it("prunes responses of idempotency keys that are not repeated any more", async () => {
    for (const [key, age] of [
      ["old", "25 hours"],
      ["recent", "23 hours"],
    ])
      await store().database.execute(sql`
        INSERT INTO idempotency_keys (organization_id, key, route, body_hash, status, headers, body, created_at)
        VALUES ('org_local', ${key}, 'route', '', 200, '{}', '', now() - ${age}::interval)`);
    expect(
      await deleteOldRows(store(), "idempotency_keys", new Date(Date.now() - 86_400_000), () => true),
    ).toBe(1);
    expect(await countTableRows(store(), "idempotency_keys WHERE key = 'recent'")).toBe(1);
  });
});

import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import {
  createTestFlow,
  openRunServiceInstance,
  startTestBatch,
  waitForBatchEnd,
} from "#server/testing/run-instance.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { ServerMetrics } from "#server/telemetry/server-metrics.ts";

const NAMELESS = [
  "null",
  '"half of a te"',
  "[]",
  '{"organizationId":"org_local"}',
  '{"organizationId":"org_local","batchId":"batch_1","position":3000000000}',
];
const NEWER = ['{"v":3}', '{"v":3,"organizationId":"org_local","batchId":"batch_1","position":0}'];

describeSuiteForEitherStore("the record queue", (store) => {
  it("sets aside jobs that it cannot read, and runs the batches behind them", async () => {
    const metrics = new ServerMetrics();
    const instance = await openRunServiceInstance(store(), { metrics, concurrency: 2 });
    const { database } = store();
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    const ids = await insertTestRecords(store(), "customer", 3);
    await waitForBatchEnd(instance, await startTestBatch(instance, flowId, ids));
    for (const data of [...NAMELESS, ...NEWER])
      await database.execute(sql`
        INSERT INTO pgboss.job (id, name, data, priority, retry_limit, policy, heartbeat_seconds)
        SELECT ${randomUUID()}::uuid, name, ${data}::jsonb, 2000000, retry_limit, policy, heartbeat_seconds
        FROM pgboss.queue WHERE name = 'flowline-records'`);
    const batchId = await startTestBatch(instance, flowId, ids);
    expect(await waitForBatchEnd(instance, batchId)).toMatchObject({
      status: "completed",
      processedRecords: 3,
      failedRecords: 0,
    });
    const { rows } = await database.execute(sql`
      SELECT state::text, count(*)::integer AS jobs FROM pgboss.job GROUP BY 1 ORDER BY 1`);
    expect(rows).toEqual([
      { state: "cancelled", jobs: NAMELESS.length },
      { state: "retry", jobs: NEWER.length },
    ]);
    const text = await metrics.render();
    expect(text).toContain(`flowline_malformed_jobs_total{result="cancelled"} ${NAMELESS.length}`);
    expect(text).toContain(`flowline_malformed_jobs_total{result="newer"} ${NEWER.length}`);
    await instance.service.close();
    await database.execute(sql`DELETE FROM pgboss.job`);
  });

  it("runs a record whose job has lost its data", async () => {
    const instance = await openRunServiceInstance(store());
    const flowId = await createTestFlow(store(), [createSetVariableStep("a", 1)]);
    const ids = await insertTestRecords(store(), "customer", 3);
    await instance.service.stop();
    const batchId = await startTestBatch(instance, flowId, ids);
    await store().database.execute(
      sql`UPDATE pgboss.job SET data = NULL WHERE group_id LIKE ${`%${batchId}`}`,
    );
    await instance.service.close();
    const next = await openRunServiceInstance(store());
    expect(await waitForBatchEnd(next, batchId)).toMatchObject({ status: "completed", processedRecords: 3 });
    await next.service.close();
  });
});

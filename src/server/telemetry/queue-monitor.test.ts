import { sql } from "drizzle-orm";
import { expect, it } from "vitest";
import { readQueueState } from "#server/store/queue-state.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { QueueMonitor } from "./queue-monitor.ts";

describeSuiteForEitherStore("the state of the queue", (store) => {
  it("counts waiting, active and failed records, and warns if records wait without a worker", async () => {
    const empty = { waiting: 0, active: 0, failed: 0, waitingSince: undefined };
    expect(await readQueueState(store().database)).toEqual(empty);
    const { database } = store();
    const createdAt = new Date();
    for (const [id, status, processed, failed] of [
      ["batch_active", "running", 2, 1],
      ["batch_ended", "completed", 9, 5],
    ] as const)
      await database.execute(sql`
        INSERT INTO batches (organization_id, id, user_id, flow_id, flow_name, steps, status, total_records,
          processed_records, failed_records, concurrency, created_at)
        VALUES ('org_local', ${id}, 'user_local', 'flow_1', 'Digest', '[]', ${status}, 9, ${processed}, ${failed}, 3,
          ${createdAt.toISOString()})`);
    await database.execute(sql`
      INSERT INTO batch_records (organization_id, batch_id, position, record_id, status)
      SELECT 'org_local', 'batch_active', number, 'record_' || number,
        CASE WHEN number < 2 THEN 'completed' WHEN number < 5 THEN 'running' ELSE 'waiting' END
      FROM generate_series(0, 8) AS number`);
    const counts = { waiting: 4, active: 3, failed: 1 };
    expect(await readQueueState(database)).toEqual({ ...counts, waitingSince: createdAt });

    const lines: string[] = [];
    const note = (text: string) => void lines.push(text);
    let later = 0;
    const now = () => Date.now() + later;
    const logger = { warn: note, info: note };
    const queue = new QueueMonitor({ store: store(), now, monotonic: () => later, logger });
    const app = await startTestApp(store(), { queue, config: { role: "web" } });
    await queue.check();
    expect(lines).toEqual([]);
    expect((await app.call("GET", "/readyz")).json).toEqual({ ok: true });
    const metrics = (await app.call("GET", "/metrics")).text;
    for (const [state, records] of Object.entries(counts))
      expect(metrics).toContain(`flowline_queue_records{state="${state}"} ${records}\n`);
    expect(metrics).toMatch(/^flowline_queue_oldest_seconds \d+$/m);

    await database.execute(sql`UPDATE batch_records SET status = 'waiting' WHERE status = 'running'`);
    later = 4000;
    expect((await queue.read()).active).toBe(3);
    later = 90_000;
    await queue.check();
    const warning = expect.stringMatching(
      /^7 records of batches wait for \d+ s, and no worker is running\. Start a server with FLOWLINE_ROLE=worker\.$/,
    );
    expect(lines).toEqual([warning]);
    expect((await app.call("GET", "/readyz")).json).toEqual({ ok: true, warnings: [warning] });
    later = 100_000;
    await queue.check();
    expect(lines).toHaveLength(1);
    await database.execute(sql`UPDATE batches SET status = 'completed'`);
    later = 110_000;
    await queue.check();
    expect(lines.slice(1)).toEqual(["Workers are running batch records again."]);
  });
});

it("the metrics omit only the gauges of the queue while the store fails", async () => {
  const failing = { execute: () => Promise.reject(new Error("away")) };
  const queue = new QueueMonitor({
    store: { database: failing as never },
    now: Date.now,
    monotonic: () => 0,
    logger: { warn: () => undefined, info: () => undefined },
  });
  const app = await startTestApp(undefined, {
    queue,
    env: { RUNTYPE_API_KEY: "key" },
  });
  const { status, text } = await app.call("GET", "/metrics");
  expect(status).toBe(200);
  expect(text).not.toMatch(/^flowline_queue/m);
  expect(text).toContain("process_cpu_seconds_total");
});

it("a worker serves probes and metrics, and refuses everything else", async () => {
  const app = await startTestApp(undefined, { config: { role: "worker" } });
  for (const path of ["/healthz", "/readyz", "/metrics"])
    expect((await app.call("GET", path)).status).toBe(200);
  for (const [method, path] of [
    ["GET", "/"],
    ["GET", "/v1/flows"],
    ["POST", "/v1/dispatch"],
    ["GET", "/local/events"],
  ] as const) {
    const { status, json } = await app.call(method, path);
    expect(status).toBe(404);
    expect(json.error).toMatch(/only runs the records of batches.*FLOWLINE_ROLE is web or all\.$/);
  }
});

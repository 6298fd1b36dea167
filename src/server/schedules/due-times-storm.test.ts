import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import { createSetVariableStep } from "#server/testing/run-data.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { ServerFleet } from "#server/testing/server-fleet.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

/** `KILLS=60 SCHEDULES=20` is the whole series; `KILLS=0 SCHEDULES=10000 DUE_MINUTES=1` are many at the same second. */
const KILLS = Number(process.env["KILLS"] ?? 2);
const SCHEDULES = Number(process.env["SCHEDULES"] ?? 4);
/** Times that are due already, a minute apart, and all younger than an hour. */
const DUE_MINUTES = Number(process.env["DUE_MINUTES"] ?? 50);
/** With one due time each, no other may come while many run. */
const CRON = DUE_MINUTES === 1 ? "0 0 1 1 *" : "* * * * *";
const SERVERS = 3;

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-schedules-"));
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const postgres = getTestPostgresUrl();

it.skipIf(postgres === undefined)(
  "three servers that are killed while schedules are due run each due time exactly once",
  { timeout: 600_000 },
  async () => {
    const { url, drop } = await createTestDatabase(postgres ?? "");
    const pool = new Pool({ connectionString: url, max: 1 });
    const database = drizzle(pool);
    const query = async (text: ReturnType<typeof sql>) => (await database.execute(text)).rows;
    const fleet = await ServerFleet.open({ main, store: { databaseUrl: url }, servers: SERVERS });
    try {
      const flowId = await fleet.createFlow("Scheduled", [createSetVariableStep("a", 1)]);
      await fleet.callUntilAnswered("POST", `/v1/flows/${flowId}/publish`);
      for (let index = 0; index < SCHEDULES; index++) {
        const body = { target: { flowId }, trigger: { cron: CRON, timezone: "UTC" } };
        await fleet.callUntilAnswered("POST", "/v1/schedules", body);
      }
      await query(sql`UPDATE schedules
        SET next_run_at = date_trunc('minute', now() - make_interval(mins => ${DUE_MINUTES}))`);
      const [{ started } = {}] = await query(sql`SELECT min(next_run_at) AS started FROM schedules`);
      const countRuns = async () =>
        Number((await query(sql`SELECT count(*) AS runs FROM schedule_runs`))[0]?.["runs"]);

      const isDue = sql`SELECT 1 FROM schedules WHERE next_run_at <= now()`;
      const hasDueTimes = async () => (await query(isDue)).length > 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const runs = await countRuns();
        // Most kills hit while due times are fired; the random pause moves them to every point of a transaction.
        const isStuck = async () => (await countRuns()) === runs;
        while ((await isStuck()) && (await hasDueTimes())) await wait(5);
        await wait(Math.random() * 30);
        const names = fleet.names;
        await fleet.restart(names[kill % names.length] ?? "");
      }
      while (await hasDueTimes()) await wait(100);
      const isActive = sql`SELECT 1 FROM batches WHERE status IN ('scheduled', 'running')`;
      while ((await query(isActive)).length > 0) await wait(100);

      const runs = await query(
        sql`SELECT schedule_id, due_at, batch_id FROM schedule_runs ORDER BY schedule_id, due_at`,
      );
      const first = new Date(started as string).getTime();
      for (const scheduleId of new Set(runs.map((run) => run["schedule_id"]))) {
        const own = runs.filter((run) => run["schedule_id"] === scheduleId);
        const times = own.map((run) => (new Date(run["due_at"] as string).getTime() - first) / 60_000);
        expect(times).toEqual(own.map((_, minute) => minute));
        expect(own.length).toBeGreaterThanOrEqual(DUE_MINUTES);
      }
      expect(new Set(runs.map((run) => run["batch_id"])).size).toBe(runs.length);
      expect(
        await query(sql`
          SELECT status, total_records, processed_records, failed_records, count(*)::integer AS batches
          FROM batches GROUP BY 1, 2, 3, 4`),
      ).toEqual([
        {
          status: "completed",
          total_records: 1,
          processed_records: 1,
          failed_records: 0,
          batches: runs.length,
        },
      ]);
      expect(await query(sql`SELECT sum(runs)::integer AS runs FROM schedule_days`)).toEqual([
        { runs: runs.length },
      ]);
    } finally {
      await fleet.close();
      await pool.end();
      await drop();
    }
  },
);

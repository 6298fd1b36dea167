import { type SQL, sql } from "drizzle-orm";
import { beforeAll, expect, it } from "vitest";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { insertResults } from "#server/testing/step-result-rows.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEachStore, describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { assertTablesReadable, migrateDatabase, migrations } from "./migrate.ts";
import runHealth from "./migrations/0026-run-health.sql?raw";
import nestedCounts from "./migrations/0008-nested-counts.sql?raw";
import type { Store } from "./store.ts";
import { StartupError } from "#server/domain/startup-error.ts";

describeSuiteForEachStore("migrations", (store) => {
  const tables = async () => {
    const result = await store().database.execute(
      sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
    );
    return result.rows.map((row) => row["name"]);
  };

  it("are applied once, even if the server restarts", async () => {
    await migrateDatabase(store().database);
    const applied = await store().database.execute(sql`SELECT version, name FROM schema_migrations`);
    expect(applied.rows).toEqual(migrations.map(({ version, name }) => ({ version, name })));
  });

  it("compute nested step counts for existing flows and versions", async () => {
    const app = await startTestApp(store());
    const off = { enabled: false };
    const inner = buildConditional("inner", [buildStep("d", off)], [buildStep("e")]);
    const steps = [buildStep("a", off), buildConditional("b", [buildStep("c"), inner])];
    const { id } = await app.create(buildFlow("Nested", steps));
    await app.create(buildFlow("Flat", [buildStep("a", off)]));
    await app.call("POST", `/v1/flows/${id}/publish`);
    const { database } = store();
    await database.execute(sql`UPDATE flows SET disabled_step_count = 1`);
    const statements = nestedCounts.split("--> statement-breakpoint");
    await database.transaction(async (tx) => {
      await tx.execute(sql`SET CONSTRAINTS ALL IMMEDIATE`);
      await tx.execute(sql`DROP INDEX step_results_failed`);
      await tx.execute(sql`ALTER TABLE flow_versions DROP COLUMN total_step_count`);
      await tx.execute(sql`ALTER TABLE flows DROP COLUMN total_step_count,
        DROP COLUMN last_run_records, DROP COLUMN last_run_failed_records`);
      for (const statement of statements) await tx.execute(sql.raw(statement));
    });
    const { data } = (await app.call("GET", "/v1/flows?sort=name")).json;
    expect(data).toMatchObject([
      { name: "Flat", totalStepCount: 1, disabledStepCount: 1 },
      { name: "Nested", totalStepCount: 6, disabledStepCount: 2 },
    ]);
    const { versions } = (await app.call("GET", `/v1/flow-versions/${id}`)).json;
    expect(versions).toMatchObject([{ versionType: "published", stepCount: 2, totalStepCount: 6 }]);
  });

  it("count the runs of the last 30 days, and list the last outcomes of each flow", async () => {
    const app = await startTestApp(store());
    const { id } = await app.create(buildFlow("Ran", [buildStep("a")]));
    const { database } = store();
    const insertBatches = (values: SQL) =>
      database.execute(sql`
      INSERT INTO batches (organization_id, id, user_id, flow_id, flow_name, scopes, is_virtual, concurrency, created_at,
        status, total_records, processed_records, failed_records, completed_at)
      SELECT 'org_local', 'batch_' || status || age || flow_id, 'user_local', flow_id, 'Ran', '{}', flow_id <> ${id}, 1, now(),
        status, 2, 2, failed, now() - age * interval '1 minute'
      FROM (${values}) AS given (flow_id, status, failed, age)`);
    await insertBatches(sql`
      VALUES (${id}, 'completed', 0, 1), (${id}, 'completed', 1, 2), (${id}, 'failed', 2, 3), (${id}, 'cancelled', 1, 4),
        (${id}, 'failed', 2, 60 * 24 * 31), (${id}, 'running', 0, 5), ('flow_unsaved', 'failed', 2, 1)`);
    await insertBatches(sql`SELECT ${id}, 'completed', 0, n FROM generate_series(100, 130) AS n`);
    await database.transaction(async (tx) => {
      await tx.execute(sql`SET CONSTRAINTS ALL IMMEDIATE`);
      await tx.execute(sql`DROP TABLE flow_run_hours`);
      await tx.execute(sql`ALTER TABLE flows DROP COLUMN recent_outcomes`);
      for (const statement of runHealth.split("--> statement-breakpoint"))
        await tx.execute(sql.raw(statement));
    });
    const { data } = (await app.call("GET", "/v1/flows")).json;
    expect(data).toMatchObject([{ recentOutcomes: `${"c".repeat(16)}xfpc` }]);
    const counted = await database.execute(sql`
      SELECT sum(runs)::int AS runs, sum(failed_runs)::int AS failed, sum(cancelled_runs)::int AS cancelled,
        sum(executions)::int AS executions FROM flow_run_hours WHERE flow_id = ${id}`);
    expect(counted.rows).toEqual([{ runs: 35, failed: 2, cancelled: 1, executions: 70 }]);
  });

  it("apply all or nothing", async () => {
    const broken = {
      version: 999,
      name: "broken",
      sql: "CREATE TABLE half (a int);\n--> statement-breakpoint\nNONSENSE",
    };
    const before = await tables();
    await expect(migrateDatabase(store().database, [broken])).rejects.toThrow();
    expect(await tables()).toEqual(before);
  });

  it("refuse a store from a newer version without changing it", async () => {
    await store().database.execute(sql`INSERT INTO schema_migrations (version, name) VALUES (999, 'future')`);
    const failure = await migrateDatabase(store().database).catch((error: unknown) => error);
    await store().database.execute(sql`DELETE FROM schema_migrations WHERE version = 999`);
    expect(failure).toBeInstanceOf(StartupError);
    expect(String(failure)).toContain("newer version");
  });

  it("give every table an organization_id", async () => {
    const result = await store().database.execute(sql`
      SELECT table_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name = 'organization_id' ORDER BY 1`);
    expect(
      [...result.rows.map((row) => row["name"]), "schema_migrations"].toSorted((a, b) =>
        String(a) < String(b) ? -1 : 1,
      ),
    ).toEqual(await tables());
  });
});

type NumberedVersion = readonly [version: number, versions: number];
const all = migrations.slice(0, -1).map(({ version }, index): NumberedVersion => [version, index + 1]);
/** The first, the last two, and each fourth between them; with `FULL_RUN` all. */
const older = all.filter(
  (_, index) => process.env["FULL_RUN"] !== undefined || index % 4 === 0 || index >= all.length - 2,
);

const describeUpgrade = (upgraded: readonly NumberedVersion[]) => (store: () => Store) => {
  const run = (text: string) => store().database.execute(sql.raw(text));
  const readSchema = async () => {
    // Ignores the partitions of days: their names and number depend on the rows of the older version.
    const isDay = (column: string) => `${column} ~ '^step_results_(before_)?\\d'`;
    const columns = await run(`
      SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
      WHERE table_schema = 'public' AND NOT ${isDay("table_name")} ORDER BY 1, 2`);
    const indexes = await run(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND NOT ${isDay("tablename")} ORDER BY 1`,
    );
    const triggers = await run("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1");
    return [columns.rows, indexes.rows, triggers.rows];
  };
  let newest: unknown;
  beforeAll(async () => {
    newest = await readSchema();
  });

  it.each(upgraded)(
    "is upgraded from version %i to the newest schema, and keeps its data",
    async (_, versions) => {
      for (const statement of ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"]) await run(statement);
      await migrateDatabase(store().database, migrations.slice(0, versions));
      const hasStarts = (
        await run("SELECT 1 FROM information_schema.columns WHERE column_name = 'name_starts'")
      ).rows.length;
      await run(`
        INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count,
          line, revision, definition_hash, created_at, updated_at ${hasStarts ? ", name_starts" : ""})
        VALUES ('org_local', 'flow_old', 'user_local', 'Old', 'old', '[{"id": "a"}]', 1, 0,
          '[]', 3, 'hash', '2025-01-01', '2025-01-02' ${hasStarts ? ", '{o}'" : ""})`);
      const hasResults = versions >= 3 && versions < 18;
      const year = 365 * 24 * 60 * 60 * 1000;
      if (hasResults)
        await insertResults(store(), [Date.now() - year, Date.now(), Date.now() + year], {
          flowId: "flow_old",
        });
      const reports: string[] = [];
      await migrateDatabase(store().database, migrations, (text) => void reports.push(text));
      const pending = migrations.length - versions;
      expect([reports[0], reports.length]).toEqual([`Updating the store: 1 of ${pending}…`, pending]);
      await assertTablesReadable(store().database);
      expect(await readSchema()).toEqual(newest);
      const results = await run(`
        SELECT regexp_replace(tableoid::regclass::text, '\\d+', '') AS partition, count(*)::int AS rows
        FROM step_results GROUP BY 1 ORDER BY 1`);
      expect(results.rows).toEqual(
        hasResults
          ? [
              { partition: "step_results_before_", rows: 2 },
              { partition: "step_results_default", rows: 1 },
            ]
          : [],
      );
      expect((await run("SELECT id, name, steps::text, step_count, revision FROM flows")).rows).toEqual([
        { id: "flow_old", name: "Old", steps: '[{"id": "a"}]', step_count: 1, revision: 3 },
      ]);
    },
  );
};

describeSuiteForEachStore("a store of the oldest version", describeUpgrade(older.slice(0, 1)));
describeSuiteForEitherStore("a store of an older version", describeUpgrade(older.slice(1)));

describeSuiteForEitherStore("a store of the newest version", (store) => {
  const run = (text: string) => store().database.execute(sql.raw(text));
  const writeAsVersion = async (version: number, oldFlow: string) => {
    const nested = (branch: object[]) =>
      JSON.stringify([
        {
          id: "a",
          type: "conditional",
          name: "A",
          enabled: false,
          config: { trueSteps: branch, falseSteps: [] },
        },
      ]);
    const [first, second] = [
      nested([{ id: "b", enabled: false }]),
      nested([{ id: "b" }, { id: "c", enabled: false }, { id: "d" }]),
    ];
    const starts = version < 6;
    await run(`
      INSERT INTO flows (organization_id, id, user_id, name, name_key, steps, step_count, disabled_step_count,
        line, revision, definition_hash, created_at, updated_at ${starts ? ", name_starts" : ""})
      VALUES ('org_local', 'flow_new', 'user_local', 'Rolling', 'rolling', '${first}', 1, 1,
        '[]', 1, 'first', '2025-01-01', '2025-01-02' ${starts ? ", '{r,ro}'" : ""})`);
    await run(`
      UPDATE flows SET steps = '${second}', step_count = 1, disabled_step_count = 1, definition_hash = 'second',
        revision = 2, updated_at = '2025-01-03' ${starts ? ", name_starts = '{r,ro}'" : ""}
      WHERE id = 'flow_new'`);
    await run(`
      INSERT INTO flow_versions (organization_id, id, flow_id, version_number, version_type, step_count, config,
        definition_hash, created_at)
      VALUES ('org_local', 'flowver_1', 'flow_new', 1, 'published', 1, '{"name":"Rolling","flowSteps":${second}}',
        'second', '2025-01-03')`);
    await run(
      `UPDATE flows SET last_run_at = '2025-01-04', last_run_status = 'completed' WHERE id = '${oldFlow}'`,
    );
    if (version < 3) return;
    const scopes = version >= 5;
    await run(`
      INSERT INTO batches (organization_id, id, user_id, flow_id, flow_name, steps, status, total_records, concurrency,
        created_at ${scopes ? ", scopes" : ""})
      VALUES ('org_local', 'batch_1', 'user_local', 'flow_new', 'Rolling', '${second}', 'scheduled', 1, 1,
        '2025-01-04' ${scopes ? ", '{*}'" : ""})`);
  };

  it.each(older.map(([version]) => version))(
    "accepts writes of a version %i server during a rolling upgrade",
    async (version) => {
      const app = await startTestApp(store());
      const made = await app.create(buildFlow("Old", [buildStep("a")]));
      await run(`
        UPDATE flows SET last_run_at = '2025-01-01', last_run_status = 'completed', last_run_records = 5,
          last_run_failed_records = 2 WHERE id = '${made.id}'`);
      await writeAsVersion(version, made.id);
      const { data } = (await app.call("GET", "/v1/flows?sort=name&search=l")).json;
      expect(data).toMatchObject([
        { name: "Old", totalStepCount: 1, disabledStepCount: 0, lastRunStatus: "completed" },
        { name: "Rolling", stepCount: 1, totalStepCount: 4, disabledStepCount: 2 },
      ]);
      const [old] = (await run("SELECT last_run_records FROM flows WHERE name = 'Old'")).rows;
      expect(old).toEqual({ last_run_records: null });
      const { versions } = (await app.call("GET", "/v1/flow-versions/flow_new")).json;
      expect(versions).toMatchObject([{ stepCount: 1, totalStepCount: 4 }]);
      if (version < 3) return;
      expect((await run("SELECT scopes FROM batches")).rows).toEqual([{ scopes: version < 5 ? [] : ["*"] }]);
    },
  );
});

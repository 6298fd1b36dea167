import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { getTableName, is, sql } from "drizzle-orm";
import { PgTable } from "drizzle-orm/pg-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migrations } from "#server/store/migrate.ts";
import * as schema from "#server/store/tables.ts";
import { openPostgresStore } from "#server/store/postgres-store.ts";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { insertResults, runSql } from "#server/testing/step-result-rows.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";
import { readBackupFile, writeBackupFile } from "./backup-file.ts";
import { BACKUP_TABLES } from "./backup-tables.ts";
import { createBackup } from "./create-backup.ts";
import { restoreBackup } from "./restore-backup.ts";

const BATCH = "batch_01k5r9pj9kf26src3enda8ht0a";
const RESULT_TIMES = ["2026-10-01", "2026-10-02", "2026-10-02", "2999-01-01"].map((day) => Date.parse(day));
const NOW = new Date("2026-11-27T06:00:00.000Z");
let directory: string;
let opened: Store[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "flowline-backup-"));
  opened = [];
});

afterEach(async () => {
  for (const store of opened) await store.close();
  rmSync(directory, { recursive: true });
});

const kinds = [
  { kind: "embedded", open: openTestStore },
  ...(getTestPostgresUrl() === undefined
    ? []
    : [
        {
          kind: "PostgreSQL",
          open: async () => {
            const { url, drop } = await createTestDatabase(getTestPostgresUrl() ?? "");
            const store = await openPostgresStore({ url, onLostConnection: () => undefined });
            return { ...store, close: () => store.close().then(() => drop()) };
          },
        },
      ]),
] as const;

async function openFor(open: () => Promise<Store>): Promise<Store> {
  const store = await open();
  opened.push(store);
  return store;
}

/** Returns all backed-up rows as text, which shows every change of a value. */
async function dump(store: Store): Promise<Record<string, readonly unknown[]>> {
  const tables: Record<string, readonly unknown[]> = {};
  for (const table of [...BACKUP_TABLES, "flow_counts", "record_counts", "flow_tag_counts"]) {
    let { rows } = await store.database.execute(
      sql`SELECT (to_jsonb(t) - 'indexed_hash')::text AS row, t::text AS exact FROM ${sql.identifier(table)} t ORDER BY 1`,
    );
    // Ignores counters at zero: they exist in the original store, but not in a restored one.
    if (table.endsWith("_counts")) rows = rows.filter(({ exact }) => !String(exact).endsWith(",0)"));
    tables[table] = table === "flows" ? rows.map(({ row }) => row) : rows.map(({ exact }) => exact);
  }
  return tables;
}

const STEPS = [
  {
    id: "a",
    type: "prompt",
    name: 'Ask “ä”\u2028\\ "q"',
    config: { text: "1\n2\t{}", userPrompt: "{{x}}" },
    odd: 1.5e300,
  },
  {
    id: "b",
    type: "conditional",
    name: "If",
    when: "x",
    config: { condition: "x", trueSteps: [], falseSteps: [] },
  },
];

async function fill(store: Store) {
  const app = await startTestApp(store);
  const { id } = (await app.call("POST", "/v1/flows", { body: { name: "One", flowSteps: STEPS } })).json as {
    id: string;
  };
  await app.call("POST", `/v1/flows/${id}/publish`, { body: { notes: "Noted" } });
  await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Two" } });
  const tags = { add: ['Sales "{x}"'], remove: [] };
  expect((await app.call("PUT", `/local/flows/${id}/tags`, { body: tags })).status).toBe(200);
  const metadata = { n: 1, "10": null, nested: { a: ["ü"] } };
  for (const name of ["n1", "n2"])
    await app.call("POST", "/v1/records", { body: { type: "lead", name, metadata } });
  await store.database.execute(sql`
    INSERT INTO batches (organization_id, id, user_id, flow_id, flow_name, scopes, steps, status, total_records, processed_records, concurrency, created_at)
    VALUES ('org_local', ${BATCH}, 'user_local', ${id}, 'One', '{"FLOWS:*","RECORDS:READ"}', '[]', 'running', 2, 1, 1, now())`);
  await store.database.execute(sql`
    INSERT INTO batch_records (organization_id, batch_id, position, record_id, status, estimated_cost)
    VALUES ('org_local', ${BATCH}, 0, 'record_1', 'completed', 0.000000123456789012345), ('org_local', ${BATCH}, 1, 'record_2', 'waiting', NULL)`);
  await store.database.execute(sql`
    INSERT INTO flow_run_hours (organization_id, flow_id, hour, runs, durations, estimated_cost, failures)
    VALUES ('org_local', ${id}, '2026-10-01T05:00:00Z', 2, '{0,3}', 0.25, '{"groups":[],"others":2}')`);
  await store.database.execute(sql`UPDATE flows SET recent_outcomes = 'cf'`);
  await store.database.execute(sql`
    INSERT INTO schedules (organization_id, id, name_key, enabled, cron, flow_id, flow_name, user_id, scopes, next_run_at,
      created_at, updated_at)
    VALUES ('org_local', 'schedule_1', 'x', true, '0 9 * * *', ${id}, 'X', 'user_local', '{*}', now(), now(), now())`);
  await store.database.execute(sql`
    INSERT INTO alert_rules (organization_id, id, flow_id, conditions, target, secret)
    VALUES ('org_local', 'alert_1', ${id}, '{fails}', '{"type":"webhook","url":"https://a.example"}', 'whsec_x')`);
  await insertResults(store, RESULT_TIMES);
  return { app, id };
}

const write = (store: Store, path: string) =>
  createBackup(store, NOW, (entries) => writeBackupFile({ path }, entries));

const [embedded, other = embedded] = kinds;
it.each([
  { from: embedded, to: other },
  { from: other, to: embedded },
])("a backup of the $from.kind store restores every value into the $to.kind store", async ({ from, to }) => {
  const store = await openFor(from.open);
  await fill(store);
  const path = join(directory, "all.backup");
  expect(await write(store, path)).toBeGreaterThan(8);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const other = await openFor(to.open);
  const result = await restoreBackup(other, readBackupFile({ path }), { continueBatches: true });
  expect(result).toMatchObject({
    header: { createdAt: NOW.toISOString() },
    isVerified: true,
    unfinishedBatches: 1,
  });
  expect(await dump(other)).toEqual(await dump(store));
  expect(
    await runSql(
      other,
      "SELECT tableoid::regclass::text AS name, count(*)::int AS rows FROM step_results GROUP BY 1 ORDER BY 1",
    ),
  ).toEqual([
    { name: "step_results_20261001", rows: 1 },
    { name: "step_results_20261002", rows: 2 },
    { name: "step_results_default", rows: 1 },
  ]);
  const app = await startTestApp(other);
  const { data } = (await app.call("GET", "/v1/flows")).json as { data: { id: string; name: string }[] };
  expect(data.map(({ name }) => name)).toEqual(["Two"]);
  expect((await app.call("PUT", `/v1/flows/${data[0]?.id}`, { body: { name: "Three" } })).status).toBe(200);
});

it("every table of the store is in a backup, can be built again, or is about alerts that were sent", () => {
  const names = Object.values(schema)
    .filter((table) => is(table, PgTable))
    .map((table) => getTableName(table));
  const rebuilt = ["flow_counts", "flow_tag_counts", "record_counts", "sessions"];
  const index = ["step_index", "step_postings", "step_terms"];
  const sent = ["alert_states", "alert_deliveries"];
  expect(names.toSorted()).toEqual([...BACKUP_TABLES, ...rebuilt, ...index, ...sent].toSorted());
});

it("the restore cancels unfinished batches and pauses alerts unless servers are to continue them", async () => {
  const store = await openFor(openTestStore);
  await fill(store);
  const path = join(directory, "all.backup");
  await write(store, path);
  const other = await openFor(openTestStore);
  await restoreBackup(other, readBackupFile({ path }), { continueBatches: false });
  const batches = await other.database.execute(
    sql`SELECT status, processed_records AS processed, cancelled_records AS cancelled FROM batches`,
  );
  expect(batches.rows).toEqual([{ status: "cancelled", processed: 1, cancelled: 1 }]);
  const flows = await other.database.execute(
    sql`SELECT last_run_status AS status, last_run_records AS records, recent_outcomes AS outcomes FROM flows
      WHERE last_run_status IS NOT NULL`,
  );
  expect(flows.rows).toEqual([{ status: "cancelled", records: 2, outcomes: "cfx" }]);
  const { rows } = await other.database.execute(sql`SELECT status FROM batch_records ORDER BY position`);
  expect(rows).toEqual([{ status: "completed" }, { status: "cancelled" }]);
  const alerts = await other.database.execute(sql`SELECT is_enabled AS "isEnabled" FROM alert_rules`);
  expect(alerts.rows).toEqual([{ isEnabled: false }]);
  const schedules = await other.database.execute(sql`SELECT enabled, next_run_at AS next FROM schedules`);
  expect(schedules.rows).toEqual([{ enabled: false, next: null }]);
});

it("the restore refuses a store that is not empty, and leaves the store unchanged", async () => {
  const store = await openFor(openTestStore);
  await fill(store);
  const path = join(directory, "all.backup");
  await write(store, path);
  const before = await dump(store);
  await expect(restoreBackup(store, readBackupFile({ path }), { continueBatches: true })).rejects.toThrow(
    "The store is not empty: it has flows.",
  );
  expect(await dump(store)).toEqual(before);
});

describe("the restore refuses a file that", () => {
  let place: string;
  let text: string;
  /** The text without its checksum, as an older version wrote it. */
  let unsealed: string;
  let empty: Store;

  beforeAll(async () => {
    place = mkdtempSync(join(tmpdir(), "flowline-backup-"));
    const store = await openTestStore();
    await fill(store);
    const path = join(place, "all.backup");
    await write(store, path);
    await store.close();
    text = gunzipSync(readFileSync(path)).toString();
    unsealed = text.replace(/,"sha256":"[0-9a-f]{64}"\}\n$/, "}\n");
    empty = await openTestStore();
  });

  afterAll(async () => {
    await empty.close();
    rmSync(place, { recursive: true });
  });

  const newest = migrations.at(-1)?.version ?? 0;
  it.each<[string, (text: string, unsealed: string) => Buffer, RegExp]>([
    ["is empty", () => Buffer.alloc(0), /is not a backup of Flowline/],
    ["is not compressed", () => Buffer.from("hello"), /is not a backup of Flowline/],
    ["is compressed text of something else", () => gzipSync("{}\n"), /is not a backup of Flowline/],
    ["is cut off", (all) => gzipSync(all).subarray(0, -40), /ends too early|is damaged/],
    [
      "ends before its last line",
      (all) => gzipSync(all.slice(0, all.lastIndexOf('{"rows"'))),
      /ends too early/,
    ],
    [
      "lacks a row",
      (all) => gzipSync(all.replace(/\n\["org_local", "record_[^\n]*/, "")),
      /do not match its checksum/,
    ],
    [
      "lacks a row and has no checksum",
      (_, old) => gzipSync(old.replace(/\n\["org_local", "record_[^\n]*/, "")),
      /rows are missing in records, which has 1 instead of 2/,
    ],
    ["has another value", (all) => gzipSync(all.replace('"n1"', '"n9"')), /do not match its checksum/],
    [
      "has no numbers of rows",
      (_, old) => gzipSync(old.replace(/\{"rows":\{.*/, '{"rows":{}}')),
      /no number of rows for flows/,
    ],
    [
      "lacks the number of rows of one table",
      (_, old) => gzipSync(old.replace(/"records":\d+,/, "")),
      /no number of rows for records/,
    ],
    [
      "has a row with too few values",
      (_, old) => gzipSync(old.replace(/\n\["org_local", "record_[^\n]*/, '\n["org_local", "record_1"]')),
      /is damaged/,
    ],
    ["has a row before its table", (_, old) => gzipSync(old.replace("\n", '\n["x"]\n')), /is damaged/],
    ["has a changed byte", (all) => damage(gzipSync(all)), /is damaged/],
    ["has a line that is not JSON", (all) => gzipSync(all.replace("\n[", "\n[[")), /is damaged/],
    [
      "has a value of another type",
      (all) => gzipSync(all.replace(`"${BATCH}", "user_local"`, `"${BATCH}", null`)),
      /^The backup is damaged: a row of batches can’t be stored \(null value in column "user_id"/,
    ],
    ["goes on after its end", (all) => gzipSync(`${all}["x"]\n`), /is damaged/],
    [
      "is of a newer schema",
      (all) => gzipSync(all.replace(`"schema":${newest}`, `"schema":${newest + 1}`)),
      /newer version/,
    ],
    ["is of a newer format", (all) => gzipSync(all.replace('"version":1', '"version":2')), /newer version/],
    [
      "names an unknown table",
      (all) => gzipSync(all.replace('"table":"flows"', '"table":"pg_authid"')),
      /does not know \(pg_authid\)/,
    ],
    [
      "names an unknown column",
      (all) => gzipSync(all.replace('"sample_metadata"', '"password"')),
      /does not know \(flows\)/,
    ],
  ])("%s", async (_, change, message) => {
    const path = join(directory, "bad.backup");
    writeFileSync(path, change(text, unsealed));
    const before = await dump(empty);
    await expect(restoreBackup(empty, readBackupFile({ path }), { continueBatches: true })).rejects.toThrow(
      message,
    );
    expect(await dump(empty)).toEqual(before);
  });
});

function damage(packed: Buffer): Buffer {
  const place = Math.floor(packed.length / 2);
  packed[place] = (packed[place] ?? 0) ^ 0xff;
  return packed;
}

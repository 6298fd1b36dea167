import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, inject } from "vitest";
import { openTestStore } from "./open-test-store.ts";
import { openPostgresStore } from "#server/store/postgres-store.ts";
import type { ChangeEvent } from "#server/store/change-listeners.ts";
import type { Store } from "#server/store/store.ts";
import { createTestDatabase } from "./postgres-server.ts";

/**
 * Tables in the order in which they are emptied: deletions in the first tables fire triggers that update counters in
 * the later tables.
 */
const TABLES = [
  "alert_rules",
  "flows",
  "flow_tags",
  "records",
  "batches",
  "batch_steps",
  "step_results",
  "schedules",
  "schedule_runs",
  "schedule_days",
  "sessions",
  "idempotency_keys",
  "step_terms",
  "flow_counts",
  "flow_tag_counts",
  "record_counts",
  "rate_limits",
] as const;

export function describeSuiteForEachStore(name: string, suite: (store: () => Store) => void): void {
  describe(`${name} (embedded)`, () => runOn(openTestStore, suite));
  describeSuiteForPostgres(name, suite);
}

/**
 * Describes a suite for behavior that does not depend on the store: `npm test` uses PostgreSQL, the faster
 * store, if it is installed, and `npm run test:full` uses both stores.
 */
export function describeSuiteForEitherStore(name: string, suite: (store: () => Store) => void): void {
  const tags = getTestPostgresUrl() === undefined ? [] : ["full"];
  describe(`${name} (embedded)`, { tags }, () => runOn(openTestStore, suite));
  describeSuiteForPostgres(name, suite);
}

function describeSuiteForPostgres(name: string, suite: (store: () => Store) => void): void {
  const url = getTestPostgresUrl();
  describe.skipIf(url === undefined)(`${name} (PostgreSQL)`, () =>
    runOn(() => openDatabase(url ?? ""), suite),
  );
}

/** Describes a suite for several servers with one PostgreSQL database, if PostgreSQL is installed. */
export function describeSuiteForServers(
  name: string,
  count: number,
  suite: (stores: () => readonly Store[]) => void,
): void {
  const url = getTestPostgresUrl();
  describe.skipIf(url === undefined)(name, () => {
    let database: Awaited<ReturnType<typeof createTestDatabase>>;
    const stores: Store[] = [];
    beforeAll(async () => {
      database = await createTestDatabase(url ?? "");
      while (stores.length < count)
        stores.push(await openPostgresStore({ url: database.url, onLostConnection: () => undefined }));
    });
    afterAll(async () => {
      for (const store of stores) await store.close();
      await database.drop();
    });
    suite(() => stores);
  });
}

export function getTestPostgresUrl(): string | undefined {
  return inject("postgresUrl");
}

function runOn(open: () => Promise<Store>, suite: (store: () => Store) => void): void {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  beforeEach(() => emptyStore(store));
  afterAll(async () => {
    await store.close();
  });
  suite(() => store);
}

const EMPTIED = "test.emptied";

/**
 * Empties the store and waits until all events of earlier tests have arrived, so that the next test does not receive them.
 */
async function emptyStore(store: Store): Promise<void> {
  let note = () => {};
  const arrived = new Promise<void>((resolve) => (note = resolve));
  const onChange = ({ event }: ChangeEvent) => event === EMPTIED && note();
  const stop = await store.listen({ onChange, onGap: () => {} });
  await store.write(async (tx, publish) => {
    // Uses DELETE instead of TRUNCATE, which creates a new file per table and index and thus takes longer than most
    // tests.
    for (const table of TABLES) await tx.execute(sql`DELETE FROM ${sql.identifier(table)}`);
    publish({ organizationId: "org_none", event: EMPTIED, data: "{}" });
  });
  await arrived;
  stop();
}

async function openDatabase(serverUrl: string): Promise<Store> {
  const { url, drop } = await createTestDatabase(serverUrl);
  const store = await openPostgresStore({ url, onLostConnection: () => undefined });
  return { ...store, close: () => store.close().then(() => drop()) };
}

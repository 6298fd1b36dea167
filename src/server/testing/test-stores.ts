import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, inject } from "vitest";
import { openTestStore } from "./open-test-store.ts";
import { openPostgresStore } from "#server/store/postgres-store.ts";
import type { Store } from "#server/store/store.ts";
import { createDatabase } from "./postgres-server.ts";

/** Runs one suite over both stores; each test begins with an empty one. */
export function describeStores(name: string, suite: (store: () => Store) => void): void {
  describe(`${name} (embedded)`, () => runOn(openTestStore, suite));
  const url = findPostgres();
  describe.skipIf(url === undefined)(`${name} (PostgreSQL)`, () =>
    runOn(() => openDatabase(url ?? ""), suite),
  );
}

/** The PostgreSQL to test with; undefined where there is none, and then its half is left out. */
export function findPostgres(): string | undefined {
  return inject("postgresUrl");
}

function runOn(open: () => Promise<Store>, suite: (store: () => Store) => void): void {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  beforeEach(async () => {
    await store.database.execute(
      sql`TRUNCATE flows, flow_counts, records, record_counts, batches, sessions, idempotency_keys CASCADE`,
    );
  });
  afterAll(async () => {
    await store.close();
  });
  suite(() => store);
}

/** A database of its own on the given server, gone when the store is closed. */
async function openDatabase(serverUrl: string): Promise<Store> {
  const { url, drop } = await createDatabase(serverUrl);
  const store = await openPostgresStore(url, () => undefined);
  return { ...store, close: () => store.close().then(() => drop()) };
}

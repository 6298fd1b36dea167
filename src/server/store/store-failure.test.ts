import { DrizzleQueryError, sql } from "drizzle-orm";
import { Client, DatabaseError } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";
import { type PostgresStoreOptions, openPostgresStore } from "./postgres-store.ts";
import type { Store } from "./store.ts";
import { StoreFailure, getStoreFailureKind } from "./store-failure.ts";

const coded = (code: string) => Object.assign(new Error(`failed with ${code}`), { code });
const query = (cause: Error) => new DrizzleQueryError("SELECT 1", [], cause);

it.each<["full" | "away" | "busy", string, Error]>([
  ["full", "a query that failed with 53100", query(coded("53100"))],
  ["full", "a failure with 53100 outside a query", coded("53100")],
  ["full", "a store failure", new StoreFailure("full", "No space.")],
  ["full", "a query with a store failure", query(new StoreFailure("full", "No space."))],
  ["away", "a query to a closed store", query(new StoreFailure("away", "The store is closed."))],
  ["away", "a query that failed with 57P01", query(coded("57P01"))],
  ["away", "a query that failed with 08006", query(coded("08006"))],
  ["away", "a query that failed with ECONNREFUSED", query(coded("ECONNREFUSED"))],
  ...[
    "Connection terminated unexpectedly",
    "Client has encountered a connection error and is not queryable",
    "Query read timeout",
  ].map((message): ["away", string, Error] => [
    "away",
    `the message “${message}”`,
    query(new Error(message)),
  ]),
  ["busy", "a query that failed with 55P03", query(coded("55P03"))],
  ["busy", "a query that failed with 57014", query(coded("57014"))],
  ["busy", "no free connection", query(new Error("timeout exceeded when trying to connect"))],
])("getStoreFailureKind returns %s for %s", (kind, _, error) => {
  expect(getStoreFailureKind(error)).toBe(kind);
});

it.each([
  ["a constraint", query(coded("23505"))],
  ["a value that does not fit", query(coded("22001"))],
  ["a connection to another server", coded("ECONNREFUSED")],
  ["an error of the program", new TypeError("x is not a function")],
  ["no error at all", undefined],
])("getStoreFailureKind returns undefined for %s", (_, error) => {
  expect(getStoreFailureKind(error)).toBeUndefined();
});

/** Options whose time limits end no statement during a test. */
const UNLIMITED = {
  onLostConnection: () => undefined,
  lockMs: 600_000,
  statementMs: 600_000,
  readLimits: { list: 600_000, scan: 600_000 },
};

const postgres = getTestPostgresUrl();
describe.skipIf(postgres === undefined)("a slow PostgreSQL", () => {
  let url: string;
  let drop: () => Promise<void>;
  let store: Store;
  beforeAll(async () => {
    ({ url, drop } = await createTestDatabase(postgres ?? ""));
  });
  afterEach(() => store.close());
  afterAll(() => drop());
  const open = async (options: Partial<PostgresStoreOptions> = {}) => {
    store = await openPostgresStore({ ...UNLIMITED, url, ...options });
  };
  /** Opens a connection beside the store that holds locks until it ends. */
  const hold = async (statements: string) => {
    const holder = new Client({ connectionString: url });
    await holder.connect();
    await holder.query(`BEGIN; ${statements}`);
    return holder;
  };

  it("makes the server respond with 503 when a lock is not released in time, but not afterwards", async () => {
    await open({ lockMs: 100 });
    const app = await startTestApp(store);
    const { id } = await app.create(buildFlow("Locked", [buildStep("a")]));
    const holder = await hold("SELECT 1 FROM flows FOR UPDATE");
    const refused = await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Never" } });
    expect(refused.status).toBe(503);
    expect(refused.json.details).toMatchObject([{ code: "STORE_BUSY" }]);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect((await app.call("GET", `/v1/flows/${id}`)).json.name).toBe("Locked");
    await holder.query("ROLLBACK");
    await holder.end();
    expect((await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Later" } })).status).toBe(200);
  });

  it("makes the store cancel a statement that takes too long, and report the failure as busy", async () => {
    await open({ statementMs: 50 });
    const failure = await store.database
      .execute(sql`SELECT pg_sleep(10)`)
      .then(() => undefined)
      .catch((error: unknown) => error);
    expect((failure as Error).cause).toBeInstanceOf(DatabaseError);
    expect(getStoreFailureKind(failure)).toBe("busy");
  });

  it.each(["list", "scan"] as const)("the store limits the time of a read of the kind %s", async (kind) => {
    const readLimits = { ...UNLIMITED.readLimits, [kind]: 50 };
    await open({ poolSize: 1, readLimits });
    const sleep = (kind: "list" | "scan", seconds: number) =>
      store.limitReads(kind).execute(sql`SELECT pg_sleep(${seconds}) AS slept`);
    const failure = await sleep(kind, 60).catch((error: unknown) => error);
    expect(getStoreFailureKind(failure)).toBe("busy");
    const other = kind === "list" ? "scan" : "list";
    expect((await sleep(other, 0.1)).rows).toHaveLength(1);
    expect((await store.database.execute(sql`SHOW statement_timeout`)).rows).toEqual([
      { statement_timeout: "10min" },
    ]);
  });

  it.each<[string, string, object | undefined]>([
    ["a list", "/v1/records?type=t", undefined],
    ["a filter", "/v1/records/preview-filter", { type: "t", where: { field: "a", op: "isSet" } }],
    ["the values of a field", "/v1/records/field-values?type=t&field=a", undefined],
    ["an export", "/v1/records/export?type=t", undefined],
  ])("the server answers 503 when %s of records takes too long", async (_, path, body) => {
    await open({ readLimits: { list: 100, scan: 100 } });
    const app = await startTestApp(store);
    const holder = await hold("LOCK TABLE records IN ACCESS EXCLUSIVE MODE");
    const refused = await app.call(body ? "POST" : "GET", path, { body });
    expect([refused.status, refused.json.details?.[0]?.code]).toEqual([503, "STORE_BUSY"]);
    await holder.end();
  });

  it("the store cancels a read whose client disconnects, and uses the connection again", async () => {
    await open({ poolSize: 1 });
    const observer = new Client({ connectionString: url });
    await observer.connect();
    const countSleeping = async () => {
      const { rows } = await observer.query(
        "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()",
      );
      return rows.length;
    };
    const controller = new AbortController();
    const outcome = store
      .limitReads("list", controller.signal)
      .execute(sql`SELECT pg_sleep(60)`)
      .then(
        () => "slept",
        (error: Error) => (error.cause as Error).name,
      );
    await expect.poll(countSleeping).toBe(1);
    controller.abort();
    expect(await outcome).toBe("AbortError");
    expect(await countSleeping()).toBe(0);
    const late = store.limitReads("list", controller.signal).execute(sql`SELECT 1`);
    await expect(late).rejects.toMatchObject({ cause: { name: "AbortError" } });
    expect((await store.database.execute(sql`SELECT 1 AS one`)).rows).toEqual([{ one: 1 }]);
    expect(store.getPoolUsage?.()).toEqual({ idle: 1, busy: 0, waiting: 0 });
    await observer.end();
  });

  it("the server cancels the read of a request that its client aborts", async () => {
    await open();
    const app = await startTestApp(store);
    const holder = await hold("LOCK TABLE records IN ACCESS EXCLUSIVE MODE");
    const controller = new AbortController();
    const answer = app.call("GET", "/v1/records?type=t", { signal: controller.signal });
    const countWaiting = async () => {
      const waiting = sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await store.database.execute(waiting)).rows.length;
    };
    await expect.poll(countWaiting).toBe(1);
    controller.abort();
    expect((await answer).status).toBe(499);
    expect(await countWaiting()).toBe(0);
    await holder.end();
  });

  it("the store drops connections that broke inside a transaction", async () => {
    await open();
    for (let round = 0; round < 15; round += 1) {
      const outcome = store.write(async (tx) => {
        await tx.execute(sql`SELECT pg_terminate_backend(pg_backend_pid())`);
      });
      expect(getStoreFailureKind(await outcome.catch((error: unknown) => error))).toBe("away");
    }
    expect((await store.write((tx) => tx.execute(sql`SELECT 1 AS one`))).rows).toEqual([{ one: 1 }]);
  });
});

import { type Server, type Socket, connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { isPgBouncerInstalled, startPgBouncer } from "#server/testing/pgbouncer.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import {
  createTestFlow,
  openRunServiceInstance,
  startTestBatch,
  waitForBatchEnd,
} from "#server/testing/run-instance.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";
import { describeConnectionShortage } from "./describe-connection-shortage.ts";
import type { DatabaseReader } from "./database.ts";
import { type PostgresStoreOptions, openPostgresStore } from "./postgres-store.ts";

const postgres = getTestPostgresUrl();
const flow = buildFlow("Digest", [buildStep("a")]);

describe("too few connections for all servers", () => {
  const readerOf = (row: Readonly<Record<string, number>>) =>
    ({ execute: async () => ({ rows: [row] }) }) as unknown as DatabaseReader;

  it("are reported with a size that fits", async () => {
    const reader = readerOf({ accepted: 97, others: 7, servers: 3 });
    expect(await describeConnectionShortage(reader, 29)).toBeUndefined();
    expect(await describeConnectionShortage(reader, 30)).toBe(
      "PostgreSQL accepts 97 connections; other programs use 7, and 3 Flowline servers may open 93, as FLOWLINE_DATABASE_POOL is 30. While none is free, requests get 503: lower FLOWLINE_DATABASE_POOL to 29, raise max_connections, or use a pooler.",
    );
  });

  it("are reported without a size if none fits", async () => {
    const reader = readerOf({ accepted: 20, others: 18, servers: 1 });
    expect(await describeConnectionShortage(reader, 10)).toBe(
      "PostgreSQL accepts 20 connections; other programs use 18, and this server may open 11, as FLOWLINE_DATABASE_POOL is 10. While none is free, requests get 503: raise max_connections, or use a pooler.",
    );
  });
});

describe.skipIf(postgres === undefined)("a server on PostgreSQL", () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  const troubles: Error[] = [];
  const warnings: string[] = [];
  const open = (options: Partial<PostgresStoreOptions> = {}) =>
    openPostgresStore({
      url: database.url,
      onLostConnection: (error) => troubles.push(error),
      onWarning: (text) => warnings.push(text),
      ...options,
    });
  beforeAll(async () => {
    database = await createTestDatabase(postgres ?? "");
  });
  afterAll(() => database.drop());

  it("warns at its start if PostgreSQL has fewer connections than the pool", async () => {
    const store = await open({ poolSize: 500 });
    expect(warnings).toEqual([expect.stringMatching(/^PostgreSQL accepts \d+ connections; .*POOL is 500/)]);
    await store.close();
  });

  it("responds with 503 to a request that gets no connection in time, and serves later requests", async () => {
    const store = await open({ poolSize: 2, connectMs: 500 });
    const app = await startTestApp(store);
    const { id } = await app.create(flow);
    const ends: (() => void)[] = [];
    const occupy = () =>
      store.write(async (tx) => {
        await tx.execute(sql`SELECT 1`);
        await new Promise<void>((resolve) => void ends.push(resolve));
      });
    const held = [occupy(), occupy()];
    await expect.poll(() => store.getPoolUsage?.(), { timeout: 10_000 }).toMatchObject({ busy: 2 });
    await expect.poll(() => ends.length, { timeout: 10_000 }).toBe(2);
    const refused = await app.call("GET", `/v1/flows/${id}`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(refused.json.details).toMatchObject([{ code: "STORE_BUSY" }]);
    expect((await app.call("GET", "/healthz")).status).toBe(200);
    const waiting = Array.from({ length: 20 }, () => app.call("GET", `/v1/flows/${id}`));
    for (const end of ends) end();
    await Promise.all(held);
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]));
    await store.close();
  });

  it(
    "uses its own connection for LISTEN, whose loss fails no request and leads to a resync",
    { timeout: 60_000 },
    async () => {
      const direct = await startProxy(new URL(database.url));
      const store = await open({ listenUrl: direct.url });
      const app = await startTestApp(store);
      const reader = await app.listen();
      const hear = async (name: string) => {
        let heard = await reader.next();
        while (heard && heard.event !== name) heard = await reader.next();
        return heard;
      };
      const { id } = await app.create(flow);
      expect(await hear("flow.changed")).toMatchObject({ data: { id } });
      const before = troubles.length;
      direct.cut();
      await expect.poll(() => troubles.length, { timeout: 10_000 }).toBeGreaterThan(before);
      expect((await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Unheard" } })).status).toBe(200);
      direct.join();
      expect(await hear("resync")).toBeDefined();
      await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Heard" } });
      expect(await hear("flow.changed")).toMatchObject({ data: { id } });
      await reader.close();
      await store.close();
      await direct.close();
    },
  );

  describe.skipIf(!isPgBouncerInstalled())("through PgBouncer in transaction mode", () => {
    let pooler: Awaited<ReturnType<typeof startPgBouncer>>;
    beforeAll(async () => {
      pooler = await startPgBouncer(database.url);
    });
    afterAll(() => pooler.stop());
    const openPooled = (options: Partial<PostgresStoreOptions> = {}) =>
      open({ url: pooler.url, listenUrl: database.url, poolSize: 20, lockMs: 300, ...options });

    it(
      "serves requests, events and batches, and leaves no setting in a session",
      { timeout: 60_000 },
      async () => {
        const stores = [await openPooled(), await openPooled()] as const;
        const [app, other] = [await startTestApp(stores[0]), await startTestApp(stores[1])];
        const reader = await other.listen();
        await reader.next();
        const made = await Promise.all(Array.from({ length: 20 }, () => app.create(flow)));
        const heard = await reader.take(20);
        expect(new Set(heard.map((event) => event?.data.id))).toEqual(new Set(made.map(({ id }) => id)));
        const reads = made.flatMap(({ id }) =>
          [app, other].map((server) => server.call("GET", `/v1/flows/${id}`)),
        );
        expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]));

        const instance = await openRunServiceInstance(stores[0]);
        const records = await insertTestRecords(stores[0], "customer", 60);
        const flowId = await createTestFlow(stores[0], [createSetVariableStep("a", 1)]);
        const batchId = await startTestBatch(instance, flowId, records);
        expect(await waitForBatchEnd(instance, batchId)).toMatchObject({
          status: "completed",
          processedRecords: 60,
          failedRecords: 0,
        });
        await instance.service.close();

        const holder = new Client({ connectionString: database.url });
        await holder.connect();
        await holder.query("BEGIN; SELECT 1 FROM flows FOR UPDATE");
        const refused = await app.call("PUT", `/v1/flows/${made[0].id}`, { body: { name: "Never" } });
        expect(refused.json.details).toMatchObject([{ code: "STORE_BUSY" }]);
        await holder.query("ROLLBACK");
        const { rows } = await holder.query(
          `SELECT count(*)::integer AS sessions FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'flowline'`,
        );
        expect(rows).toEqual([{ sessions: expect.toSatisfy((count: number) => count <= 2) }]);
        await holder.end();
        const settings = await Promise.all(
          Array.from({ length: 10 }, () => stores[0].database.execute(sql`SHOW lock_timeout`)),
        );
        expect(new Set(settings.map(({ rows: [row] }) => row?.["lock_timeout"]))).toEqual(new Set(["0"]));
        await reader.close();
        for (const store of stores) await store.close();
      },
    );

    it("limits the time of a read, and cancels the read when its client disconnects", async () => {
      const store = await openPooled({ readLimits: { list: 600_000, scan: 50 } });
      const sleep = (kind: "list" | "scan", signal?: AbortSignal) =>
        store.limitReads(kind, signal).execute(sql`SELECT pg_sleep(60)`);
      await expect(sleep("scan")).rejects.toMatchObject({ cause: { code: "57014" } });
      const controller = new AbortController();
      const cancelled = sleep("list", controller.signal).catch((error: unknown) => error);
      const observer = new Client({ connectionString: database.url });
      await observer.connect();
      const countSleeping = async () =>
        (
          await observer.query(
            "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'",
          )
        ).rows.length;
      await expect.poll(countSleeping).toBe(1);
      controller.abort();
      expect(await cancelled).toMatchObject({ cause: { name: "AbortError" } });
      expect(await countSleeping()).toBe(0);
      await observer.end();
      await store.close();
    });

    it("warns at its start if notifications do not arrive", { timeout: 60_000, tags: ["full"] }, async () => {
      warnings.splice(0);
      const store = await openPooled({ listenUrl: undefined });
      await expect
        .poll(() => warnings, { timeout: 40_000 })
        .toEqual([
          expect.stringMatching(
            /notifications do not arrive.* set FLOWLINE_DATABASE_LISTEN_URL to the database/,
          ),
        ]);
      await store.close();
    });
  });
});

/** Starts a proxy to PostgreSQL. `cut` breaks and refuses its connections, until `join` accepts new ones. */
async function startProxy({ hostname, port, username, pathname }: URL) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((client) => {
    if (isCut) return client.destroy();
    const upstream = connect(Number(port), hostname);
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const own = (server.address() as AddressInfo).port;
  return {
    url: `postgres://${username}@127.0.0.1:${own}${pathname}`,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    join: () => {
      isCut = false;
    },
    close: () => new Promise((resolve) => void server.close(resolve)),
  };
}

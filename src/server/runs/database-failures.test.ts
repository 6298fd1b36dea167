import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createTestDatabase,
  isPostgresInstalled,
  startStoppablePostgresServer,
} from "#server/testing/postgres-server.ts";
import { ServerFleet, type StartedBatch } from "#server/testing/server-fleet.ts";
import { buildTestServer } from "#server/testing/server-process.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

const postgres = getTestPostgresUrl();
const BATCHES = 4;

let main: string;
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => rmSync(dirname(main), { recursive: true, force: true }));

function startBatches(fleet: ServerFleet): Promise<readonly StartedBatch[]> {
  return Promise.all(
    Array.from({ length: BATCHES }, (_, index) =>
      fleet.startBatch({ label: `batch-${index}`, records: 25, concurrency: 4, pauseMs: 100 }),
    ),
  );
}

/** Waits until the runs have sent `count` more effects. */
async function waitForEffects(fleet: ServerFleet, count: number): Promise<void> {
  const goal = fleet.receiver.effects.length + count;
  while (fleet.receiver.effects.length < goal) await wait(20);
}

async function expectEnd(fleet: ServerFleet, batches: readonly StartedBatch[]): Promise<void> {
  expect(await fleet.waitForEnd(batches)).toEqual([]);
  for (const batch of batches)
    expect(await fleet.readBatch(batch)).toMatchObject({ status: "completed", failedRecords: 0 });
  expect(await fleet.audit(batches)).toEqual([]);
  expect(fleet.countEffects(batches)).toMatchObject({ missing: 0 });
}

describe.skipIf(postgres === undefined || !isPostgresInstalled())(
  "a server whose database fails while batches run",
  { tags: ["full"] },
  () => {
    it("finishes each record when PostgreSQL is shut down twice", { timeout: 400_000 }, async () => {
      const cluster = await startStoppablePostgresServer();
      if (!cluster) throw new Error("no PostgreSQL is installed");
      const fleet = await ServerFleet.open({ main, store: { databaseUrl: cluster.url }, servers: 2 });
      try {
        const batches = await startBatches(fleet);
        for (const mode of ["immediate", "fast"] as const) {
          await waitForEffects(fleet, 20);
          await cluster.halt(mode);
          await cluster.begin();
        }
        await expectEnd(fleet, batches);
      } finally {
        await fleet.close();
        await cluster.stop();
      }
    });

    it("finishes each record when PostgreSQL has too few connections", { timeout: 400_000 }, async () => {
      // Allows enough connections for the start of two servers, but not for all that busy servers use.
      const cluster = await startStoppablePostgresServer(23);
      if (!cluster) throw new Error("no PostgreSQL is installed");
      const fleet = await ServerFleet.open({ main, store: { databaseUrl: cluster.url }, servers: 2 });
      const clients: Client[] = [];
      try {
        const batches = await startBatches(fleet);
        await waitForEffects(fleet, 5);
        const refusals = await takeAllConnections(cluster.url, clients);
        expect(refusals).toBeGreaterThan(0);
        await wait(3_000);
        await Promise.all(clients.map((client) => client.end()));
        await expectEnd(fleet, batches);
      } finally {
        await fleet.close();
        await cluster.stop();
      }
    });

    it("finishes each record with a pool of only two connections", { timeout: 400_000 }, async () => {
      await onDatabase({ FLOWLINE_DATABASE_POOL: "2" }, async (fleet) => {
        const batches = await startBatches(fleet);
        const lists = Array.from({ length: 200 }, () => fleet.call("GET", "/v1/flows?limit=50"));
        await Promise.all(lists);
        await expectEnd(fleet, batches);
      });
    });

    it(
      "finishes and cancels batches when listeners lose their connections",
      { timeout: 400_000 },
      async () => {
        await onDatabase({}, async (fleet, url) => {
          const batches = await startBatches(fleet);
          const endless = await fleet.startBatch({
            label: "endless",
            records: 500,
            concurrency: 4,
            pauseMs: 100,
          });
          for (let round = 0; round < 3; round += 1) {
            await waitForEffects(fleet, 15);
            await expect.poll(() => terminateListeners(url), { timeout: 30_000 }).toBeGreaterThan(0);
          }
          await fleet.call("POST", `/v1/batch/cancel/${endless.id}`);
          await expectEnd(fleet, batches);
          await expect
            .poll(() => fleet.audit([{ ...endless, status: "cancelled" }]), { timeout: 60_000 })
            .toEqual([]);
        });
      },
    );
  },
);

async function onDatabase(
  env: Readonly<Record<string, string>>,
  work: (fleet: ServerFleet, url: string) => Promise<void>,
): Promise<void> {
  const { url, drop } = await createTestDatabase(postgres ?? "");
  const fleet = await ServerFleet.open({ main, store: { databaseUrl: url }, servers: 2, env: () => env });
  try {
    await work(fleet, url);
  } finally {
    await fleet.close();
    await drop();
  }
}

/**
 * Takes all free connections for a second, also those that servers close meanwhile. Counts the refused
 * connections.
 */
async function takeAllConnections(url: string, clients: Client[]): Promise<number> {
  let refusals = 0;
  const end = Date.now() + 1_000;
  while (Date.now() < end) {
    const client = new Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      clients.push(client);
    } catch {
      refusals += 1;
      await wait(20);
    }
  }
  return refusals;
}

/**
 * Terminates the connections that listen: their last query was LISTEN or, some time later, the probe `SELECT
 * 1`.
 */
async function terminateListeners(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND (query ILIKE '%LISTEN %' OR query = 'SELECT 1')`,
  );
  await client.end();
  return rowCount ?? 0;
}

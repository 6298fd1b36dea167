import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import type { Effect } from "#server/testing/batch-effects.ts";
import { findFaketimeLibrary } from "#server/testing/find-programs.mjs";
import { reportSkippedTests } from "#server/testing/optional-tool.ts";
import {
  createTestDatabase,
  isPostgresInstalled,
  startStoppablePostgresServer,
} from "#server/testing/postgres-server.ts";
import { type FleetOptions, ServerFleet, type StartedBatch } from "#server/testing/server-fleet.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

const postgres = getTestPostgresUrl();

let main: string;
let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "flowline-workers-"));
  main = await buildTestServer();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Work = (fleet: ServerFleet, url: string) => Promise<void>;

async function onPostgres(work: Work, env: FleetOptions["env"] = () => ({})): Promise<void> {
  const { url, drop } = await createTestDatabase(postgres ?? "");
  const fleet = await ServerFleet.open({ main, store: { databaseUrl: url }, servers: 3, env });
  try {
    await work(fleet, url);
  } finally {
    await fleet.close();
    await drop();
  }
}

function startBatches(fleet: ServerFleet): Promise<readonly StartedBatch[]> {
  return Promise.all(
    Array.from({ length: 4 }, (_, index) =>
      fleet.startBatch({ label: `batch-${index}`, records: 25, concurrency: 4, pauseMs: 100 }),
    ),
  );
}

/** Resolves with the next effect of a batch that matches. */
function nextEffect(
  fleet: ServerFleet,
  { label }: Pick<StartedBatch, "label">,
  matches: Partial<Effect>,
): Promise<Effect> {
  return new Promise((resolve) => {
    const stop = fleet.receiver.onEffect((effect) => {
      const isMatch = Object.entries(matches).every(
        ([name, value]) => effect[name as keyof Effect] === value,
      );
      if (effect.batch !== label || !isMatch) return;
      stop();
      resolve(effect);
    });
  });
}

/** Waits until the runs have sent `count` more effects. */
async function waitForEffects(fleet: ServerFleet, count: number): Promise<void> {
  const goal = fleet.receiver.effects.length + count;
  while (fleet.receiver.effects.length < goal) await wait(20);
}

/** Expects that all batches complete, with all effects and results. */
async function expectEnd(fleet: ServerFleet, batches: readonly StartedBatch[]): Promise<void> {
  expect(await fleet.waitForEnd(batches)).toEqual([]);
  for (const batch of batches)
    expect(await fleet.readBatch(batch)).toMatchObject({ status: "completed", failedRecords: 0 });
  expect(await fleet.audit(batches)).toEqual([]);
  expect(fleet.countEffects(batches)).toMatchObject({ missing: 0 });
}

/** Waits until no record of a cancelled batch runs, and its rows are in order. */
const expectCancel = (fleet: ServerFleet, batch: StartedBatch) =>
  expect.poll(() => fleet.audit([{ ...batch, status: "cancelled" }]), { timeout: 90_000 }).toEqual([]);

describe.skipIf(postgres === undefined)("servers that fail while batches run", { tags: ["full"] }, () => {
  it("cancel a batch although they are killed", { timeout: 400_000 }, () =>
    onPostgres(async (fleet) => {
      const plan = { label: "cancelled", records: 40, concurrency: 6, pauseMs: 100 };
      const reached = nextEffect(fleet, plan, { step: 2 });
      const [batch, beside] = await Promise.all([
        fleet.startBatch(plan),
        fleet.startBatch({ label: "beside", records: 10, concurrency: 2, pauseMs: 100 }),
      ]);
      const { worker } = await reached;
      const caller = fleet.names.find((name) => name !== worker);
      const cancelled = fleet.call("POST", `/v1/batch/cancel/${batch.id}`, {}, caller);
      await Promise.all([cancelled, fleet.restart(worker)]);
      await expectEnd(fleet, [beside]);
      await expectCancel(fleet, batch);
      const { length } = fleet.receiver.effects;
      await expectEnd(fleet, [await fleet.startBatch({ label: "later", records: 4, concurrency: 2 })]);
      expect(fleet.receiver.effects.slice(length).filter((effect) => effect.batch === plan.label)).toEqual(
        [],
      );
    }),
  );

  const faketime = findFaketimeLibrary();
  if (faketime === undefined) reportSkippedTests("a clock that jumps", "libfaketime is not installed");
  it.skipIf(faketime === undefined)(
    "run each record once although the clock of one jumps by an hour",
    { timeout: 400_000 },
    async () => {
      const file = join(root, "clock");
      setClock(file, "+0");
      const clock = {
        LD_PRELOAD: faketime ?? "",
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: "1",
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      };
      await onPostgres(
        async (fleet) => {
          const plan = { label: "jumped", records: 40, concurrency: 6, pauseMs: 100 };
          const reached = nextEffect(fleet, plan, { record: 5 });
          const [batch, beside] = await Promise.all([
            fleet.startBatch(plan),
            fleet.startBatch({ label: "beside", records: 20, concurrency: 2, pauseMs: 100 }),
          ]);
          await reached;
          setClock(file, "+3600");
          await nextEffect(fleet, batch, { record: 12 });
          setClock(file, "-3600");
          await expectEnd(fleet, [batch, beside]);
          expect(fleet.countEffects([batch, beside])).toMatchObject({
            effects: 180,
            missing: 0,
            repeatsOfLastStep: 0,
            repeatsOfEarlierSteps: 0,
          });
        },
        (name) => (name === "worker-1" ? clock : {}),
      );
    },
  );

  it.skipIf(!isPostgresInstalled())(
    "finish each record when PostgreSQL has too few connections",
    { timeout: 400_000 },
    async () => {
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
    },
  );

  it("finish each record with a pool of two connections, beside many reads", { timeout: 400_000 }, () =>
    onPostgres(
      async (fleet) => {
        const batches = await startBatches(fleet);
        await Promise.all(Array.from({ length: 200 }, () => fleet.call("GET", "/v1/flows?limit=50")));
        await expectEnd(fleet, batches);
      },
      () => ({ FLOWLINE_DATABASE_POOL: "2" }),
    ),
  );

  it("finish and cancel batches when listeners lose their connections", { timeout: 400_000 }, async () => {
    await onPostgres(async (fleet, url) => {
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
      await expectCancel(fleet, endless);
    });
  });
});

/** Replaces the file atomically: `libfaketime` ends a process that reads an empty file. */
function setClock(file: string, offset: string): void {
  writeFileSync(`${file}.new`, offset);
  renameSync(`${file}.new`, file);
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

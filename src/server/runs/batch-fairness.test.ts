import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { ServerFleet } from "#server/testing/server-fleet.ts";
import { buildTestServer } from "#server/testing/server-process.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-fairness-"));
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => {
  for (const path of [root, dirname(main)]) rmSync(path, { recursive: true, force: true });
});

const LARGE = 5_000;

/**
 * Expects that a small batch ends before half of the records of a large batch, which began earlier, are
 * processed.
 */
async function runSmallBesideLarge(fleet: ServerFleet): Promise<void> {
  const steps = { effectSteps: 1, pauseMs: 50 };
  const large = await fleet.startBatch({ label: "large", records: LARGE, concurrency: 20, ...steps });
  while ((await fleet.readBatch(large)).processedRecords === 0) await wait(50);
  const small = await fleet.startBatch({ label: "small", records: 5, concurrency: 4, ...steps });
  expect(await fleet.waitForEnd([small])).toEqual([]);
  const { status, processedRecords } = await fleet.readBatch(large);
  expect(status).toBe("running");
  expect(processedRecords).toBeLessThan(LARGE / 2);
  await fleet.call("POST", `/v1/batch/cancel/${large.id}`);
}

const MANY = 20;
const RECORDS = 30;

/** Expects that every batch has processed some records when half of all records are processed. */
async function runManyAtOnce(fleet: ServerFleet): Promise<void> {
  const batches = await Promise.all(
    Array.from({ length: MANY }, (_, index) =>
      fleet.startBatch({
        label: `batch-${index}`,
        records: RECORDS,
        concurrency: 4,
        effectSteps: 1,
        pauseMs: 100,
      }),
    ),
  );
  const readProcessed = async () => {
    const states = await Promise.all(batches.map((batch) => fleet.readBatch(batch)));
    return states.map(({ processedRecords }) => processedRecords);
  };
  let processed = await readProcessed();
  while (processed.reduce((sum, count) => sum + count, 0) < (MANY * RECORDS) / 2) {
    await wait(100);
    processed = await readProcessed();
  }
  expect(processed.filter((count) => count === 0)).toEqual([]);
  expect(await fleet.waitForEnd(batches)).toEqual([]);
  expect(await fleet.audit(batches)).toEqual([]);
}

const scenarios = [
  ["a small batch ends long before a large one that began before it", runSmallBesideLarge],
  ["twenty batches that start together all make progress", runManyAtOnce],
] as const;

describe("batches that run at the same time", { tags: ["full"] }, () => {
  it.each(scenarios)("%s (embedded)", { timeout: 300_000 }, async (name, run) => {
    const directory = await unpackTestStore(join(root, name));
    const fleet = await ServerFleet.open({ main, store: { directory }, servers: 1 });
    try {
      await run(fleet);
    } finally {
      await fleet.close();
    }
  });

  const postgres = getTestPostgresUrl();
  it.skipIf(postgres === undefined).each(scenarios)(
    "%s (PostgreSQL)",
    { timeout: 300_000 },
    async (_, run) => {
      const { url, drop } = await createTestDatabase(postgres ?? "");
      const fleet = await ServerFleet.open({ main, store: { databaseUrl: url }, servers: 2 });
      try {
        await run(fleet);
      } finally {
        await fleet.close();
        await drop();
      }
    },
  );
});

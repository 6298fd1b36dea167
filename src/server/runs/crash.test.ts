import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { createWaitStep } from "#server/testing/run-data.ts";
import { ServerFleet, type StartedBatch } from "#server/testing/server-fleet.ts";
import type { StorePlace } from "#server/testing/stopped-store.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

/** Enough records that the batch is still running at each kill. */
const RECORDS = process.env["FULL_RUN"] === undefined ? 16 : 120;
const KILLS = process.env["FULL_RUN"] === undefined ? 1 : 3;
const CONCURRENCY = 4;

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-runs-"));
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function listCompletedRecords(fleet: ServerFleet, { id }: StartedBatch): Promise<readonly object[]> {
  const path = `/local/batches/${id}/records?status=completed&limit=100`;
  return (await fleet.callUntilAnswered<{ readonly data: readonly object[] }>("GET", path)).data;
}

/**
 * Starts a dispatch that saves a flow and a record before its run. Returns the flow's id from the first event. Waits while
 * the server still takes a killed one for alive.
 */
async function startSavingDispatch(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/dispatch`, {
    method: "POST",
    headers: { "idempotency-key": "saved-before-a-crash" },
    body: JSON.stringify({
      flow: { name: "Saved", steps: [{ ...createWaitStep("w", 60_000), id: undefined }] },
      record: { type: "saved", name: "Saved" },
      options: { flowMode: "upsert", recordMode: "create", streamResponse: true },
    }),
  });
  if (response.status === 409) return wait(500).then(() => startSavingDispatch(url));
  const { value = "" } = (await response.body?.pipeThrough(new TextDecoderStream()).getReader().read()) ?? {};
  const start = JSON.parse(/^data: (.+)$/m.exec(value)?.[1] ?? "{}") as { readonly flowId: string };
  return start.flowId;
}

async function listSaved(fleet: ServerFleet): Promise<readonly number[]> {
  const paths = ["/v1/flows?search=Saved", "/v1/records?type=saved"];
  const pages = await Promise.all(
    paths.map((path) => fleet.call<{ readonly data: readonly object[] }>("GET", path)),
  );
  return pages.map(({ data }) => data.length);
}

async function surviveKills(store: StorePlace): Promise<void> {
  const fleet = await ServerFleet.open({ main, store, servers: 1 });
  const [name = ""] = fleet.names;
  try {
    const plan = { concurrency: CONCURRENCY, pauseMs: 30 };
    const batches = [
      await fleet.startBatch({ ...plan, label: "stored", records: RECORDS }),
      await fleet.startBatch({ ...plan, label: "virtual", records: RECORDS / 2, isVirtual: true }),
    ];
    const total = batches.reduce((sum, { records, effectSteps }) => sum + records * effectSteps, 0);
    const flowId = await startSavingDispatch(fleet.urlOf(name));
    let completed: readonly object[] = [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (fleet.receiver.effects.length < (kill * total) / (KILLS + 1)) await wait(10);
      await fleet.restart(name);
      completed = await listCompletedRecords(fleet, batches[0]!);
      expect(completed.length).toBeLessThan(RECORDS);
    }
    // The flow and record of the killed dispatch are stored, and the same request saves no others.
    expect(await listSaved(fleet)).toEqual([1, 1]);
    expect(await startSavingDispatch(fleet.urlOf(name))).toBe(flowId);
    expect(await listSaved(fleet)).toEqual([1, 1]);

    expect(await fleet.waitForEnd(batches)).toEqual([]);
    const ended = await listCompletedRecords(fleet, batches[0]!);
    for (const record of completed) expect(ended).toContainEqual(record);
    for (const batch of batches) expect(await fleet.readBatch(batch)).toMatchObject({ failedRecords: 0 });
    const counts = fleet.countEffects(batches);
    expect(counts).toMatchObject({ missing: 0, repeatsOfEarlierSteps: 0, repeatsWithOtherKey: 0 });
    expect(counts.repeatsOfLastStep).toBeLessThanOrEqual(batches.length * CONCURRENCY * KILLS);
    expect(await fleet.stop()).toEqual([0]);
    expect(await fleet.audit(batches)).toEqual([]);
  } finally {
    await fleet.close();
  }
}

describe.concurrent("a server killed while flows run", () => {
  it(
    "finishes each record after a restart, and repeats only the requests in flight (embedded)",
    { timeout: 300_000 },
    async () => surviveKills({ directory: await unpackTestStore(join(root, "batch")) }),
  );

  const postgres = getTestPostgresUrl();
  it.skipIf(postgres === undefined)(
    "leaves each record to the next server when its heartbeats stop, which repeats only the requests in flight (PostgreSQL)",
    { timeout: 300_000 },
    async () => {
      const { url, drop } = await createTestDatabase(postgres ?? "");
      try {
        await surviveKills({ databaseUrl: url });
      } finally {
        await drop();
      }
    },
  );
});

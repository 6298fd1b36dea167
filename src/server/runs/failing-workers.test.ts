import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Effect } from "#server/testing/batch-effects.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import { findFaketimeLibrary } from "#server/testing/find-programs.mjs";
import { reportSkippedTests } from "#server/testing/optional-tool.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { type FleetOptions, ServerFleet, type StartedBatch } from "#server/testing/server-fleet.ts";
import { buildTestServer } from "#server/testing/server-process.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

const postgres = getTestPostgresUrl();

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-workers-"));
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => {
  for (const path of [root, dirname(main)]) rmSync(path, { recursive: true, force: true });
});

type Work = (fleet: ServerFleet) => Promise<void>;
type Options = Partial<Pick<FleetOptions, "servers" | "env">>;

async function onPostgres(work: Work, { servers = 3, env = () => ({}) }: Options = {}): Promise<void> {
  const { url, drop } = await createTestDatabase(postgres ?? "");
  const fleet = await ServerFleet.open({ main, store: { databaseUrl: url }, servers, env });
  try {
    await work(fleet);
  } finally {
    await fleet.close();
    await drop();
  }
}

async function onEmbedded(name: string, work: Work): Promise<void> {
  const directory = await unpackTestStore(join(root, name));
  const fleet = await ServerFleet.open({ main, store: { directory }, servers: 1 });
  try {
    await work(fleet);
  } finally {
    await fleet.close();
  }
}

/**
 * Resolves with the next effect that matches. The receiver answers this effect only after `after` has
 * resolved.
 */
function nextEffect(
  fleet: ServerFleet,
  matches: (effect: Effect) => boolean,
  after: (effect: Effect) => void | Promise<void> = () => undefined,
): Promise<Effect> {
  return new Promise((resolve) => {
    const stop = fleet.receiver.onEffect((effect) => {
      if (!matches(effect)) return undefined;
      stop();
      resolve(effect);
      return after(effect);
    });
  });
}

const isOf =
  ({ label }: Pick<StartedBatch, "label">, record?: number) =>
  (effect: Effect) =>
    effect.batch === label && (record === undefined || effect.record === record);

async function expectEnd(
  fleet: ServerFleet,
  batches: readonly (StartedBatch & { readonly status?: "completed" | "failed" | "cancelled" })[],
): Promise<void> {
  expect(await fleet.waitForEnd(batches)).toEqual([]);
  expect(await fleet.audit(batches)).toEqual([]);
}

const BESIDE = { label: "beside", records: 12, concurrency: 2 };

interface RecordState {
  readonly position: number;
  readonly status: string;
  readonly error: string | null;
  readonly executionId: string;
}

function readRecords(fleet: ServerFleet, { id }: StartedBatch): Promise<readonly RecordState[]> {
  return fleet.withRows(async (reader) => {
    const { rows } = await reader.execute(sql`
      SELECT position, status, error_message AS error, execution_id AS "executionId"
      FROM batch_records WHERE batch_id = ${id} ORDER BY position`);
    return rows as unknown as readonly RecordState[];
  });
}

/**
 * Kills the server that runs record 2 each time that this record sends its first effect, until the record is
 * given up. Waits for the other records before the second kill, because a third interruption would fail them
 * too.
 */
async function breakWorkers(fleet: ServerFleet): Promise<void> {
  const plan = { label: "breaking", records: 6, concurrency: 2, pauseMs: 20 };
  const others = plan.records - 1 + BESIDE.records;
  const countEndedOthers = () => {
    const last = fleet.receiver.effects.filter((effect) => effect.step === 3 && !isOf(plan, 2)(effect));
    return new Set(last.map(({ batch, record }) => `${batch} ${record}`)).size;
  };
  let kills = 0;
  const restarts: Promise<void>[] = [];
  fleet.receiver.onEffect(async (effect) => {
    if (!isOf(plan, 2)(effect) || !fleet.names.includes(effect.worker)) return;
    kills += 1;
    if (kills > 1) {
      while (countEndedOthers() < others) await wait(50);
      // Waits until the results of the other records are stored.
      await wait(500);
    }
    const restart = fleet.restart(effect.worker);
    restarts.push(restart);
    await restart;
  });
  const [breaking, beside] = await Promise.all([fleet.startBatch(plan), fleet.startBatch(BESIDE)]);
  expect(await fleet.waitForEnd([breaking, beside])).toEqual([]);
  await Promise.all(restarts);
  expect(kills).toBe(3);
  expect(await fleet.readBatch(breaking)).toMatchObject({ status: "completed", failedRecords: 1 });
  expect(await fleet.audit([breaking, beside])).toEqual([]);
  const records = await readRecords(fleet, breaking);
  const failed = records.filter(({ status }) => status !== "completed");
  expect(failed).toMatchObject([{ position: 2, error: expect.stringContaining("interrupted 3 times") }]);
}

describe.concurrent("workers that fail while a batch runs", { tags: ["full"] }, () => {
  it("gives up a record that ends its worker three times (embedded)", { timeout: 300_000 }, () =>
    onEmbedded("breaking", breakWorkers),
  );

  describe.skipIf(postgres === undefined)("on PostgreSQL", () => {
    it("gives up a record that ends its worker three times", { timeout: 400_000 }, () =>
      onPostgres(breakWorkers),
    );

    it("stores one result of a record whose paused worker continues", { timeout: 400_000 }, () =>
      onPostgres(async (fleet) => {
        const plan = { label: "paused", records: 6, concurrency: 3 };
        const first = nextEffect(fleet, isOf(plan, 1), ({ worker }) => fleet.signal(worker, "SIGSTOP"));
        const batch = await fleet.startBatch(plan);
        const { worker } = await first;
        await nextEffect(fleet, (effect) => isOf(batch, 1)(effect) && effect.worker !== worker);
        while (fleet.receiver.effects.every((effect) => effect.record !== 1 || effect.step !== 3))
          await wait(50);
        expect(await fleet.waitForEnd([batch])).toEqual([]);
        const before = await readRecords(fleet, batch);
        fleet.signal(worker, "SIGCONT");
        const later = await fleet.startBatch({ label: "later", records: 30, concurrency: 10, pauseMs: 100 });
        await expectEnd(fleet, [batch, later]);
        expect(await readRecords(fleet, batch)).toEqual(before);
        // Checks that the continued worker runs records again.
        await waitForWorker(fleet, worker);
      }),
    );

    it("cancels a batch while its servers are killed", { timeout: 400_000 }, () =>
      onPostgres(async (fleet) => {
        const plan = { label: "cancelled", records: 40, concurrency: 6, pauseMs: 100 };
        const reached = nextEffect(fleet, (effect) => isOf(plan)(effect) && effect.step === 2);
        const [batch, beside] = await Promise.all([
          fleet.startBatch(plan),
          fleet.startBatch({ label: "beside", records: 10, concurrency: 2, pauseMs: 100 }),
        ]);
        const { worker } = await reached;
        const caller = fleet.names.find((name) => name !== worker);
        const cancelled = fleet.call("POST", `/v1/batch/cancel/${batch.id}`, {}, caller);
        await Promise.all([cancelled, fleet.restart(worker)]);
        await expectEnd(fleet, [beside]);
        expect(await waitForCancel(fleet, batch)).toEqual([]);
        const effects = fleet.receiver.effects.length;
        await expectEnd(fleet, [await fleet.startBatch({ label: "later", records: 4, concurrency: 2 })]);
        expect(fleet.receiver.effects.filter(isOf(batch)).length).toBeLessThanOrEqual(effects);
      }),
    );

    it(
      "cancels a batch once when all servers receive a request to cancel the batch",
      { timeout: 400_000 },
      () =>
        onPostgres(async (fleet) => {
          const plan = { label: "cancelled", records: 40, concurrency: 6, pauseMs: 50 };
          const reached = nextEffect(fleet, (effect) => isOf(plan)(effect) && effect.step === 2);
          const batch = await fleet.startBatch(plan);
          await reached;
          const answers = await Promise.all(
            fleet.names.map((name) =>
              fleet.call<{ readonly success: boolean }>("POST", `/v1/batch/cancel/${batch.id}`, {}, name),
            ),
          );
          expect(answers.filter(({ success }) => success)).toHaveLength(1);
          expect(await waitForCancel(fleet, batch)).toEqual([]);
        }),
    );

    it("retries a failed record as often as `maxRetries` allows", { timeout: 400_000 }, () =>
      onPostgres(async (fleet) => {
        const tries = new Map<number, number>();
        fleet.receiver.onEffect(({ record, step }) => {
          if (step === 2) tries.set(record, (tries.get(record) ?? 0) + 1);
        });
        // Record 1 fails once, and record 2 always.
        fleet.receiver.refuseEffects(
          ({ record, step }) => step === 2 && (record === 2 || (record === 1 && tries.get(1) === 1)),
        );
        const batch = await fleet.startBatch({ label: "retried", records: 5, concurrency: 2, maxRetries: 2 });
        expect(await fleet.waitForEnd([batch])).toEqual([]);
        expect(await fleet.readBatch(batch)).toMatchObject({ processedRecords: 5, failedRecords: 1 });
        expect([1, 2, 3].map((record) => tries.get(record))).toEqual([2, 3, 1]);
        const records = await readRecords(fleet, batch);
        expect(records.map(({ status }) => status)).toEqual([
          "completed",
          "completed",
          "failed",
          "completed",
          "completed",
        ]);
      }),
    );

    it("fails a batch whose flow is deleted, and completes another batch", { timeout: 400_000 }, () =>
      onPostgres(async (fleet) => {
        const plan = { label: "deleted", records: 40, concurrency: 4, pauseMs: 100 };
        const reached = nextEffect(fleet, isOf(plan, 5));
        const [batch, beside] = await Promise.all([
          fleet.startBatch(plan),
          fleet.startBatch({ label: "beside", records: 20, concurrency: 4, pauseMs: 20 }),
        ]);
        await reached;
        await fleet.call("DELETE", `/v1/flows/${batch.flowId}`);
        await expectEnd(fleet, [beside]);
        expect(await fleet.waitForEnd([batch])).toEqual([]);
        expect(await fleet.readBatch(batch)).toMatchObject({ status: "failed" });
        const records = await readRecords(fleet, batch);
        expect(records.filter(({ status }) => ["waiting", "running"].includes(status))).toEqual([]);
        expect(records.at(-1)).toMatchObject({ status: "cancelled" });
      }),
    );

    const faketime = findFaketimeLibrary();
    if (faketime === undefined) reportSkippedTests("a clock that jumps", "libfaketime is not installed");
    it.skipIf(faketime === undefined)(
      "runs each record once although the clock of a server jumps by an hour",
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
            const reached = nextEffect(fleet, isOf(plan, 5));
            const [batch, beside] = await Promise.all([
              fleet.startBatch(plan),
              fleet.startBatch({ label: "beside", records: 20, concurrency: 2, pauseMs: 100 }),
            ]);
            await reached;
            setClock(file, "+3600");
            await nextEffect(fleet, isOf(batch, 12));
            setClock(file, "-3600");
            await expectEnd(fleet, [batch, beside]);
            expect(fleet.countEffects([batch, beside])).toMatchObject({
              effects: 180,
              missing: 0,
              repeatsOfLastStep: 0,
              repeatsOfEarlierSteps: 0,
            });
          },
          { env: (name) => (name === "worker-1" ? clock : {}) },
        );
      },
    );
  });
});

/**
 * Waits until no record of a cancelled batch runs. Returns a sentence for each invariant violated at that
 * time.
 */
async function waitForCancel(fleet: ServerFleet, batch: StartedBatch): Promise<readonly string[]> {
  const end = Date.now() + 90_000;
  for (;;) {
    const findings = await fleet.audit([{ ...batch, status: "cancelled" }]);
    if (findings.length === 0 || Date.now() > end) return findings;
    await wait(200);
  }
}

/** Replaces the file atomically: `libfaketime` ends a process that reads an empty file. */
function setClock(file: string, offset: string): void {
  writeFileSync(`${file}.new`, offset);
  renameSync(`${file}.new`, file);
}

/** Starts small batches until the named server has run a record. */
async function waitForWorker(fleet: ServerFleet, worker: string): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    if (fleet.receiver.effects.some((effect) => effect.worker === worker && effect.batch.startsWith("probe")))
      return;
    const batch = await fleet.startBatch({
      label: `probe-${round}`,
      records: 20,
      concurrency: 20,
      pauseMs: 50,
    });
    expect(await fleet.waitForEnd([batch])).toEqual([]);
  }
  throw new Error(`${worker} has run nothing since it continued.`);
}

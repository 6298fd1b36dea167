import { sql } from "drizzle-orm";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { readServerConfig } from "#server/config/config.ts";
import type { Store } from "#server/store/store.ts";
import { ServerMetrics } from "#server/telemetry/server-metrics.ts";
import {
  type BatchEffectReceiver,
  WORKER_NAME_SECRET,
  startBatchEffectReceiver,
} from "#server/testing/batch-effects.ts";
import {
  createFailingStep,
  createSetVariableStep,
  createWaitStep,
  insertTestRecords,
} from "#server/testing/run-data.ts";
import { TEST_ORIGIN, createTestFlow, testCaller } from "#server/testing/run-instance.ts";
import { createSampleScriptStep } from "#server/testing/sample-steps.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { openRunService } from "./open-run-service.ts";
import { retryBatch } from "./retry-batch.ts";
import { readBatchState } from "./read-batch-records.ts";
import type { RunService } from "./run-service.ts";
import { startBatchForListedRecords } from "./start-batch.ts";

const WAIT = { timeout: 30_000, interval: 50 };
/** Duration of a wait step, longer than a stopping server waits for its runs. */
const LONG_MS = 2500;

let receiver: BatchEffectReceiver;
beforeEach(async () => {
  receiver = await startBatchEffectReceiver();
});
afterEach(() => receiver.close());

const post = (step: number) => receiver.buildEffectStep("checkpoint", step);
const waitForEffect = () => vi.waitFor(() => expect(receiver.effects).toHaveLength(1), WAIT);
const listEffects = () => receiver.effects.map(({ record, step }) => [record, step]);
const countKeys = () => new Set(receiver.effects.map(({ idempotencyKey }) => idempotencyKey)).size;

async function openService(store: Store): Promise<RunService> {
  const config = readServerConfig({
    ALLOW_PRIVATE_HTTP: receiver.address,
    [`FLOWLINE_SECRET_${WORKER_NAME_SECRET}`]: "worker",
  });
  const logger = pino({ level: "silent" });
  const service = await openRunService(config, store, {
    logger,
    metrics: new ServerMetrics(),
    dashboardOrigin: () => "http://localhost:4400",
  });
  if (!service) throw new Error("The service did not open.");
  return service;
}

async function startBatch(service: RunService, steps: readonly JsonObject[], maxRetries = 0) {
  const { store } = service.context;
  const recordIds = [...(await insertTestRecords(store, "customer", 1))];
  const flowId = await createTestFlow(store, steps);
  const body = { flowId, recordIds, options: { maxRetries, recordConcurrency: 1 } };
  return (await startBatchForListedRecords(service, testCaller, { body, origin: TEST_ORIGIN })).id;
}

const waitForEnd = (service: RunService, id: string) =>
  vi.waitFor(async () => {
    const batch = await readBatchState(service.context, testCaller, id);
    expect(batch.status).toMatch(/completed|failed/);
    return batch;
  }, WAIT);

async function readRow(store: Store) {
  const { rows } = await store.database.execute(
    sql`SELECT checkpoint::text AS checkpoint, run_key, output_preview FROM batch_records`,
  );
  return rows[0];
}

async function readSteps(store: Store) {
  const { rows } = await store.database.execute(
    sql`SELECT step_id, status, started_at FROM step_results ORDER BY position`,
  );
  return rows.map((row) => ({
    end: [row["step_id"], row["status"]].join(" "),
    at: Number(new Date(String(row["started_at"]))),
  }));
}

describeSuiteForEitherStore("the checkpoint of a record", (store) => {
  it(
    "is stored when the server stops, used by the next server, and cleared when the record ends",
    { timeout: 60_000 },
    async () => {
      const value = '{"__proto__": {"x": 1}, "nul": "\\u0000", "half": "\\ud800"}';
      const steps = [
        createSetVariableStep("record", "{{_record.name}}"),
        post(1),
        createSampleScriptStep("odd", `return JSON.parse(${JSON.stringify(value)})`),
        createWaitStep("wait", LONG_MS),
        createSampleScriptStep("end", "return JSON.stringify([odd, record, input._record.metadata.index])"),
        post(2),
        createSetVariableStep("last", "{{end}}"),
      ];
      const first = await openService(store());
      const id = await startBatch(first, steps);
      await waitForEffect();
      await first.close();
      const { checkpoint, run_key: runKey } = (await readRow(store())) ?? {};
      expect(JSON.parse(String(checkpoint))).toMatchObject({
        record: { name: "customer 0" },
        finished: [{ position: 0 }, { position: 1 }, { position: 2 }],
      });
      await store().database.execute(sql`UPDATE records SET metadata = '{"index": "changed"}'`);
      const restarted = Date.now();
      const second = await openService(store());
      expect(await waitForEnd(second, id)).toMatchObject({ status: "completed", failedRecords: 0 });
      expect(listEffects()).toEqual([
        [0, 1],
        [0, 2],
      ]);
      expect(runKey).toMatch(/^exec_/);
      const row = await readRow(store());
      expect(row).toMatchObject({ checkpoint: null, run_key: null });
      const odd = JSON.stringify([JSON.parse(value), "customer 0", 0]);
      expect(row?.["output_preview"]).toBe(odd);
      const results = await readSteps(store());
      expect(results.map(({ end }) => end)).toEqual(
        ["record", "effect-1", "odd", "wait", "end", "effect-2", "last"].map((step) => `${step} completed`),
      );
      expect(results.map(({ at }) => at < restarted)).toEqual([true, true, true, false, false, false, false]);
      const ids = await store().database.execute(
        sql`SELECT execution_id FROM step_results UNION SELECT execution_id FROM batch_records`,
      );
      expect(ids.rows).toEqual([{ execution_id: runKey }]);
      await second.close();
    },
  );

  it(
    "is discarded for a deliberate retry, which starts over with new idempotency keys",
    { timeout: 60_000 },
    async () => {
      const service = await openService(store());
      const steps = [createSetVariableStep("record", "{{_record.name}}"), post(1), createFailingStep("bad")];
      const id = await startBatch(service, steps, 2);
      expect(await waitForEnd(service, id)).toMatchObject({ status: "failed", failedRecords: 1 });
      expect(listEffects()).toEqual(Array.from({ length: 3 }, () => [0, 1]));
      expect(countKeys()).toBe(3);
      expect(await readRow(store())).toMatchObject({ checkpoint: null, run_key: null });
      await service.close();
    },
  );

  it.each(["kept", "expired"])(
    "leaves out the steps that a retry takes, which are read again after a restart: %s results",
    { timeout: 60_000 },
    async (state) => {
      const first = await openService(store());
      const bad = createFailingStep("bad");
      const failed = await startBatch(first, [post(1), bad]);
      await waitForEnd(first, failed);
      const fixed = JSON.stringify([post(1), createWaitStep("wait", LONG_MS), post(2)]);
      await store().database.execute(sql`UPDATE flows SET steps = ${fixed}::json`);
      const body = { from: "failedStep" } as const;
      const { id } = await retryBatch(first, testCaller, { id: failed, body }, (_tx, create) => create());
      await vi.waitFor(
        async () =>
          expect(await readBatchState(first.context, testCaller, id)).toMatchObject({ status: "running" }),
        WAIT,
      );
      const jobs = await store().database.execute(sql`SELECT data ->> 'v' AS v FROM pgboss.job`);
      expect(jobs.rows).toEqual([{ v: "2" }]);
      await first.close();
      if (state === "expired") await store().database.execute(sql`DELETE FROM step_results`);
      const second = await openService(store());
      expect(await waitForEnd(second, id)).toMatchObject(
        state === "kept"
          ? { status: "completed", firstError: null }
          : { status: "failed", firstError: expect.stringContaining("have expired") },
      );
      expect(listEffects()).toEqual(
        state === "kept"
          ? [
              [0, 1],
              [0, 2],
            ]
          : [[0, 1]],
      );
      await second.close();
    },
  );

  it(
    "is not stored for a record that another worker has taken over, and the run here stops",
    { timeout: 60_000 },
    async () => {
      const service = await openService(store());
      const steps = [createSetVariableStep("record", "x"), post(1), createWaitStep("wait", 1000), post(2)];
      await startBatch(service, steps);
      await waitForEffect();
      await vi.waitFor(
        async () => expect((await readRow(store()))?.["checkpoint"]).toContain('"position":1'),
        WAIT,
      );
      const before = await readRow(store());
      await store().database.execute(sql`UPDATE batch_records SET execution_id = 'exec_other'`);
      await vi.waitFor(() => expect(service.runs).toBe(0), WAIT);
      expect(listEffects()).toEqual([[0, 1]]);
      expect(await readRow(store())).toEqual(before);
      await service.close();
    },
  );
});

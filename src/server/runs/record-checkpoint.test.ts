import { sql } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { readServerConfig } from "#server/config/config.ts";
import type { Store } from "#server/store/store.ts";
import { ServerMetrics } from "#server/telemetry/server-metrics.ts";
import { EffectReceiver } from "#server/testing/effect-receiver.ts";
import {
  createFailingStep,
  createRequestStep,
  createSetVariableStep,
  createWaitStep,
  insertTestRecords,
} from "#server/testing/run-data.ts";
import { createTestFlow, testCaller } from "#server/testing/run-instance.ts";
import { createSampleScriptStep } from "#server/testing/sample-steps.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { openRunService } from "./open-run-service.ts";
import { readBatchState } from "./read-batch-records.ts";
import type { RunService } from "./run-service.ts";
import { startBatchForListedRecords } from "./start-batch.ts";

const WAIT = { timeout: 30_000, interval: 50 };
/** Duration of a wait step, longer than a stopping server waits for its runs. */
const LONG_MS = 2500;

let receiver: EffectReceiver;
beforeAll(async () => {
  receiver = await EffectReceiver.start(0);
});
afterAll(() => receiver.close());
beforeEach(() => void (receiver.effects.length = 0));

const post = (id: string) => createRequestStep(id, receiver.place);

async function openService(store: Store): Promise<RunService> {
  const config = readServerConfig({ ALLOW_PRIVATE_HTTP: receiver.place });
  const logger = pino({ level: "silent" });
  const service = await openRunService(config, store, { logger, metrics: new ServerMetrics() });
  if (!service) throw new Error("The service did not open.");
  return service;
}

async function startBatch(service: RunService, steps: readonly JsonObject[], maxRetries = 0) {
  const { store } = service.context;
  const recordIds = [...(await insertTestRecords(store, "customer", 1))];
  const flowId = await createTestFlow(store, steps);
  const body = { flowId, recordIds, options: { maxRetries, recordConcurrency: 1 } };
  return (await startBatchForListedRecords(service, testCaller, body)).id;
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
        post("one"),
        createSampleScriptStep("odd", `return JSON.parse(${JSON.stringify(value)})`),
        createWaitStep("wait", LONG_MS),
        createSampleScriptStep("end", "return JSON.stringify([odd, record, input._record.metadata.index])"),
        post("two"),
        createSetVariableStep("last", "{{end}}"),
      ];
      const first = await openService(store());
      const id = await startBatch(first, steps);
      await receiver.waitFor(1);
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
      expect(receiver.effects.map(({ name }) => name)).toEqual(["customer 0 /one", "customer 0 /two"]);
      expect(runKey).toMatch(/^exec_/);
      const row = await readRow(store());
      expect(row).toMatchObject({ checkpoint: null, run_key: null });
      const odd = JSON.stringify([JSON.parse(value), "customer 0", 0]);
      expect(row?.["output_preview"]).toBe(odd);
      const results = await readSteps(store());
      expect(results.map(({ end }) => end)).toEqual(
        ["record", "one", "odd", "wait", "end", "two", "last"].map((step) => `${step} completed`),
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
      const steps = [
        createSetVariableStep("record", "{{_record.name}}"),
        post("one"),
        createFailingStep("bad"),
      ];
      const id = await startBatch(service, steps, 2);
      expect(await waitForEnd(service, id)).toMatchObject({ status: "failed", failedRecords: 1 });
      expect(receiver.effects.map(({ name }) => name)).toEqual(
        Array.from({ length: 3 }, () => "customer 0 /one"),
      );
      expect(new Set(receiver.effects.map(({ key }) => key)).size).toBe(3);
      expect(await readRow(store())).toMatchObject({ checkpoint: null, run_key: null });
      await service.close();
    },
  );

  it(
    "is not stored for a record that another worker has taken over, and the run here stops",
    { timeout: 60_000 },
    async () => {
      const service = await openService(store());
      const steps = [
        createSetVariableStep("record", "x"),
        post("one"),
        createWaitStep("wait", 1000),
        post("two"),
      ];
      await startBatch(service, steps);
      await receiver.waitFor(1);
      await vi.waitFor(
        async () => expect((await readRow(store()))?.["checkpoint"]).toContain('"position":1'),
        WAIT,
      );
      const before = await readRow(store());
      await store().database.execute(sql`UPDATE batch_records SET execution_id = 'exec_other'`);
      await vi.waitFor(() => expect(service.runs).toBe(0), WAIT);
      expect(receiver.effects.map(({ name }) => name)).toEqual(["x /one"]);
      expect(await readRow(store())).toEqual(before);
      await service.close();
    },
  );

  it(
    "of other steps is ignored, and does not fail the run",
    { timeout: 60_000, tags: ["full"] },
    async () => {
      const first = await openService(store());
      const steps = [
        createSetVariableStep("record", "x"),
        post("one"),
        createWaitStep("wait", LONG_MS),
        post("two"),
      ];
      const id = await startBatch(first, steps);
      await receiver.waitFor(1);
      await first.close();
      const broken = '{"version":1,"steps":"others","startedAt":1,"finished":[]}';
      await store().database.execute(sql`UPDATE batch_records SET checkpoint = ${broken}::json`);
      const second = await openService(store());
      expect(await waitForEnd(second, id)).toMatchObject({ status: "completed" });
      const names = receiver.effects.map(({ name }) => name);
      expect(names).toEqual(["x /one", "x /one", "x /two"]);
      expect(new Set(receiver.effects.map(({ key }) => key)).size).toBe(2);
      await second.close();
    },
  );
});

import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { createAlertTools } from "#server/alerts/create-alert-tools.ts";
import { readServerConfig } from "#server/config/config.ts";
import { createFlowInTransaction } from "#server/flows/change-flow-in-transaction.ts";
import { createRecordStoreForRuns } from "#server/records/run-records.ts";
import { readBatchState } from "#server/runs/read-batch-records.ts";
import type { RunServiceDependencies } from "#server/runs/run-service-dependencies.ts";
import { RunMemoryBudget } from "#server/runner/run-memory.ts";
import { RunService } from "#server/runs/run-service.ts";
import { startBatchForListedRecords } from "#server/runs/start-batch.ts";
import type { Store } from "#server/store/store.ts";
import { ServerMetrics } from "#server/telemetry/server-metrics.ts";
import { type FakeFlowRunner, createFakeFlowRunner } from "./plain-runner.ts";

export const testCaller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };

export interface RunServiceInstance {
  readonly service: RunService;
  readonly runner: FakeFlowRunner;
}

export async function openRunServiceInstance(
  store: Store,
  settings: Partial<RunServiceDependencies> = {},
): Promise<RunServiceInstance> {
  const runner = createFakeFlowRunner();
  const base = { store, now: Date.now, extras: true };
  const records = createRecordStoreForRuns(base);
  const service = new RunService({
    memory: new RunMemoryBudget(),
    ...base,
    runner,
    records,
    alerts: createAlertTools(readServerConfig({}).runs, () => "http://localhost:4400"),
    logger: pino({ level: "silent" }),
    metrics: new ServerMetrics(),
    retentionDays: 30,
    role: "all",
    concurrency: 16,
    runMs: 60_000,
    ...settings,
  });
  await service.start();
  return { service, runner };
}

export async function createTestFlow(store: Store, steps: readonly unknown[]): Promise<string> {
  const { extraStepTypes } = readServerConfig({});
  const context = {
    store,
    now: Date.now,
    extras: true,
    extraStepTypes,
    dashboardOrigin: () => "http://localhost:4400",
  };
  const body = { name: "Digest", flowSteps: steps as never };
  const publish = () => undefined;
  const { id } = await store.write((tx) =>
    createFlowInTransaction(context, { tx, caller: testCaller, publish }, body),
  );
  return id;
}

export const TEST_ORIGIN = { startCause: "api" } as const;

export async function startTestBatch(
  { service }: RunServiceInstance,
  flowId: string,
  recordIds: readonly string[],
  recordConcurrency = 4,
) {
  const body = { flowId, recordIds: [...recordIds], options: { recordConcurrency } };
  const { id } = await startBatchForListedRecords(service, testCaller, { body, origin: TEST_ORIGIN });
  return id;
}

export async function waitForBatchEnd({ service }: RunServiceInstance, id: string) {
  for (;;) {
    const batch = await readBatchState(service.context, testCaller, id);
    if (batch.status !== "scheduled" && batch.status !== "running") return batch;
    await wait(50);
  }
}

export const countTableRows = async (store: Store, table: string) => {
  const result = await store.database.execute(sql`SELECT count(*)::integer AS rows FROM ${sql.raw(table)}`);
  return Number(result.rows[0]?.["rows"]);
};

import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { readConfig } from "#server/config.ts";
import { createFlow } from "#server/flows/write-flow.ts";
import { createRunRecords } from "#server/records/run-records.ts";
import { readBatch } from "#server/runs/read-batches.ts";
import { RunService } from "#server/runs/run-service.ts";
import { startBatch } from "#server/runs/start-batch.ts";
import type { Store } from "#server/store/store.ts";
import { type PlainRunner, createPlainRunner } from "./plain-runner.ts";

export const caller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };

/** What runs batches on one server, as in a process of its own. */
export interface Instance {
  readonly service: RunService;
  readonly runner: PlainRunner;
}

export async function openInstance(store: Store, retentionDays = 30): Promise<Instance> {
  const runner = createPlainRunner();
  const base = { store, now: Date.now, extras: true };
  const records = createRunRecords(base);
  const service = new RunService({
    ...base,
    runner,
    records,
    logger: pino({ level: "silent" }),
    retentionDays,
  });
  await service.start();
  return { service, runner };
}

export async function addFlow(store: Store, steps: readonly unknown[]): Promise<string> {
  const { extraStepTypes } = readConfig({});
  const context = { store, now: Date.now, extras: true, extraStepTypes, publicUrl: undefined };
  const body = { name: "Digest", flowSteps: steps as never };
  const answer = await store.write((tx) => createFlow(context, tx, caller, body));
  return (JSON.parse(answer.body ?? "") as { readonly id: string }).id;
}

export async function start(
  { service }: Instance,
  flowId: string,
  recordIds: readonly string[],
  recordConcurrency = 4,
) {
  const body = { flowId, recordIds: [...recordIds], options: { recordConcurrency } };
  const answer = await startBatch(service, caller, body);
  return (JSON.parse(answer.body ?? "") as { readonly batchExecutionId: string }).batchExecutionId;
}

export async function untilEnded({ service }: Instance, id: string) {
  for (;;) {
    const { body = "" } = await readBatch(service.context, caller, id);
    const batch = JSON.parse(body) as { readonly status: string; readonly processedRecords: number };
    if (batch.status !== "scheduled" && batch.status !== "running") return batch;
    await wait(50);
  }
}

export const countRows = async (store: Store, table: string) => {
  const result = await store.database.execute(sql`SELECT count(*)::integer AS rows FROM ${sql.raw(table)}`);
  return Number(result.rows[0]?.["rows"]);
};

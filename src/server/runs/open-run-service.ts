import { createAlertTools } from "#server/alerts/create-alert-tools.ts";
import type { CustomFlowEventPayload } from "#contract/events.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { ServerConfig } from "#server/config/config.ts";
import { describeErrorForLog } from "#server/domain/describe-error.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { createRecordStoreForRuns } from "#server/records/run-records.ts";
import { RunMemoryBudget } from "#server/runner/run-memory.ts";
import { openFlowRunner } from "#server/runner/open-runner.ts";
import type { Store } from "#server/store/store.ts";
import { observeFlowRuns, observeRunMemory } from "./observe-runs.ts";
import type { ServerMetrics } from "#server/telemetry/server-metrics.ts";
import { RunService } from "./run-service.ts";

/** PostgreSQL limits notifications to 8000 bytes. A longer event is published without its payload. */
const MAX_EVENT = 4000;

interface OpenRunServiceOptions {
  readonly logger: ServerLogger;
  readonly metrics: ServerMetrics;
  readonly dashboardOrigin: () => string;
}

export async function openRunService(
  {
    upstream,
    extras,
    role,
    runs: settings,
    traceErrorTexts,
  }: Pick<ServerConfig, "upstream" | "extras" | "role" | "runs" | "traceErrorTexts">,
  store: Store | undefined,
  { logger, metrics, dashboardOrigin }: OpenRunServiceOptions,
): Promise<RunService | undefined> {
  if (!store || upstream) return undefined;
  const base = { store, now: Date.now, extras };
  const records = createRecordStoreForRuns(base);
  const publishEvent = (caller: Caller, event: CustomFlowEventPayload) =>
    extras ? publish(store, caller, event) : Promise.resolve();
  const report = (error: Error) =>
    logger.error({ err: describeErrorForLog(error) }, "a step of a flow failed unexpectedly");
  const runner = observeFlowRuns(openFlowRunner(settings, { records, publishEvent, report, now: Date.now }), {
    metrics,
    hasErrorTexts: traceErrorTexts,
  });
  const { retentionDays, concurrency, runMs } = settings;
  const memory = new RunMemoryBudget();
  observeRunMemory(memory, metrics);
  const service = new RunService({
    ...base,
    runner,
    memory,
    records,
    alerts: createAlertTools(settings, dashboardOrigin),
    logger,
    metrics,
    role,
    retentionDays,
    concurrency,
    runMs,
  });
  await service.start();
  return service;
}

function publish(store: Store, { organizationId }: Caller, event: CustomFlowEventPayload): Promise<void> {
  const whole = JSON.stringify(event);
  const { payload: _, ...short } = event;
  const data = Buffer.byteLength(whole) <= MAX_EVENT ? whole : JSON.stringify(short);
  return store.write(async (_tx, publish) => publish({ organizationId, event: "flow.event", data }));
}

import type { FlowEvent } from "#contract/events.ts";
import type { Caller } from "#server/caller.ts";
import type { Config } from "#server/config.ts";
import { describeError } from "#server/describe-error.ts";
import type { ServerLogger } from "#server/http/app-context.ts";
import { createRunRecords } from "#server/records/run-records.ts";
import { openRunner } from "#server/runner/open-runner.ts";
import type { Store } from "#server/store/store.ts";
import { RunService } from "./run-service.ts";

/** PostgreSQL carries short news only; past that the event is told without what it carries. */
const MAX_EVENT = 4000;

/** Running flows as the settings say; undefined in cloud mode, where the upstream runs them. */
export async function openRunService(
  { upstream, extras, runs: settings }: Pick<Config, "upstream" | "extras" | "runs">,
  store: Store | undefined,
  logger: ServerLogger,
): Promise<RunService | undefined> {
  if (!store || upstream) return undefined;
  const base = { store, now: Date.now, extras };
  const records = createRunRecords(base);
  const tellEvent = (caller: Caller, event: FlowEvent) =>
    extras ? tell(store, caller, event) : Promise.resolve();
  const report = (error: Error) => logger.error({ err: describeError(error) }, "a step of a flow broke off");
  const runner = openRunner(settings, { records, tellEvent, report, now: Date.now });
  const { retentionDays } = settings;
  const service = new RunService({ ...base, runner, records, logger, retentionDays });
  await service.start();
  return service;
}

function tell(store: Store, { organizationId }: Caller, event: FlowEvent): Promise<void> {
  const whole = JSON.stringify(event);
  const { payload: _, ...short } = event;
  const data = Buffer.byteLength(whole) <= MAX_EVENT ? whole : JSON.stringify(short);
  return store.write(async (_tx, tell) => tell({ organizationId, event: "flow.event", data }));
}

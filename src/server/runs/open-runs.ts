import type { FlowEvent } from "#contract/events.ts";
import type { Caller } from "#server/caller.ts";
import type { AppContext } from "#server/http/app-context.ts";
import { describeError } from "#server/describe-error.ts";
import { createRunRecords } from "#server/records/run-records.ts";
import { openRunner } from "#server/runner/open-runner.ts";
import type { Store } from "#server/store/store.ts";
import { RunService } from "./run-service.ts";

/** What runs flows on a store, at work from now on. */
export async function openRuns(
  store: Store,
  { config, logger, now }: Pick<AppContext, "config" | "logger" | "now">,
): Promise<RunService> {
  const { extras } = config;
  const records = createRunRecords({ store, now, extras });
  const tellEvent = async ({ organizationId }: Caller, event: FlowEvent) => {
    const data = JSON.stringify(event);
    if (extras) await store.write(async (_, tell) => tell({ organizationId, event: "flow.event", data }));
  };
  const report = (error: Error) => logger.error({ err: describeError(error) }, "a step of a flow broke off");
  const runner = openRunner(config.runs, { records, tellEvent, report, now });
  const runs = new RunService({ store, runner, records, logger, now, extras });
  await runs.start();
  return runs;
}

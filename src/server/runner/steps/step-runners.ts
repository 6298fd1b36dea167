import type { StepRunner } from "#server/runner/step-call.ts";
import { StepFailure } from "#server/runner/step-failure.ts";
import { runSetVariable, runWaitUntil } from "./control-steps.ts";
import { runCreateRecords } from "./create-records-step.ts";
import { runApiCall, runFetchUrl } from "./http-steps.ts";
import { runPrompt } from "./prompt-step.ts";
import { runListRecords, runRetrieveRecord, runUpdateRecord, runUpsertRecord } from "./record-steps.ts";
import { runSendEmail, runSendEvent, runSendStream } from "./reply-steps.ts";
import { runTransform } from "./script-steps.ts";
import { runTemplate } from "./template-step.ts";

/** The types that run here; a conditional is run by the run itself. */
const STEP_RUNNERS: ReadonlyMap<string, StepRunner> = new Map<string, StepRunner>([
  ["prompt", runPrompt],
  ["fetch-url", runFetchUrl],
  ["api-call", runApiCall],
  ["transform-data", runTransform],
  ["template", runTemplate],
  ["set-variable", runSetVariable],
  ["wait-until", runWaitUntil],
  ["retrieve-record", runRetrieveRecord],
  ["get-record", runRetrieveRecord],
  ["list-records", runListRecords],
  ["upsert-record", runUpsertRecord],
  ["update-record", runUpdateRecord],
  ["create-records", runCreateRecords],
  ["send-email", runSendEmail],
  ["send-event", runSendEvent],
  ["send-stream", runSendStream],
]);

export function getStepRunner(type: string): StepRunner {
  const known = STEP_RUNNERS.get(type);
  if (known) return known;
  return () =>
    Promise.reject(
      new StepFailure(
        `${type || "A step without a type"} does not run on this server; connect it to the platform to run it`,
      ),
    );
}

import type { StepRunFunction } from "#server/runner/step-run-context.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { runSetVariableStep, runWaitUntilStep } from "./control-steps.ts";
import { runCreateRecordsStep } from "./create-records-step.ts";
import { runApiCallStep, runFetchUrlStep } from "./http-steps.ts";
import { runPromptStep } from "./prompt-step.ts";
import {
  runListRecordsStep,
  runRetrieveRecordStep,
  runUpdateRecordStep,
  runUpsertRecordStep,
} from "./record-steps.ts";
import { runSendEmailStep, runSendEventStep, runSendStreamStep } from "./reply-steps.ts";
import { runTransformStep } from "./script-steps.ts";
import { runTemplateStep } from "./template-step.ts";
import { quoteName } from "#core/text/quote-name.ts";

const STEP_RUNNERS: ReadonlyMap<string, StepRunFunction> = new Map<string, StepRunFunction>([
  ["prompt", runPromptStep],
  ["fetch-url", runFetchUrlStep],
  ["api-call", runApiCallStep],
  ["transform-data", runTransformStep],
  ["template", runTemplateStep],
  ["set-variable", runSetVariableStep],
  ["wait-until", runWaitUntilStep],
  ["retrieve-record", runRetrieveRecordStep],
  ["get-record", runRetrieveRecordStep],
  ["list-records", runListRecordsStep],
  ["upsert-record", runUpsertRecordStep],
  ["update-record", runUpdateRecordStep],
  ["create-records", runCreateRecordsStep],
  ["send-email", runSendEmailStep],
  ["send-event", runSendEventStep],
  ["send-stream", runSendStreamStep],
]);

export const SUPPORTED_STEP_TYPES: readonly string[] = [...STEP_RUNNERS.keys(), "conditional"];

export function getStepRunFunction(type: string): StepRunFunction {
  const known = STEP_RUNNERS.get(type);
  if (known) return known;
  return () =>
    Promise.reject(
      new StepFailure(
        `This server can’t run ${type ? `${quoteName(type)} steps` : "steps without a type"}. Connect it to the platform to run them.`,
      ),
    );
}

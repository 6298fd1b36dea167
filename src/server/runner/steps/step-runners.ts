import type { StepRunFunction } from "#server/runner/step-run-context.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { controlStepRunners } from "./control-steps.ts";
import { runCreateRecordsStep } from "./create-records-step.ts";
import { httpStepRunners } from "./http-steps.ts";
import { runPromptStep } from "./prompt-step.ts";
import { recordStepRunners } from "./record-steps.ts";
import { replyStepRunners } from "./reply-steps.ts";
import { runTransformStep } from "./script-steps.ts";
import { runTemplateStep } from "./template-step.ts";
import { quoteName } from "#core/text/quote-name.ts";

const STEP_RUNNERS: ReadonlyMap<string, StepRunFunction> = new Map(
  Object.entries<StepRunFunction>({
    prompt: runPromptStep,
    ...httpStepRunners,
    "transform-data": runTransformStep,
    template: runTemplateStep,
    ...controlStepRunners,
    ...recordStepRunners,
    "create-records": runCreateRecordsStep,
    ...replyStepRunners,
  }),
);

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

import type { StepResult } from "#contract/run.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** Where an execution of a retry started; undefined if it ran all steps because it was asked to. */
export function describeRetryStart(steps: readonly StepResult[]): string | undefined {
  const reason = (step: StepResult) => step.skipReason ?? "";
  const first = steps.find((step) => step.status !== "skipped" && reason(step) !== "taken");
  const hasTaken = steps.some((step) => reason(step) === "taken");
  if (!first) return hasTaken ? "All outcomes were taken from the earlier run." : undefined;
  const cause = RERUN_CAUSES[reason(first)];
  if (!hasTaken && cause === undefined) return undefined;
  const number = (first.order ?? 0) + 1;
  const name = quoteName(first.stepName);
  if (cause === undefined)
    return `Started at step ${number}, ${name}. The outcomes before it were taken from the earlier run.`;
  return `Started at step ${number}: ${name} ran again because ${cause}.`;
}

const RERUN_CAUSES: Readonly<Record<string, string>> = {
  "rerun-cut": "its stored result is cut",
  "rerun-redacted": "its stored result hides a secret",
  "rerun-changed": "the steps have changed",
};

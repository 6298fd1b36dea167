import type { AlertCondition } from "#contract/alert-kinds.ts";
import type { LastRun } from "#server/store/alert-rows.ts";

export interface RunTransition {
  readonly hasFailed: boolean;
  readonly hadFailed: boolean;
}

/** A run with some failed records counts as failed. Undefined for a cancelled run, of which no alert is sent. */
export function hasRunFailed({ status, failedRecords }: LastRun): boolean | undefined {
  if (status === "failed") return true;
  return status === "completed" ? (failedRecords ?? 0) > 0 : undefined;
}

/** The condition of a rule that a run meets; the most specific of them. */
export function decideAlert(
  conditions: readonly AlertCondition[],
  { hasFailed, hadFailed }: RunTransition,
): AlertCondition | undefined {
  if (!hasFailed) return hadFailed && conditions.includes("recovers") ? "recovers" : undefined;
  const isAgain = hadFailed && (conditions.includes("failsAgain") || conditions.includes("fails"));
  if (isAgain) return "failsAgain";
  return conditions.includes("fails") ? "fails" : undefined;
}

/** Waits before the attempts after the first, about a day in all. */
const RETRY_SECONDS = [60, 5 * 60, 15 * 60, 60 * 60, 3 * 60 * 60, 6 * 60 * 60, 6 * 60 * 60, 6 * 60 * 60];

/** Undefined after the last attempt. */
export function getRetrySeconds(attempts: number): number | undefined {
  return RETRY_SECONDS[attempts - 1];
}

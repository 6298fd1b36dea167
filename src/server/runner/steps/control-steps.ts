import { setTimeout as wait } from "node:timers/promises";
import { type JsonValue, isJsonObject } from "#core/json/json.ts";
import {
  type StepRunContext,
  type StepRunners,
  readFirstSetConfigValue,
  fillConfigNumber,
} from "#server/runner/step-run-context.ts";
import { StepFailure } from "#server/domain/step-failure.ts";
import { evaluateStepCondition } from "./script-steps.ts";

const DEFAULT_POLL_MS = 1000;
const MIN_POLL_MS = 100;
const DEFAULT_TIMEOUT_MS = 60_000;

export const controlStepRunners: StepRunners = {
  "set-variable": runSetVariableStep,
  "wait-until": runWaitUntilStep,
};

async function runSetVariableStep(call: StepRunContext): Promise<JsonValue> {
  const value = readFirstSetConfigValue(call, "valueTemplate", "value");
  return value === undefined ? "" : call.filler.value(value);
}

/** The condition can only depend on the time, because no other step runs meanwhile. */
async function runWaitUntilStep(call: StepRunContext): Promise<JsonValue> {
  const startedAt = performance.now();
  const result = (isMet: boolean) => ({ isMet, waitedMs: Math.round(performance.now() - startedAt) });
  const condition = readFirstSetConfigValue(call, "condition");
  const delay = fillConfigNumber(call, "delayMs");
  if (condition === undefined && delay === undefined) {
    throw new StepFailure("Set a condition or a time.");
  }
  if (delay !== undefined && delay > 0) await waitMillisecondsUnlessAborted(delay, call.signal);
  if (condition === undefined) return result(true);
  const poll = isJsonObject(call.config["poll"]) ? call.config["poll"]["intervalMs"] : undefined;
  const interval =
    fillConfigNumber(call, "pollIntervalMs") ?? (typeof poll === "number" ? poll : DEFAULT_POLL_MS);
  const timeout = fillConfigNumber(call, "timeoutMs") ?? DEFAULT_TIMEOUT_MS;
  const deadline = startedAt + timeout;
  while (!(await evaluateStepCondition({ ...call, filler: call.filler.forAttempt() }, condition))) {
    const left = deadline - performance.now();
    if (left <= 0) {
      if (call.config["continueOnTimeout"] === true) return result(false);
      throw new StepFailure(`The condition was not true within ${timeout} ms.`);
    }
    await waitMillisecondsUnlessAborted(Math.min(Math.max(interval, MIN_POLL_MS), left), call.signal);
  }
  return result(true);
}

export async function waitMillisecondsUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(Math.min(ms, 2 ** 31 - 1), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

import { setTimeout as wait } from "node:timers/promises";
import { type JsonValue, isJsonObject } from "#core/json.ts";
import { type StepCall, configValue, filledNumber } from "#server/runner/step-call.ts";
import { StepFailure } from "#server/runner/step-failure.ts";
import { isTrue } from "./script-steps.ts";

const POLL_MS = 1000;
const LEAST_POLL_MS = 100;
const PATIENCE_MS = 60_000;

export async function runSetVariable(call: StepCall): Promise<JsonValue> {
  const value = configValue(call, "valueTemplate", "value");
  return value === undefined ? "" : call.filler.value(value);
}

/** Waits for a time, or until a condition holds: what changes while it waits are the times, `_now` and `Date`. */
export async function runWaitUntil(call: StepCall): Promise<JsonValue> {
  const startedAt = performance.now();
  const result = (isMet: boolean) => ({ isMet, waitedMs: Math.round(performance.now() - startedAt) });
  const condition = configValue(call, "condition");
  const delay = filledNumber(call, "delayMs");
  if (condition === undefined && delay === undefined) {
    throw new StepFailure("This step needs a condition, or a time to wait for.");
  }
  if (delay !== undefined && delay > 0) await pause(delay, call.signal);
  if (condition === undefined) return result(true);
  const poll = isJsonObject(call.config["poll"]) ? call.config["poll"]["intervalMs"] : undefined;
  const interval = filledNumber(call, "pollIntervalMs") ?? (typeof poll === "number" ? poll : POLL_MS);
  const patience = filledNumber(call, "timeoutMs") ?? PATIENCE_MS;
  const deadline = startedAt + patience;
  while (!(await isTrue(call, condition))) {
    const left = deadline - performance.now();
    if (left <= 0) {
      if (call.config["continueOnTimeout"] === true) return result(false);
      throw new StepFailure(`What this step waits for did not come true within ${patience} ms.`);
    }
    await pause(Math.min(Math.max(interval, LEAST_POLL_MS), left), call.signal);
  }
  return result(true);
}

/** Ends early with the signal's own reason. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(Math.min(ms, 2 ** 31 - 1), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

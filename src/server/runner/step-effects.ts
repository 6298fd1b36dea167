import { createHash } from "node:crypto";
import type { StepNode } from "#core/document/flow-document.ts";
import { getStepConfig, getStepType } from "#core/document/step.ts";
import { isJsonObject } from "#core/json/json.ts";

/** Types whose steps have an effect outside the run, or cost money: a restart must not repeat them. */
const EFFECT_STEP_TYPES: ReadonlySet<string> = new Set([
  "prompt",
  "send-email",
  "send-event",
  "upsert-record",
  "update-record",
  "create-records",
]);

const READING_METHODS = new Set(["", "GET", "HEAD", "OPTIONS"]);

/** `method` is the name of an HTTP method; the empty text stands for GET. */
export function isWritingHttpMethod(method: string): boolean {
  return !READING_METHODS.has(method.trim().toUpperCase());
}

/** Whether a step has an effect outside the run or costs money. A request whose method is a template counts too. */
export function hasStepEffectOutsideRun(node: StepNode): boolean {
  const type = getStepType(node);
  if (type !== "api-call" && type !== "fetch-url") return EFFECT_STEP_TYPES.has(type);
  const { http } = getStepConfig(node);
  const method = isJsonObject(http) ? http["method"] : undefined;
  return typeof method === "string" && isWritingHttpMethod(method);
}

/**
 * Returns the idempotency key of a step, 43 characters of A–Z, a–z, 0–9, `-` and `_`. It is the same for all retries
 * of the step in a run, and for all attempts of a run that was interrupted.
 */
export function createStepIdempotencyKey(runKey: string, position: number): string {
  return createHash("sha256")
    .update(JSON.stringify([runKey, position]))
    .digest("base64url");
}

import type { StepNode } from "#core/document/flow-document.ts";
import { getStepConfig, getStepType } from "#core/document/step.ts";
import { isJsonObject } from "#core/json/json.ts";

/** An effect of a step outside of its run. `model`: the step only costs money. */
export type StepEffect = "email" | "event" | "model" | "record" | "request" | "text";

const EFFECTS: ReadonlyMap<string, StepEffect> = new Map([
  ["prompt", "model"],
  ["send-email", "email"],
  ["send-text", "text"],
  ["send-event", "event"],
  ["upsert-record", "record"],
  ["update-record", "record"],
  ["create-records", "record"],
]);

const REQUEST_TYPES: ReadonlySet<string> = new Set(["api-call", "fetch-url"]);

const READING_METHODS: ReadonlySet<string> = new Set(["", "GET", "HEAD", "OPTIONS"]);

/** `method` is the name of an HTTP method; the empty text stands for GET. */
export function isWritingHttpMethod(method: string): boolean {
  return !READING_METHODS.has(method.trim().toUpperCase());
}

/** Returns the effect of a step on the world outside of its run. A request whose method is a template may write. */
export function getStepEffect(node: StepNode): StepEffect | undefined {
  const type = getStepType(node);
  if (!REQUEST_TYPES.has(type)) return EFFECTS.get(type);
  const { http } = getStepConfig(node);
  const method = isJsonObject(http) ? http["method"] : undefined;
  return typeof method === "string" && isWritingHttpMethod(method) ? "request" : undefined;
}

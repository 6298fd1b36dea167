import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { truncateText } from "./cut-text.ts";
import type { RunSecretRedactor } from "./redactor.ts";
import type { RunVariables } from "./run-variables.ts";
import { stringifyJsonValueWithCache } from "./value-json.ts";

const LIMIT = 2000;

/**
 * Returns the current values of the variables that a step reads, redacted; a long value is cut to the start of its
 * JSON. Returns undefined if all of them are unset.
 */
export function readStepInputVariables(
  names: readonly string[],
  variables: RunVariables,
  redactor: RunSecretRedactor,
): JsonObject | undefined {
  const read = names.flatMap((name) => {
    const value = variables.find(name);
    return value === undefined ? [] : [[redactor.text(name), shorten(redactor.value(value))] as const];
  });
  return read.length > 0 ? Object.fromEntries(read) : undefined;
}

function shorten(value: JsonValue): JsonValue {
  const json = stringifyJsonValueWithCache(value);
  if (json.length <= LIMIT) return value;
  return truncateText(typeof value === "string" ? value : json, LIMIT);
}

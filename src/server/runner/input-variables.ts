import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { truncateText } from "#server/domain/truncate-text.ts";
import type { RunSecretRedactor } from "#server/redaction/run-secret-redactor.ts";
import type { RunValue } from "#server/domain/run-value.ts";
import type { RunVariables } from "./run-variables.ts";

const LIMIT = 2000;

/** Redacted; a long value is cut. Undefined if all of them are unset. */
export function readStepInputVariables(
  names: readonly string[],
  variables: RunVariables,
  redactor: RunSecretRedactor,
): JsonObject | undefined {
  const read = names.flatMap((name) => {
    const value = variables.findWhole(name);
    return value === undefined ? [] : [[redactor.name(name), describe(value, redactor)] as const];
  });
  return read.length > 0 ? Object.fromEntries(read) : undefined;
}

function describe(value: RunValue, redactor: RunSecretRedactor): JsonValue {
  const redacted = redactor.runValue(value);
  if (redacted.json.length <= LIMIT) return redacted.value;
  return truncateText(redacted.text ?? redacted.json, LIMIT);
}

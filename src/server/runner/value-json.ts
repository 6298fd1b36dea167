import type { JsonValue } from "#core/json/json.ts";

const known = new WeakMap<object, string>();

/**
 * Returns the JSON of an immutable value. Cached, because variables, results, redaction and the log all need the JSON
 * of the same value, which may be large.
 */
export function stringifyJsonValueWithCache(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const json = known.get(value) ?? JSON.stringify(value);
  known.set(value, json);
  return json;
}

const LONG = 500_000;

export async function yieldToEventLoopIfLong(length: number): Promise<void> {
  if (length > LONG) await new Promise((resolve) => void setImmediate(resolve));
}

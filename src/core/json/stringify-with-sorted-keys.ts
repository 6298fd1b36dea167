import { type JsonValue, isJsonObject } from "./json.ts";

/** Two texts are equal exactly if `isEqualJson` finds the values equal. */
export function stringifyWithSortedKeys(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(stringifyWithSortedKeys).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${stringifyWithSortedKeys(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

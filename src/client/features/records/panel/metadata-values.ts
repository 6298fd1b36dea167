import type { JsonValue } from "#core/json/json.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";

/** `json`: a nested value, or a text that a text field would change. */
export type MetadataValueType = "text" | "number" | "true" | "false" | "null" | "json";

export function getMetadataValueType(value: JsonValue): MetadataValueType {
  if (value === null) return "null";
  switch (typeof value) {
    case "string":
      return value.includes("\r") ? "json" : "text";
    case "number":
      return "number";
    case "boolean":
      return value ? "true" : "false";
    default:
      return "json";
  }
}

/** Text that is no number, or too precise for one, is written as text. */
export function formatMetadataText(text: string, type: MetadataValueType): string {
  if (type === "true" || type === "false" || type === "null") return type;
  return type === "number" && isExactNumber(text) ? text : JSON.stringify(text);
}

function isExactNumber(text: string): boolean {
  return /^-?\d[\d.eE+-]*$/.test(text) && parseJsonText(text).type === "value";
}

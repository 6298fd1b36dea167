import type { JsonValue } from "./json.ts";
import { findJsonValueOffsets } from "./json-places.ts";
import { findUnstorableJsonValue } from "./unstorable-json-value.ts";
import { findLineAndColumn } from "./line-finder.ts";
import { scanJsonValue } from "./scan-json.ts";

export type JsonParseResult =
  | { readonly type: "value"; readonly value: JsonValue }
  | { readonly type: "broken"; readonly message: string; readonly offset: number };

export function parseJsonText(text: string): JsonParseResult {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return findSyntaxFault(text);
  }
  const fault = findUnstorableJsonValue(text, value);
  if (fault) return broken(text, fault.message, findJsonValueOffsets(text, [fault.path])[0]?.from ?? 0);
  return { type: "value", value };
}

function findSyntaxFault(text: string): JsonParseResult {
  const scan = scanJsonValue(text, 0);
  if (scan.type === "fault") return broken(text, scan.message, scan.offset);
  const offset = scan.end + text.slice(scan.end).search(/\S/);
  return broken(text, "Unexpected text after the JSON.", offset);
}

function broken(text: string, message: string, offset: number): JsonParseResult {
  const { line, column } = findLineAndColumn(text, offset);
  const sentence = message.replace(/\.$/, "");
  return { type: "broken", message: `${sentence} (line ${line}, column ${column}).`, offset };
}

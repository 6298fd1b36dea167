import type { JsonValue } from "./json.ts";
import { findJsonPlaces } from "./json-places.ts";
import { findJsonFault } from "./json-text.ts";
import { lineAndColumn } from "./line-finder.ts";
import { scanJson } from "./scan-json.ts";

/** What a text comes to as JSON: a value that can be kept as it is, or the reason against it and its place. */
export type JsonReading =
  | { readonly type: "value"; readonly value: JsonValue }
  | { readonly type: "broken"; readonly message: string; readonly offset: number };

/** Reads a text as JSON; every fault has a sentence and a place. */
export function parseJsonText(text: string): JsonReading {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return findSyntaxFault(text);
  }
  const fault = findJsonFault(text, value);
  if (fault) return broken(text, fault.message, findJsonPlaces(text, [fault.path])[0]?.from ?? 0);
  return { type: "value", value };
}

function findSyntaxFault(text: string): JsonReading {
  const scan = scanJson(text, 0);
  if (scan.type === "fault") return broken(text, scan.message, scan.offset);
  const offset = scan.end + text.slice(scan.end).search(/\S/);
  return broken(text, "The JSON ends before this text.", offset);
}

function broken(text: string, message: string, offset: number): JsonReading {
  const { line, column } = lineAndColumn(text, offset);
  const sentence = message.replace(/\.$/, "");
  return { type: "broken", message: `${sentence} (line ${line}, column ${column}).`, offset };
}

import type { JsonValue } from "#core/json.ts";
import { findJsonPlaces } from "#core/json-places.ts";
import { findJsonFault } from "#core/json-text.ts";
import { lineAndColumn } from "#core/line-finder.ts";
import { scanJson } from "#core/scan-json.ts";
import type { FieldReading } from "./step-field.ts";

/** Reads a text as JSON; every fault has a sentence and a place. */
export function parseJsonText(text: string): FieldReading {
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

function findSyntaxFault(text: string): FieldReading {
  const scan = scanJson(text, 0);
  if (scan.type === "fault") return broken(text, scan.message, scan.offset);
  const offset = scan.end + text.slice(scan.end).search(/\S/);
  return broken(text, "The JSON ends before this text.", offset);
}

function broken(text: string, message: string, offset: number): FieldReading {
  const { line, column } = lineAndColumn(text, offset);
  const sentence = message.replace(/\.$/, "");
  return { type: "broken", message: `${sentence} (line ${line}, column ${column}).`, offset };
}

import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import type { StepFieldParseResult } from "./step-field.ts";
import { quoteValue } from "#core/text/quote-name.ts";

export type KeyValueRow = readonly [key: string, value: string];

export function isObjectOfStrings(value: JsonValue | undefined): value is { readonly [key: string]: string } {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "string");
}

/**
 * Converts rows to an object; skips empty rows. A missing or duplicate key is invalid, because a value would be lost.
 * Integer-like keys change their place: JavaScript orders them first.
 */
export function convertKeyValueRowsToObject(
  rows: readonly KeyValueRow[],
  keyLabel: string,
): StepFieldParseResult {
  const pairs = rows.filter(([key, value]) => key !== "" || value !== "");
  if (pairs.length === 0) return { type: "value", value: undefined };
  const keys = new Set<string>();
  for (const [key, value] of pairs) {
    if (key === "") return { type: "broken", message: `${keyLabel} is required for ${quoteValue(value)}.` };
    if (keys.has(key))
      return { type: "broken", message: `Duplicate ${keyLabel.toLowerCase()}: ${quoteValue(key)}.` };
    keys.add(key);
  }
  return { type: "value", value: Object.fromEntries(pairs) satisfies JsonObject };
}

/** Serializes rows to a string, because the invalid input of every field is stored as text. */
export function serializeFieldRows(rows: readonly KeyValueRow[] | readonly string[]): string {
  return JSON.stringify(rows);
}

export function parseKeyValueRows(text: string): readonly KeyValueRow[] {
  return parseRows(text, isPairRow) ?? [];
}

export function parseTextListRows(text: string): readonly string[] {
  return parseRows(text, isTextRow) ?? [];
}

/** Whether the text is a result of {@link serializeFieldRows}. */
export function isSerializedFieldRows(text: string, type: "pairs" | "texts"): boolean {
  return (type === "pairs" ? parseRows(text, isPairRow) : parseRows(text, isTextRow)) !== undefined;
}

function parseRows<Row>(text: string, isRow: (value: unknown) => value is Row): readonly Row[] | undefined {
  if (text === "") return [];
  try {
    const rows: unknown = JSON.parse(text);
    return Array.isArray(rows) && rows.every(isRow) ? rows : undefined;
  } catch {
    return undefined;
  }
}

const isTextRow = (value: unknown): value is string => typeof value === "string";

const isPairRow = (value: unknown): value is KeyValueRow =>
  Array.isArray(value) && value.length === 2 && value.every(isTextRow);

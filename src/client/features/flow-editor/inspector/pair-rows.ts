import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import type { FieldReading } from "./step-field.ts";

/** A row of a list of pairs as it stands in the form, finished or not. */
export type PairRow = readonly [key: string, value: string];

/** Only an object of texts can be edited as pairs. */
export function isPairs(value: JsonValue | undefined): value is { readonly [key: string]: string } {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "string");
}

/**
 * The object that the rows make, in their order. Rows without key and value are not there yet. A key that is missing or
 * stands twice would lose a value, so it is for the person to mend. Keys that look like whole numbers come first in any
 * JavaScript object, wherever their row stands.
 */
export function readPairs(rows: readonly PairRow[], keyLabel: string): FieldReading {
  const pairs = rows.filter(([key, value]) => key !== "" || value !== "");
  if (pairs.length === 0) return { type: "value", value: undefined };
  const keys = new Set<string>();
  for (const [key, value] of pairs) {
    const name = keyLabel.toLowerCase();
    if (key === "") return { type: "broken", message: `A ${name} is missing for “${shorten(value)}”.` };
    if (keys.has(key)) return { type: "broken", message: `The ${name} “${shorten(key)}” is there twice.` };
    keys.add(key);
  }
  return { type: "value", value: Object.fromEntries(pairs) satisfies JsonObject };
}

/** Rows are kept as text like every other field, so that unfinished ones can wait beside the flow. */
export function formatRows(rows: readonly PairRow[] | readonly string[]): string {
  return JSON.stringify(rows);
}

export function parsePairRows(text: string): readonly PairRow[] {
  return parseRows(text, isPairRow) ?? [];
}

export function parseTextRows(text: string): readonly string[] {
  return parseRows(text, isTextRow) ?? [];
}

/** Whether the text is one of {@link formatRows}. */
export function holdsRows(text: string, type: "pairs" | "texts"): boolean {
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

const isPairRow = (value: unknown): value is PairRow =>
  Array.isArray(value) && value.length === 2 && value.every(isTextRow);

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

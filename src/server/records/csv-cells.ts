import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { scanJsonValue } from "#core/json/scan-json.ts";

export const FIXED_CSV_COLUMNS = ["id", "type", "name", "createdAt", "updatedAt"] as const;

/** HARMLESS has the apostrophe by which `writeCell` makes a formula plain text. */
const FORMULA = /^'*[=+\-@\t\r]/;
const HARMLESS = /^'+[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Only if serializing gives the same text: 007, 1.50, 1e3, long numbers and `null` remain strings. */
function readCell(text: string): JsonValue {
  if (HARMLESS.test(text)) return removeFormulaApostrophe(text);
  if (/^-?\d/.test(text)) return String(Number(text)) === text ? Number(text) : text;
  if (text === "true" || text === "false") return text === "true";
  if (!/^[[{]/.test(text)) return text;
  // Scans first, because an exception of `JSON.parse` costs a hundred times as much, and a file may have millions of cells.
  const scan = scanJsonValue(text, 0);
  if (scan.type === "fault" || scan.end < text.length) return text;
  const value = JSON.parse(text) as JsonValue;
  return JSON.stringify(value) === text ? value : text;
}

/** Removes the apostrophe that `writeCell` puts before a text that a spreadsheet would evaluate as a formula. */
export function removeFormulaApostrophe(text: string): string {
  return HARMLESS.test(text) ? text.slice(1) : text;
}

/** `readCell` restores it, except null and strings that look like JSON. Prefixes formulas with an apostrophe. */
function writeCell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string")
    return quote(FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value);
  return quote(typeof value === "object" ? JSON.stringify(value) : String(value));
}

export function formatCsvRow(cells: readonly (JsonValue | undefined)[]): string {
  return `${cells.map(writeCell).join(",")}\r\n`;
}

export function toCsvColumnName(key: string): string {
  return (FIXED_CSV_COLUMNS as readonly string[]).includes(key) || key.startsWith("metadata.")
    ? `metadata.${key}`
    : key;
}

export function toMetadataKey(column: string): string {
  return column.replace(/^metadata\./, "");
}

export function parseMetadataCsvCells(columns: readonly string[], cells: readonly string[]): JsonObject {
  const entries = columns.flatMap((column, index) => {
    const text = cells[index] ?? "";
    return column === "" || text === "" ? [] : [[column, readCell(text)] as const];
  });
  return Object.fromEntries(entries);
}

/** Nested JSON can escape characters that the store rejects and the check of the file's text misses. */
export function hasNestedMetadata(metadata: JsonObject): boolean {
  return Object.values(metadata).some((value) => Array.isArray(value) || isJsonObject(value));
}

function quote(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

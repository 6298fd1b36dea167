import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";

/** The columns of an export that are no metadata. By these a file is known to be one, when it comes back. */
export const EXPORT_COLUMNS = ["id", "type", "name", "createdAt", "updatedAt"] as const;

/** What a spreadsheet takes for a formula, and what was made harmless before. */
const FORMULA = /^'*[=+\-@\t\r]/;
const HARMLESS = /^'+[=+\-@\t\r]/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * What a cell holds. A number, true, false, a list or an object is one only where it would be written in just these
 * characters: 007, 1.50, 1e3 and a card number of 20 digits are texts, and stay what somebody typed. `null` is a word.
 */
function readCell(text: string): JsonValue {
  if (HARMLESS.test(text)) return readWord(text);
  if (!/^(?:-?\d|true$|false$|\{|\[)/.test(text)) return text;
  try {
    const value = JSON.parse(text) as JsonValue;
    return JSON.stringify(value) === text ? value : text;
  } catch {
    return text;
  }
}

/** What a cell says that is always a text. */
export function readWord(text: string): string {
  return HARMLESS.test(text) ? text.slice(1) : text;
}

/**
 * A value as a cell, so that `readCell` finds the same again, but for null, which becomes an empty cell, and texts that look
 * like something else. A text that a spreadsheet would run as a formula gets an apostrophe, which spreadsheets use for it.
 */
function writeCell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string")
    return quote(FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value);
  return quote(typeof value === "object" ? JSON.stringify(value) : String(value));
}

export function writeRow(cells: readonly (JsonValue | undefined)[]): string {
  return `${cells.map(writeCell).join(",")}\r\n`;
}

/** A column for each key; one that is called like a column of the record's own says where it is from. */
export function columnOf(key: string): string {
  return (EXPORT_COLUMNS as readonly string[]).includes(key) || key.startsWith("metadata.")
    ? `metadata.${key}`
    : key;
}

export function keyOf(column: string): string {
  return column.replace(/^metadata\./, "");
}

/** The metadata of a row: an empty cell is a key that the record does not have. */
export function readMetadata(columns: readonly string[], cells: readonly string[]): JsonObject {
  const entries = columns.flatMap((column, index) => {
    const text = cells[index] ?? "";
    return column === "" || text === "" ? [] : [[column, readCell(text)] as const];
  });
  return Object.fromEntries(entries);
}

/** Whether a list or an object in it could not be kept: those are the only values of a cell with texts inside. */
export function hasNested(metadata: JsonObject): boolean {
  return Object.values(metadata).some((value) => Array.isArray(value) || isJsonObject(value));
}

function quote(text: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

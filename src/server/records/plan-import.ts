import { RECORD_LIMITS } from "#contract/record.ts";
import type { CsvRow } from "#core/json/csv-rows.ts";
import { findUnstorableJsonValue } from "#core/json/unstorable-json-value.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import { MAX_CSV_COLUMNS } from "./parse-csv-file.ts";
import {
  FIXED_CSV_COLUMNS,
  hasNestedMetadata,
  toMetadataKey,
  parseMetadataCsvCells,
  removeFormulaApostrophe,
} from "./csv-cells.ts";
import { quoteValue } from "#core/text/quote-name.ts";
import { formatCountWithNoun, formatCountInEnglish } from "#core/text/format-count.ts";

export interface CsvImportPlan {
  readonly keys: readonly string[];
  readonly nameAt: number;
  /** The type of all records, or the index of the column that contains each record's type. */
  readonly type: { readonly value: string } | { readonly at: number };
}

export interface CsvImportOptions {
  readonly nameColumn: string | undefined;
  readonly typeColumn: string | undefined;
  readonly typeValue: string | undefined;
}

export function planCsvImport(head: CsvRow, options: CsvImportOptions): CsvImportPlan {
  if (head.width > MAX_CSV_COLUMNS)
    throw refuse("file", `Files are limited to ${MAX_CSV_COLUMNS} columns. This file has ${head.width}.`);
  const columns = head.cells.map((cell) => removeFormulaApostrophe(cell.trim()));
  if (columns.every((column) => column === "")) {
    throw refuse("file", "The first row must contain column names.");
  }
  const doubled = columns.find((column, index) => column !== "" && columns.indexOf(column) !== index);
  if (doubled !== undefined) throw refuse("file", `Two columns are named ${quoteValue(doubled)}.`);
  const isExport = FIXED_CSV_COLUMNS.every((column, index) => columns[index] === column);
  const nameAt =
    options.nameColumn === undefined
      ? Math.max(
          0,
          columns.findIndex((column) => column.toLowerCase() === "name"),
        )
      : findColumn(columns, "nameColumn", options.nameColumn);
  const type = planType(columns, options, isExport);
  const others = new Set([nameAt, "at" in type ? type.at : -1]);
  const keys = columns.map((column, index) => {
    if (others.has(index) || (isExport && index < FIXED_CSV_COLUMNS.length)) return "";
    return isExport ? toMetadataKey(column) : column;
  });
  return { keys, nameAt, type };
}

function planType(
  columns: readonly string[],
  { typeColumn, typeValue }: CsvImportOptions,
  isExport: boolean,
): CsvImportPlan["type"] {
  if (typeValue !== undefined) {
    if (typeValue.length <= RECORD_LIMITS.type && !typeValue.includes("\0")) return { value: typeValue };
    throw refuse("typeValue", `A type may have at most ${RECORD_LIMITS.type} characters.`);
  }
  const column = typeColumn ?? (isExport ? "type" : undefined);
  if (column !== undefined) return { at: findColumn(columns, "typeColumn", column) };
  throw refuse("typeValue", "Set the record type (typeValue), or the column that holds it (typeColumn).");
}

function findColumn(columns: readonly string[], option: string, wanted: string): number {
  const at = columns.indexOf(wanted.trim());
  if (at >= 0) return at;
  const names = columns.filter((column) => column !== "").slice(0, 20);
  throw refuse(option, `No column ${quoteValue(wanted)}. Columns: ${names.map(quoteValue).join(", ")}.`);
}

export function parseCsvImportRow(plan: CsvImportPlan, { cells, width }: CsvRow) {
  const { keys, nameAt, type } = plan;
  const extra = width > MAX_CSV_COLUMNS || cells.slice(keys.length).some((cell) => cell !== "");
  if (extra || width < keys.length) {
    return `This row has ${formatCountWithNoun(width, "cell")} but the first row has ${formatCountInEnglish(keys.length)}.`;
  }
  // Checks the length before parsing the cells, which is expensive.
  if (cells.reduce((length, cell) => length + cell.length, 0) > RECORD_LIMITS.bytes) return tooLong();
  const name = removeFormulaApostrophe(cells[nameAt] ?? "");
  if (name === "") return "Missing name.";
  if (name.length > RECORD_LIMITS.name) return `The name has more than ${RECORD_LIMITS.name} characters.`;
  const typeName = "value" in type ? type.value : removeFormulaApostrophe(cells[type.at] ?? "");
  if (typeName === "") return "Missing type.";
  if (typeName.length > RECORD_LIMITS.type) return `The type has more than ${RECORD_LIMITS.type} characters.`;
  const metadata = parseMetadataCsvCells(keys, cells);
  const text = JSON.stringify(metadata);
  if (text.length > RECORD_LIMITS.bytes) return tooLong();
  const fault = hasNestedMetadata(metadata) ? findUnstorableJsonValue(text, metadata) : undefined;
  return fault ? fault.message : { name, type: typeName, metadata: text, messages: null };
}

export function isBlankCsvRow({ cells, width }: CsvRow): boolean {
  return width <= MAX_CSV_COLUMNS && cells.every((cell) => cell.trim() === "");
}

function tooLong(): string {
  return `This row is longer than ${RECORD_LIMITS.bytes} characters.`;
}

function refuse(path: string, message: string) {
  return createInvalidRequestError("The file cannot be imported.", { message, path, code: "INVALID_VALUE" });
}

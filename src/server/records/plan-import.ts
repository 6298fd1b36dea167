import { RECORD_LIMITS } from "#contract/record.ts";
import { findJsonFault } from "#core/json-text.ts";
import { invalid } from "#server/api-failure.ts";
import { EXPORT_COLUMNS, hasNested, keyOf, readMetadata, readWord } from "./csv-values.ts";

/** How the columns of a file become records. */
export interface ImportPlan {
  /** Metadata key by column; empty for columns that are none. */
  readonly keys: readonly string[];
  readonly nameAt: number;
  /** The type, or the column that says it. */
  readonly type: { readonly value: string } | { readonly at: number };
}

export interface ImportOptions {
  readonly nameColumn: string | undefined;
  readonly typeColumn: string | undefined;
  readonly typeValue: string | undefined;
}

/** Reads the head of a file. Throws 400 for a head that no record can be made by. */
export function planImport(head: readonly string[], options: ImportOptions): ImportPlan {
  const columns = head.map((cell) => readWord(cell.trim()));
  if (columns.every((column) => column === "")) {
    throw refuse("file", "The first row must name the columns.");
  }
  const doubled = columns.find((column, index) => column !== "" && columns.indexOf(column) !== index);
  if (doubled !== undefined) throw refuse("file", `Two columns are named “${doubled.slice(0, 100)}”.`);
  const isExport = EXPORT_COLUMNS.every((column, index) => columns[index] === column);
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
    if (others.has(index) || (isExport && index < EXPORT_COLUMNS.length)) return "";
    return isExport ? keyOf(column) : column;
  });
  return { keys, nameAt, type };
}

/** `typeValue` wins. What was exported says its types itself. */
function planType(
  columns: readonly string[],
  { typeColumn, typeValue }: ImportOptions,
  isExport: boolean,
): ImportPlan["type"] {
  if (typeValue !== undefined) {
    if (typeValue.length <= RECORD_LIMITS.type && !typeValue.includes("\0")) return { value: typeValue };
    throw refuse("typeValue", `A type may have at most ${RECORD_LIMITS.type} characters.`);
  }
  const column = typeColumn ?? (isExport ? "type" : undefined);
  if (column !== undefined) return { at: findColumn(columns, "typeColumn", column) };
  throw refuse("typeValue", "Say of which type the records are, or which column says it (typeColumn).");
}

function findColumn(columns: readonly string[], option: string, wanted: string): number {
  const at = columns.indexOf(wanted.trim());
  if (at >= 0) return at;
  const names = columns.slice(0, 20).filter((column) => column !== "");
  throw refuse(
    option,
    `There is no column “${wanted.slice(0, 100)}”; there are ${names.join(", ").slice(0, 500)}.`,
  );
}

/** One row as the fields of a record, or why it is none. */
export function readRow(plan: ImportPlan, cells: readonly string[]) {
  const { keys, nameAt, type } = plan;
  const extra = cells.slice(keys.length).some((cell) => cell !== "");
  if (extra || cells.length < keys.length) {
    return `This row has ${count(cells.length, "cell")} where the first one has ${keys.length}.`;
  }
  const name = readWord(cells[nameAt] ?? "");
  if (name === "") return "The name is missing.";
  if (name.length > RECORD_LIMITS.name) return `The name has more than ${RECORD_LIMITS.name} characters.`;
  const typeName = "value" in type ? type.value : readWord(cells[type.at] ?? "");
  if (typeName === "") return "The type is missing.";
  if (typeName.length > RECORD_LIMITS.type) return `The type has more than ${RECORD_LIMITS.type} characters.`;
  const metadata = readMetadata(keys, cells);
  const text = JSON.stringify(metadata);
  if (text.length > RECORD_LIMITS.bytes) return `This row is longer than ${RECORD_LIMITS.bytes} characters.`;
  const fault = hasNested(metadata) ? findJsonFault(text, metadata) : undefined;
  return fault ? fault.message : { name, type: typeName, metadata: text, messages: null };
}

/** A line without anything in it, which people leave at the end. */
export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === "");
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function refuse(path: string, message: string) {
  return invalid("The file cannot be imported.", { message, path, code: "INVALID_VALUE" });
}

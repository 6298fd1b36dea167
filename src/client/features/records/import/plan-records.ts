import { RECORD_LIMITS } from "#contract/record.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { type ImportMapping, type ImportTable, type RowProblem, rowNumber } from "./import-table.ts";

/** What can be made of a table, before anything is sent. */
export interface ImportPlan {
  /** Indexes of the rows that look well. */
  readonly good: readonly number[];
  readonly problems: readonly RowProblem[];
}

/** A record as it is created. */
export interface PlannedRecord {
  readonly type: string;
  readonly name: string;
  readonly metadata: JsonObject;
  readonly messages?: readonly JsonValue[];
}

/** Goes through all rows; those with a problem are left out of the import. */
export function planRecords(table: ImportTable, mapping: ImportMapping): ImportPlan {
  const good: number[] = [];
  const problems: RowProblem[] = [];
  const seen = new Map<string, number>();
  table.rows.forEach((_, index) => {
    const row = rowNumber(table, index);
    const { type, name } = readNames(table, mapping, index);
    const key = JSON.stringify([type, name]);
    const before = seen.get(key);
    const message =
      findShapeProblem(table, index) ??
      findNameProblem("name", name, RECORD_LIMITS.name) ??
      findNameProblem("type", type, RECORD_LIMITS.type) ??
      (before === undefined ? undefined : `The same type and name as row ${before}.`);
    if (message !== undefined) return problems.push({ row, message });
    seen.set(key, row);
    good.push(index);
  });
  return { good, problems };
}

/** The record of a JSON row: what is not its type or its name is its metadata, as it stands. */
export function toRecord(
  table: ImportTable & { readonly kind: "json" },
  mapping: ImportMapping,
  index: number,
): PlannedRecord {
  const names = readNames(table, mapping, index);
  const row = table.rows[index] ?? {};
  if (table.areRecords) {
    const { metadata, messages } = row;
    return {
      ...names,
      metadata: isJsonObject(metadata) ? metadata : {},
      ...(Array.isArray(messages) && { messages }),
    };
  }
  const own = new Set([mapping.nameColumn, mapping.typeColumn]);
  const metadata = Object.fromEntries(Object.entries(row).filter(([key]) => !own.has(key)));
  return { ...names, metadata };
}

function readNames(table: ImportTable, { nameColumn, typeColumn, fixedType }: ImportMapping, index: number) {
  const name = readText(table, nameColumn, index);
  const type = typeColumn === undefined ? fixedType.trim() : readText(table, typeColumn, index);
  return { name, type };
}

function readText(table: ImportTable, column: string, index: number): string {
  if (table.kind === "csv") return (table.rows[index]?.[table.columns.indexOf(column)] ?? "").trim();
  const row = table.rows[index];
  const value = row && Object.hasOwn(row, column) ? row[column] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function findShapeProblem(table: ImportTable, index: number): string | undefined {
  if (table.kind === "json") return undefined;
  const cells = table.rows[index] ?? [];
  const extra = cells.slice(table.columns.length).some((cell) => cell !== "");
  if (!extra && cells.length >= table.columns.length) return undefined;
  return `It has ${formatCount(cells.length, "cell")} where the first row has ${table.columns.length}.`;
}

function findNameProblem(what: "name" | "type", text: string, longest: number): string | undefined {
  if (text === "") return `It has no ${what}.`;
  return text.length > longest
    ? `Its ${what} has ${text.length} characters; ${longest} are the most.`
    : undefined;
}

import { RECORD_LIMITS } from "#contract/record.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import {
  type ImportColumnMapping,
  type ParsedImportFile,
  type ImportRowProblem,
  toImportFileRowNumber,
} from "./read-import-file.ts";

export interface RecordImportPlan {
  readonly good: readonly number[];
  readonly problems: readonly ImportRowProblem[];
}

export interface ImportedRecordBody {
  readonly type: string;
  readonly name: string;
  readonly metadata: JsonObject;
  readonly messages?: readonly JsonValue[];
}

export function planRecordImport(table: ParsedImportFile, mapping: ImportColumnMapping): RecordImportPlan {
  const good: number[] = [];
  const problems: ImportRowProblem[] = [];
  const seen = new Map<string, number>();
  table.rows.forEach((_, index) => {
    const row = toImportFileRowNumber(table, index);
    const { type, name } = readNames(table, mapping, index);
    const key = JSON.stringify([type, name]);
    const before = seen.get(key);
    const message =
      findShapeProblem(table, index) ??
      findNameProblem("name", name, RECORD_LIMITS.name) ??
      findNameProblem("type", type, RECORD_LIMITS.type) ??
      (before === undefined ? undefined : `Same type and name as row ${before}`);
    if (message !== undefined) return problems.push({ row, message });
    seen.set(key, row);
    good.push(index);
  });
  return { good, problems };
}

/** Every key of an object that is no exported record becomes metadata, except those of type and name. */
export function toImportedRecordBody(
  table: ParsedImportFile & { readonly kind: "json" },
  mapping: ImportColumnMapping,
  index: number,
): ImportedRecordBody {
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
  const mappedKeys = new Set([mapping.nameColumn, mapping.typeColumn]);
  const metadata = Object.fromEntries(Object.entries(row).filter(([key]) => !mappedKeys.has(key)));
  return { ...names, metadata };
}

function readNames(
  table: ParsedImportFile,
  { nameColumn, typeColumn, fixedType }: ImportColumnMapping,
  index: number,
) {
  const name = readText(table, nameColumn, index);
  const type = typeColumn === undefined ? fixedType.trim() : readText(table, typeColumn, index);
  return { name, type };
}

function readText(table: ParsedImportFile, column: string, index: number): string {
  if (table.kind === "csv") return (table.rows[index]?.[table.columns.indexOf(column)] ?? "").trim();
  const row = table.rows[index];
  const value = row && Object.hasOwn(row, column) ? row[column] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

function findShapeProblem(table: ParsedImportFile, index: number): string | undefined {
  if (table.kind === "json") return undefined;
  const cells = table.rows[index] ?? [];
  const extra = cells.slice(table.columns.length).some((cell) => cell !== "");
  if (!extra && cells.length >= table.columns.length) return undefined;
  return `${formatCount(cells.length, "cell")} for ${formatCount(table.columns.length, "column")}`;
}

function findNameProblem(what: "name" | "type", text: string, longest: number): string | undefined {
  if (text === "") return `Missing ${what}`;
  return text.length > longest ? `Too long ${what}: ${text.length} characters, max. ${longest}` : undefined;
}

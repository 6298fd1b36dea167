import { RECORD_LIMITS } from "#contract/record.ts";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json/json.ts";
import { readCsvRows } from "#core/json/csv-rows.ts";
import { parseJsonText } from "#core/json/parse-json-text.ts";
import { quoteValue } from "#core/text/quote-name.ts";

/** The parsed file. Row numbers are those of a spreadsheet: the header of a CSV file is row 1. */
export type ParsedImportFile =
  | {
      readonly kind: "csv";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly numbers: readonly number[];
    }
  | {
      readonly kind: "json";
      readonly columns: readonly string[];
      readonly rows: readonly JsonObject[];
      /** If not, the keys that are not mapped to name or type become metadata. */
      readonly areRecords: boolean;
    };

export interface ImportColumnMapping {
  readonly nameColumn: string;
  /** Undefined if all records have the type `fixedType`. */
  readonly typeColumn: string | undefined;
  readonly fixedType: string;
}

export interface ImportRowProblem {
  /** Undefined if the server does not report the row. */
  readonly row: number | undefined;
  readonly message: string;
}

export const compareByRow = (a: ImportRowProblem, b: ImportRowProblem) =>
  (a.row ?? Infinity) - (b.row ?? Infinity);

export class ImportFileError extends Error {
  override readonly name = "ImportFileError";
}

export function toImportFileRowNumber(table: ParsedImportFile, index: number): number {
  return table.kind === "csv" ? (table.numbers[index] ?? index + 2) : index + 1;
}

/** Omits a suffix such as “(1)”, which browsers add to the name of a repeated download. */
function typeOfFile(fileName: string): string {
  const stem = fileName.replace(/\.[^.]*$/, "").replace(/ ?\(\d+\)$/, "");
  return stem.trim().slice(0, RECORD_LIMITS.type) || "record";
}

/** Without a type column, suggests `type` or, if empty, a type derived from the file's name. */
export function guessImportColumnMapping(
  { columns }: Pick<ParsedImportFile, "columns">,
  type: string,
  fileName: string,
): ImportColumnMapping {
  const find = (...names: readonly string[]) =>
    names.flatMap((name) => columns.find((column) => column.toLowerCase() === name) ?? [])[0];
  return {
    nameColumn: find("name", "title", "label", "id") ?? columns.find((column) => column !== "") ?? "",
    typeColumn: find("type"),
    fixedType: type || typeOfFile(fileName),
  };
}

/** Keys of an exported record; an item with only these keys is treated as a record. */
const RECORD_KEYS = new Set([
  "id",
  "type",
  "name",
  "metadata",
  "messages",
  "userId",
  "organizationId",
  "productSurfaceId",
  "createdAt",
  "updatedAt",
]);

/** Limits the choices only: the import includes all keys. */
const MAX_COLUMNS = 200;

/** Parses the text of a file into a table. Throws an `ImportFileError`. */
export function readImportFile(fileName: string, text: string): ParsedImportFile {
  if (text.trim() === "") throw new ImportFileError("This file is empty. Choose a file with rows.");
  const isJson =
    /\.json$/i.test(fileName) || (!/\.(?:csv|tsv|txt)$/i.test(fileName) && /^\s*[[{]/.test(text));
  return isJson ? readJson(text) : readCsv(text);
}

function readCsv(text: string): ParsedImportFile {
  const [head, ...rest] = readCsvRows(text.replace(/^\uFEFF/, ""));
  const broken = [head, ...rest].find((row) => row?.fault !== undefined);
  if (broken) throw new ImportFileError(`Unclosed quotation mark in line ${broken.row}.`);
  const columns = (head?.cells ?? []).map((cell) => cell.trim());
  if (columns.every((column) => column === ""))
    throw new ImportFileError("The first row must name the columns.");
  const doubled = columns.find((column, index) => column !== "" && columns.indexOf(column) !== index);
  if (doubled !== undefined)
    throw new ImportFileError(
      `Two columns are named ${quoteValue(doubled)}. Rename one, then choose the file again.`,
    );
  const rows: (readonly string[])[] = [];
  const numbers: number[] = [];
  for (const { row, cells } of rest) {
    if (cells.every((cell) => cell.trim() === "")) continue;
    rows.push(cells);
    numbers.push(row);
  }
  if (rows.length === 0) throw new ImportFileError("This file has column names but no rows.");
  return { kind: "csv", columns, rows, numbers };
}

function readJson(text: string): ParsedImportFile {
  const reading = parseJsonText(text.replace(/^\uFEFF/, ""));
  if (reading.type === "broken") throw new ImportFileError(`Invalid JSON: ${reading.message}`);
  const items = listItems(reading.value);
  if (items.length === 0) throw new ImportFileError("This list is empty. Choose a file with records.");
  const wrong = items.findIndex((item) => !isJsonObject(item));
  if (wrong >= 0)
    throw new ImportFileError(
      `Item ${wrong + 1} is not an object. Each record must be an object: { "name": … }.`,
    );
  const rows = items as readonly JsonObject[];
  const keys = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) keys.add(key);
  const areRecords = [...keys].every((key) => RECORD_KEYS.has(key)) && rows.every(hasRecordParts);
  return { kind: "json", columns: [...keys].slice(0, MAX_COLUMNS), rows, areRecords };
}

function listItems(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  if (isJsonObject(value) && Array.isArray(value["data"])) return value["data"];
  throw new ImportFileError("The JSON must be a list of objects: [ { … }, { … } ].");
}

function hasRecordParts({ metadata, messages }: JsonObject): boolean {
  const isMetadata = metadata === undefined || isJsonObject(metadata);
  return isMetadata && (messages === undefined || messages === null || Array.isArray(messages));
}

/** Maximum file size in bytes, because the browser holds the whole file in memory. */
const MAX_BYTES = 200 * 1024 * 1024;

interface DecodedFile {
  readonly text: string;
  /** Whether the file is not UTF-8, so that the encoding was guessed and some characters may be wrong. */
  readonly isGuessed: boolean;
}

/** Decodes a file in one of the encodings that spreadsheet programs export. Throws an `ImportFileError`. */
export async function decodeImportFile(file: Blob): Promise<DecodedFile> {
  if (file.size > MAX_BYTES)
    throw new ImportFileError("This file is larger than 200 MiB. Split it into smaller files.");
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    throw new ImportFileError(
      "This is a spreadsheet or an archive. Save the sheet as CSV, then choose that file.",
    );
  const wide =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : undefined;
  if (wide) return { text: new TextDecoder(wide).decode(bytes), isGuessed: false };
  if (bytes.includes(0)) throw new ImportFileError("This file is not text. Choose a CSV or JSON file.");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isGuessed: false };
  } catch {
    // Falls back to the default encoding of CSV files from Windows spreadsheets.
    return { text: new TextDecoder("windows-1252").decode(bytes), isGuessed: true };
  }
}

export function formatRowsAsCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quote).join(",")}\r\n`).join("");
}

function quote(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

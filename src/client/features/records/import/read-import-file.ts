import { parse } from "csv-parse/browser/esm/sync";
import { type JsonObject, type JsonValue, isJsonObject } from "#core/json.ts";
import { parseJsonText } from "#core/parse-json-text.ts";
import { ImportFileError, type ImportTable } from "./import-table.ts";

/** What an export of records holds; an item with no other key is a record. */
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

/** Columns past these are imported, but not offered. */
const MOST_COLUMNS = 200;

/** Reads the text of a file as a table of what may become records. Throws an `ImportFileError`. */
export function readImportFile(fileName: string, text: string): ImportTable {
  if (text.trim() === "") throw new ImportFileError("This file is empty. Choose one with rows in it.");
  const isJson =
    /\.json$/i.test(fileName) || (!/\.(?:csv|tsv|txt)$/i.test(fileName) && /^\s*[[{]/.test(text));
  return isJson ? readJson(text) : readCsv(text);
}

function readCsv(text: string): ImportTable {
  let all: readonly (readonly string[])[];
  try {
    all = parse(text, {
      bom: true,
      delimiter: findDelimiter(text),
      // All of them, since files that were put together end their lines in more than one way.
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      relax_quotes: true,
    });
  } catch (error) {
    const { lines } = error as { lines?: number };
    const where = lines === undefined ? "" : ` Look at line ${lines}.`;
    throw new ImportFileError(
      `A quotation mark opens and is never closed, so that it is not clear where the cells end.${where}`,
      { cause: error },
    );
  }
  const [head, ...rest] = all;
  const columns = (head ?? []).map((cell) => cell.trim());
  if (columns.every((column) => column === ""))
    throw new ImportFileError("The first row has to name the columns, and it is empty.");
  const doubled = columns.find((column, index) => column !== "" && columns.indexOf(column) !== index);
  if (doubled !== undefined)
    throw new ImportFileError(
      `Two columns are called “${doubled}”. Rename one of them, then choose the file again.`,
    );
  const rows: (readonly string[])[] = [];
  const numbers: number[] = [];
  rest.forEach((cells, index) => {
    if (cells.every((cell) => cell.trim() === "")) return;
    rows.push(cells);
    numbers.push(index + 2);
  });
  if (rows.length === 0) throw new ImportFileError("This file has names of columns, and no rows below them.");
  return { kind: "csv", columns, rows, numbers };
}

/** What parts the cells: spreadsheets write semicolons where the comma is the decimal point, and tabs at times. */
function findDelimiter(text: string): string {
  const [line = ""] = text
    .slice(0, 64 * 1024)
    .replaceAll(/"[^"]*"/g, "")
    .split(/\r|\n/, 1);
  const count = (delimiter: string) => line.split(delimiter).length;
  return [";", "\t"].reduce((best, other) => (count(other) > count(best) ? other : best), ",");
}

function readJson(text: string): ImportTable {
  const reading = parseJsonText(text.replace(/^\uFEFF/, ""));
  if (reading.type === "broken")
    throw new ImportFileError(`This is not JSON that can be read: ${reading.message}`);
  const items = listItems(reading.value);
  if (items.length === 0) throw new ImportFileError("This list is empty. Choose a file with records in it.");
  const wrong = items.findIndex((item) => !isJsonObject(item));
  if (wrong >= 0)
    throw new ImportFileError(`Item ${wrong + 1} is no object. Each record is one: { "name": … }.`);
  const rows = items as readonly JsonObject[];
  const keys = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) keys.add(key);
  const areRecords = [...keys].every((key) => RECORD_KEYS.has(key)) && rows.every(hasRecordParts);
  return { kind: "json", columns: [...keys].slice(0, MOST_COLUMNS), rows, areRecords };
}

/** An array, or what an API answers with when it is asked for a list. */
function listItems(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value;
  if (isJsonObject(value) && Array.isArray(value["data"])) return value["data"];
  throw new ImportFileError(
    "This JSON is not a list. Records are imported from a list of objects: [ { … }, { … } ].",
  );
}

function hasRecordParts({ metadata, messages }: JsonObject): boolean {
  const isMetadata = metadata === undefined || isJsonObject(metadata);
  return isMetadata && (messages === undefined || messages === null || Array.isArray(messages));
}

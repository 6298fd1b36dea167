import { formatValue } from "#client/features/records/record-fields.ts";
import { decodeFile } from "./decode-file.ts";
import type {
  ImportBatch,
  ImportCheck,
  ImportPreview,
  ImportReply,
  ImportRequest,
} from "./import-messages.ts";
import { ImportFileError, type ImportMapping, type ImportTable, rowNumber } from "./import-table.ts";
import { type ImportPlan, planRecords, toRecord } from "./plan-records.ts";
import { readImportFile } from "./read-import-file.ts";
import { writeCsv } from "./write-csv.ts";

// Holds a file that is being imported, off the main thread: a hundred thousand rows do not freeze the page.

const SAMPLE = 20;
const MOST_PROBLEMS = 100;

/** Of one request, in UTF-16 units: below what a server takes as one file. */
const MOST_TEXT = 2 * 1024 * 1024;

let table: ImportTable | undefined;
let mapping: ImportMapping | undefined;
let plan: ImportPlan = { good: [], problems: [] };

addEventListener("message", ({ data }: MessageEvent<ImportRequest>) => {
  const { id } = data;
  const reply = (message: ImportReply) => postMessage(message);
  answer(data).then(
    (found) => reply({ id, answer: found }),
    (error: unknown) => reply({ id, reason: error instanceof ImportFileError ? error.message : undefined }),
  );
});

async function answer(request: ImportRequest) {
  switch (request.name) {
    case "read":
      return read(request.file);
    case "check":
      return check(request.mapping);
    case "take":
      return take(request.from, request.most);
    case "keep":
      return keep(new Set(request.rows), request.from);
  }
}

async function read(file: File): Promise<ImportPreview> {
  const { text, isGuessed } = await decodeFile(file);
  const found = readImportFile(file.name, text);
  table = found;
  const sample = found.rows.slice(0, SAMPLE).map((_, index) => ({
    row: rowNumber(found, index),
    cells: found.columns.map((column, at) =>
      found.kind === "csv"
        ? (found.rows[index]?.[at] ?? "").slice(0, 200)
        : formatValue(
            Object.hasOwn(found.rows[index] ?? {}, column) ? found.rows[index]?.[column] : undefined,
          ),
    ),
  }));
  return { kind: found.kind, columns: found.columns, rowCount: found.rows.length, sample, isGuessed };
}

function check(next: ImportMapping): ImportCheck {
  mapping = next;
  plan = planRecords(held(), next);
  const { good, problems } = plan;
  return {
    goodCount: good.length,
    problemCount: problems.length,
    problems: problems.slice(0, MOST_PROBLEMS),
  };
}

function take(from: number, most: number): ImportBatch {
  const all = held();
  const indexes = plan.good.slice(from, from + most);
  if (all.kind === "json") {
    if (!mapping) throw new Error("Nothing was checked yet.");
    const how = mapping;
    const records = indexes.map((index) => toRecord(all, how, index));
    return { kind: "json", rows: indexes.map((index) => rowNumber(all, index)), records };
  }
  let text = writeCsv([all.columns]);
  const rows: number[] = [];
  for (const index of indexes) {
    const row = writeCsv([all.rows[index] ?? []]);
    if (rows.length > 0 && text.length + row.length > MOST_TEXT) break;
    text += row;
    rows.push(rowNumber(all, index));
  }
  return { kind: "csv", rows, text };
}

function keep(rows: ReadonlySet<number>, from: number | undefined): string {
  const all = held();
  const rest = new Set(from === undefined ? [] : plan.good.slice(from));
  const isKept = (_: unknown, index: number) => rest.has(index) || rows.has(rowNumber(all, index));
  if (all.kind === "csv") return writeCsv([all.columns, ...all.rows.filter(isKept)]);
  return `${JSON.stringify(all.rows.filter(isKept), null, 2)}\n`;
}

function held(): ImportTable {
  if (!table) throw new Error("No file was read yet.");
  return table;
}

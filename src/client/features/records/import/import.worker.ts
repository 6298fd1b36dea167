import { answerWorkerCalls } from "#client/data/worker-calls.ts";
import { formatMetadataValue } from "#client/features/records/metadata-columns.ts";
import {
  decodeImportFile,
  ImportFileError,
  type ImportColumnMapping,
  type ParsedImportFile,
  toImportFileRowNumber,
  readImportFile,
  formatRowsAsCsv,
} from "./read-import-file.ts";
import type {
  ImportRecordBatch,
  ImportValidationSummary,
  ImportFilePreview,
  ImportWorkerReply,
  ImportWorkerRequest,
} from "./import-worker-client.ts";
import { type RecordImportPlan, planRecordImport, toImportedRecordBody } from "./plan-records.ts";

// This module runs in a web worker, so that parsing 100,000 rows does not block the main thread.

const SAMPLE_ROWS = 20;
const MAX_PROBLEMS = 100;

/** Maximum size of a request in UTF-16 code units, below the server's body limit. */
const MAX_TEXT_LENGTH = 2 * 1024 * 1024;

let table: ParsedImportFile | undefined;
let mapping: ImportColumnMapping | undefined;
let plan: RecordImportPlan = { good: [], problems: [] };

answerWorkerCalls(async (request: ImportWorkerRequest): Promise<ImportWorkerReply> => {
  try {
    return { answer: await answer(request) };
  } catch (error) {
    if (error instanceof ImportFileError) return { reason: error.message };
    throw error;
  }
});

async function answer(request: ImportWorkerRequest) {
  switch (request.name) {
    case "read":
      return read(request.file);
    case "check":
      return check(request.mapping);
    case "take":
      return take(request.from, request.most);
    case "keep":
      return formatSelectedRows(new Set(request.rows), request.from);
  }
}

async function read(file: File): Promise<ImportFilePreview> {
  const { text, isGuessed } = await decodeImportFile(file);
  const found = readImportFile(file.name, text);
  table = found;
  const sample = found.rows.slice(0, SAMPLE_ROWS).map((_, index) => ({
    row: toImportFileRowNumber(found, index),
    cells: found.columns.map((column, at) =>
      found.kind === "csv"
        ? (found.rows[index]?.[at] ?? "").slice(0, 200)
        : formatMetadataValue(
            Object.hasOwn(found.rows[index] ?? {}, column) ? found.rows[index]?.[column] : undefined,
          ),
    ),
  }));
  return { kind: found.kind, columns: found.columns, rowCount: found.rows.length, sample, isGuessed };
}

function check(next: ImportColumnMapping): ImportValidationSummary {
  mapping = next;
  plan = planRecordImport(requireTable(), next);
  const { good, problems } = plan;
  return {
    goodCount: good.length,
    problemCount: problems.length,
    problems: problems.slice(0, MAX_PROBLEMS),
  };
}

function take(from: number, most: number): ImportRecordBatch {
  const all = requireTable();
  const indexes = plan.good.slice(from, from + most);
  if (all.kind === "json") {
    if (!mapping) throw new Error("Nothing was checked yet.");
    const checkedMapping = mapping;
    const records = indexes.map((index) => toImportedRecordBody(all, checkedMapping, index));
    return { kind: "json", rows: indexes.map((index) => toImportFileRowNumber(all, index)), records };
  }
  let text = formatRowsAsCsv([all.columns]);
  const rows: number[] = [];
  for (const index of indexes) {
    const row = formatRowsAsCsv([all.rows[index] ?? []]);
    if (rows.length > 0 && text.length + row.length > MAX_TEXT_LENGTH) break;
    text += row;
    rows.push(toImportFileRowNumber(all, index));
  }
  return { kind: "csv", rows, text };
}

function formatSelectedRows(rows: ReadonlySet<number>, from: number | undefined): string {
  const all = requireTable();
  const rest = new Set(from === undefined ? [] : plan.good.slice(from));
  const isIncluded = (_: unknown, index: number) =>
    rest.has(index) || rows.has(toImportFileRowNumber(all, index));
  if (all.kind === "csv") return formatRowsAsCsv([all.columns, ...all.rows.filter(isIncluded)]);
  return `${JSON.stringify(all.rows.filter(isIncluded), null, 2)}\n`;
}

function requireTable(): ParsedImportFile {
  if (!table) throw new Error("No file was read yet.");
  return table;
}

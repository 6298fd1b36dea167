import { setImmediate } from "node:timers/promises";
import { RECORD_LIMITS } from "#contract/record.ts";
import type { Answer } from "#server/answer.ts";
import { ApiFailure, invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { type RecordRow, insertRecords } from "#server/store/record-rows.ts";
import { type ImportPlan, isBlank, planImport, readRow } from "./plan-import.ts";
import { type CsvRow, readCsv } from "./read-csv.ts";
import { type RecordContext, mintRecordId, tellRecordsChanged } from "./record-context.ts";
import { newRecord } from "./write-record.ts";

/** Rows of one transaction: others get their turn in between. */
const SLICE = 250;
const MAX_DETAILS = 100;
const MAX_ANSWERED = 100;

interface Planned {
  readonly row: number;
  readonly record: RecordRow;
}

/** What became of a file so far. */
interface Report {
  created: number;
  errors: number;
  readonly errorDetails: { readonly row: number; readonly message: string }[];
  readonly records: { readonly id: string; readonly name: string; readonly type: string }[];
}

/**
 * Creates records from a CSV file, row by row: a row that is none, or whose name is taken, is told and the others are made.
 * Sent again, a file makes what it did not make before.
 */
export async function uploadRecords(context: RecordContext, caller: Caller, form: FormData): Promise<Answer> {
  const file = form.get("file");
  if (file === null || typeof file === "string") {
    throw invalid("The form holds no file.", {
      message: "This field is required.",
      path: "file",
      code: "MISSING_REQUIRED_FIELD",
    });
  }
  if (file.size > RECORD_LIMITS.csvBytes) {
    const message = `The file is larger than ${RECORD_LIMITS.csvBytes} bytes.`;
    throw new ApiFailure(413, message, [{ message, path: "file", code: "BODY_TOO_LARGE" }]);
  }
  const rows = readCsv(new Uint8Array(await file.arrayBuffer()));
  const options = {
    nameColumn: readOption(form, "nameColumn"),
    typeColumn: readOption(form, "typeColumn"),
    typeValue: readOption(form, "typeValue"),
  };
  const report = await importRows(context, caller, rows, (head) => planImport(head, options));
  const { created, errors } = report;
  if (created + errors === 0) throw noRows();
  const answer = { success: errors === 0, message: describe(created, errors), ...report };
  return { status: 201, body: JSON.stringify(answer) };
}

async function importRows(
  context: RecordContext,
  caller: Caller,
  rows: AsyncIterable<CsvRow>,
  planBy: (head: readonly string[]) => ImportPlan,
): Promise<Report> {
  const report: Report = { created: 0, errors: 0, errorDetails: [], records: [] };
  const now = context.now();
  let plan: ImportPlan | undefined;
  let slice: Planned[] = [];
  for await (const { row, cells, fault } of rows) {
    if (!plan) {
      if (fault !== undefined)
        throw invalid("The file is not valid CSV.", { message: fault, path: "file", code: "MALFORMED_CSV" });
      plan = planBy(cells);
      continue;
    }
    if (fault === undefined && isBlank(cells)) continue;
    const fields = fault ?? readRow(plan, cells);
    if (typeof fields === "string") {
      noteError(report, row, fields);
      continue;
    }
    slice.push({ row, record: newRecord(caller, now, mintRecordId(now, row), fields) });
    if (slice.length < SLICE) continue;
    await insertSlice(context, caller, slice, report);
    slice = [];
    await setImmediate();
  }
  if (!plan) throw noRows();
  if (slice.length > 0) await insertSlice(context, caller, slice, report);
  report.errorDetails.sort((a, b) => a.row - b.row);
  return report;
}

async function insertSlice(
  context: RecordContext,
  caller: Caller,
  slice: readonly Planned[],
  report: Report,
): Promise<void> {
  const made = await context.store.write(async (tx, tell) => {
    const ids = await insertRecords(
      tx,
      slice.map(({ record }) => record),
    );
    const types = slice.filter(({ record }) => ids.has(record.id)).map(({ record }) => record.type);
    tellRecordsChanged(context, tell, caller, types);
    return ids;
  });
  for (const { row, record } of slice) {
    const { id, name, type } = record;
    if (!made.has(id)) {
      noteError(report, row, `There is already a record named “${name}” of the type “${type}”.`);
      continue;
    }
    report.created += 1;
    if (report.records.length < MAX_ANSWERED) report.records.push({ id, name, type });
  }
}

function noteError(report: Report, row: number, message: string): void {
  report.errors += 1;
  if (report.errorDetails.length < MAX_DETAILS) report.errorDetails.push({ row, message });
}

function readOption(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function describe(created: number, errors: number): string {
  const made = created === 1 ? "1 record was created" : `${created} records were created`;
  if (errors === 0) return `${made}.`;
  return `${made}; ${errors === 1 ? "1 row was" : `${errors} rows were`} left out.`;
}

function noRows() {
  const message = "There is nothing below the names of the columns.";
  return invalid("The file holds no rows.", { message, path: "file", code: "EMPTY_FILE" });
}

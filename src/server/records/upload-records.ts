import { setImmediate } from "node:timers/promises";
import { CSV_PAUSE_SIGNAL, type CsvRow } from "#core/json/csv-rows.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import { DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { type RecordRow, insertRecords } from "#server/store/record-rows.ts";
import { type CsvImportPlan, isBlankCsvRow, planCsvImport, parseCsvImportRow } from "./plan-import.ts";
import { parseCsvFile } from "./parse-csv-file.ts";
import {
  type RecordServiceDependencies,
  createRecordId,
  publishRecordsChangedEvent,
} from "./record-context.ts";
import { buildNewRecordRow } from "./update-record-fields.ts";
import { quoteName } from "#core/text/quote-name.ts";
import { formatCountWithNoun } from "#core/text/format-count.ts";

const SLICE_ROWS = 250;
/** Milliseconds of parsing after which the upload yields the event loop to other requests. */
const TURN_MS = 20;
const MAX_DETAILS = 100;
const MAX_RECORDS_IN_RESPONSE = 100;

interface Planned {
  readonly row: number;
  readonly record: RecordRow;
}

interface Report {
  created: number;
  errors: number;
  readonly rowErrors: { readonly row: number; readonly message: string }[];
  /** The first created records, as JSON texts. */
  readonly records: string[];
}

/** JSON text. Reports invalid rows and existing names, so that an interrupted upload can be repeated. */
export async function importUploadedRecords(
  context: RecordServiceDependencies,
  caller: Caller,
  form: FormData,
  signal: AbortSignal,
) {
  const file = form.get("file");
  if (file === null || typeof file === "string") {
    throw createInvalidRequestError("The form contains no file.", {
      message: "This field is required.",
      path: "file",
      code: "MISSING_REQUIRED_FIELD",
    });
  }
  if (file.size > RECORD_LIMITS.csvBytes) {
    const message = `The file is larger than ${RECORD_LIMITS.csvBytes} bytes.`;
    const details = [{ message, path: "file", code: "BODY_TOO_LARGE" } as const];
    throw new DomainError("tooLarge", message, { details });
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  // Reading, decoding and parsing each take tens of milliseconds.
  await setImmediate();
  const rows = parseCsvFile(bytes);
  await setImmediate();
  const options = {
    nameColumn: readOption(form, "nameColumn"),
    typeColumn: readOption(form, "typeColumn"),
    typeValue: readOption(form, "typeValue"),
  };
  const report = await importRows({ context, caller, signal }, rows, (head) => planCsvImport(head, options));
  const { created, errors, rowErrors, records } = report;
  if (created + errors === 0) throw noRows();
  const errorDetails = rowErrors.map(({ row, message }) => `Row ${row}: ${message}`);
  return serializeWithRawJson(
    { success: errors === 0, message: describe(created, errors), created, errors, errorDetails },
    { records: `[${records.join()}]` },
  );
}

interface Upload {
  readonly context: RecordServiceDependencies;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

async function importRows(
  { context, caller, signal }: Upload,
  rows: Iterable<CsvRow | typeof CSV_PAUSE_SIGNAL>,
  planBy: (head: CsvRow) => CsvImportPlan,
): Promise<Report> {
  const report: Report = { created: 0, errors: 0, rowErrors: [], records: [] };
  const now = context.now();
  let plan: CsvImportPlan | undefined;
  let slice: Planned[] = [];
  let turn = performance.now();
  for (const line of rows) {
    if (performance.now() - turn > TURN_MS) {
      await setImmediate();
      if (signal.aborted) throw new DOMException("The client disconnected.", "AbortError");
      turn = performance.now();
    }
    if (line === CSV_PAUSE_SIGNAL) continue;
    const { row, fault } = line;
    if (!plan) {
      if (fault !== undefined)
        throw createInvalidRequestError("The file is not valid CSV.", {
          message: fault,
          path: "file",
          code: "MALFORMED_CSV",
        });
      plan = planBy(line);
      continue;
    }
    if (fault === undefined && isBlankCsvRow(line)) continue;
    const fields = fault ?? parseCsvImportRow(plan, line);
    if (typeof fields === "string") {
      noteError(report, row, fields);
      continue;
    }
    slice.push({ row, record: buildNewRecordRow(caller, now, createRecordId(now, row), fields) });
    if (slice.length < SLICE_ROWS) continue;
    await insertSlice(context, caller, slice, report);
    slice = [];
  }
  if (!plan) throw noRows();
  if (slice.length > 0) await insertSlice(context, caller, slice, report);
  report.rowErrors.sort((a, b) => a.row - b.row);
  return report;
}

async function insertSlice(
  context: RecordServiceDependencies,
  caller: Caller,
  slice: readonly Planned[],
  report: Report,
): Promise<void> {
  const made = await context.store.write(async (tx, publish) => {
    const ids = await insertRecords(
      tx,
      slice.map(({ record }) => record),
    );
    const types = slice.filter(({ record }) => ids.has(record.id)).map(({ record }) => record.type);
    publishRecordsChangedEvent(context, publish, caller, types);
    return ids;
  });
  for (const { row, record } of slice) {
    const { id, name, type, metadata } = record;
    if (!made.has(id)) {
      noteError(report, row, `A ${quoteName(type)} record named ${quoteName(name)} already exists.`);
      continue;
    }
    report.created += 1;
    const isAnswered = report.records.length < MAX_RECORDS_IN_RESPONSE;
    if (isAnswered) report.records.push(serializeWithRawJson({ id, name, type }, { metadata }));
  }
}

function noteError(report: Report, row: number, message: string): void {
  report.errors += 1;
  if (report.rowErrors.length < MAX_DETAILS) report.rowErrors.push({ row, message });
}

function readOption(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function describe(created: number, errors: number): string {
  const made = `${formatCountWithNoun(created, "record")} created`;
  if (errors === 0) return `${made}.`;
  return `${made}; ${formatCountWithNoun(errors, "row")} skipped.`;
}

function noRows() {
  const message = "Add rows below the column names.";
  return createInvalidRequestError("The file contains no rows.", {
    message,
    path: "file",
    code: "EMPTY_FILE",
  });
}

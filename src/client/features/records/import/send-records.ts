import { ApiError, describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import type { ImportRecordBatch, ImportWorkerClient } from "./import-worker-client.ts";
import { type ImportColumnMapping, type ImportRowProblem, compareByRow } from "./read-import-file.ts";
import type { ImportedRecordBody } from "./plan-records.ts";
import { quoteName } from "#core/text/quote-name.ts";

/** Rows per request. A response lists at most 100 errors, so a larger request could have errors that are not listed. */
const BATCH_ROWS = 100;
/** Maximum number of concurrent requests if the API creates only one record per request. */
const AT_ONCE = 4;
const DEFAULT_RETRY_AFTER_S = 5;

export interface ImportProgress {
  readonly done: number;
  readonly created: number;
  readonly failed: number;
  readonly failures: readonly ImportRowProblem[];
}

export interface SendImportRecordsOptions {
  readonly reader: ImportWorkerClient;
  readonly mapping: ImportColumnMapping;
  readonly total: number;
  readonly start: ImportProgress;
  /** Idempotency key of the import, so that a retried request does not create a row twice. */
  readonly importKey: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/** Resolves to the error that stopped it early; errors of single rows are counted as failures. */
export async function sendImportRecords(options: SendImportRecordsOptions): Promise<Error | undefined> {
  const { reader, mapping, total, signal, onProgress } = options;
  let progress = options.start;
  while (progress.done < total && !signal.aborted) {
    const batch = await reader.call("take", { from: progress.done, most: BATCH_ROWS });
    try {
      const part = await sendBatch(batch, mapping, options);
      progress = add(progress, part, batch.rows.length);
      onProgress(progress);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429) return error as Error;
      await wait((error.retryAfter ?? DEFAULT_RETRY_AFTER_S) * 1000, signal);
    }
  }
  return undefined;
}

type Part = Omit<ImportProgress, "done">;

function add(progress: ImportProgress, part: Part, rows: number): ImportProgress {
  return {
    done: progress.done + rows,
    created: progress.created + part.created,
    failed: progress.failed + part.failed,
    failures: [...progress.failures, ...part.failures],
  };
}

function sendBatch(
  batch: ImportRecordBatch,
  mapping: ImportColumnMapping,
  options: SendImportRecordsOptions,
): Promise<Part> {
  return batch.kind === "csv" ? sendCsv(batch, mapping) : sendOneByOne(batch, options.importKey);
}

async function sendCsv(
  batch: ImportRecordBatch & { readonly kind: "csv" },
  mapping: ImportColumnMapping,
): Promise<Part> {
  const form = new FormData();
  form.set("file", new File([batch.text], "records.csv", { type: "text/csv" }));
  form.set("nameColumn", mapping.nameColumn);
  if (mapping.typeColumn === undefined) form.set("typeValue", mapping.fixedType.trim());
  else form.set("typeColumn", mapping.typeColumn);
  try {
    const { created, errors, errorDetails } = await callEndpoint("uploadRecords", { form });
    // Row 1 of the response is the header, so row 2 is the first row sent.
    const failures = errorDetails.map((text): ImportRowProblem => {
      const [, row, message] = /^Row (\d+): (.*)$/s.exec(text) ?? [];
      if (message === undefined) return { row: undefined, message: text };
      return { row: batch.rows[Number(row) - 2] ?? Number(row), message };
    });
    return { created, failed: errors, failures };
  } catch (error) {
    if (!isRowsFault(error)) throw error;
    const message = describeRequestErrorForUser(error);
    return {
      created: 0,
      failed: batch.rows.length,
      failures: batch.rows.map((row) => ({ row, message })),
    };
  }
}

async function sendOneByOne(
  batch: ImportRecordBatch & { readonly kind: "json" },
  importKey: string,
): Promise<Part> {
  let created = 0;
  const failures: ImportRowProblem[] = [];
  const queue = batch.records.map((record, index) => ({ record, row: batch.rows[index] ?? 0 }));
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { record, row } = next;
      try {
        await createRecord(record, `${importKey}-${row}`);
        created += 1;
      } catch (error) {
        if (!isRowsFault(error)) throw error;
        failures.push({ row, message: describeRefusal(error, record) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { created, failed: failures.length, failures: failures.toSorted(compareByRow) };
}

function createRecord({ type, name, metadata, messages }: ImportedRecordBody, idempotencyKey: string) {
  const body = { type, name, metadata, ...(messages && { messages: [...messages] }) };
  return callEndpoint("createRecord", { body, idempotencyKey });
}

/** Whether the server rejected the rows of one request. Any other error stops the import. */
function isRowsFault(error: unknown): boolean {
  return error instanceof ApiError && [400, 409, 413, 422].includes(error.status);
}

function describeRefusal(error: unknown, { type, name }: ImportedRecordBody): string {
  if (error instanceof ApiError && error.status === 409)
    return `A ${quoteName(type)} record named ${quoteName(name)} already exists`;
  return describeRequestErrorForUser(error);
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(milliseconds, 60_000));
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

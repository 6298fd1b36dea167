import { ApiError, describeError } from "#client/data/api-error.ts";
import { callEndpoint } from "#client/data/call-endpoint.ts";
import type { ImportBatch } from "./import-messages.ts";
import type { ImportReader } from "./import-reader.ts";
import type { ImportMapping, RowProblem } from "./import-table.ts";
import type { PlannedRecord } from "./plan-records.ts";

/** Rows of one request: an answer names a hundred errors at most. */
const BATCH = 100;
/** Requests at the same time, where each makes one record. */
const AT_ONCE = 4;
const SLOW_DOWN_S = 5;

/** How far an import is, and what became of its rows. */
export interface ImportProgress {
  /** Rows that were sent and answered, of those that looked well. */
  readonly done: number;
  readonly created: number;
  readonly failed: number;
  readonly failures: readonly RowProblem[];
}

export interface SendOptions {
  readonly reader: ImportReader;
  readonly mapping: ImportMapping;
  readonly total: number;
  readonly start: ImportProgress;
  /** The same for all tries of one import, so that a row whose answer was lost is not made twice. */
  readonly importKey: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

/**
 * Sends what looks well, from `start.done` on. Resolves to what stopped it before the end, if something did: a lost server, a
 * key that may not. What a single row is refused for is among the failures.
 */
export async function sendRecords(options: SendOptions): Promise<Error | undefined> {
  const { reader, mapping, total, signal, onProgress } = options;
  let progress = options.start;
  while (progress.done < total && !signal.aborted) {
    const batch = await reader.call("take", { from: progress.done, most: BATCH });
    try {
      const part = await sendBatch(batch, mapping, options);
      progress = add(progress, part, batch.rows.length);
      onProgress(progress);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 429) return error as Error;
      await wait((error.retryAfter ?? SLOW_DOWN_S) * 1000, signal);
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

function sendBatch(batch: ImportBatch, mapping: ImportMapping, options: SendOptions): Promise<Part> {
  return batch.kind === "csv" ? sendCsv(batch, mapping) : sendOneByOne(batch, options.importKey);
}

async function sendCsv(batch: ImportBatch & { readonly kind: "csv" }, mapping: ImportMapping): Promise<Part> {
  const form = new FormData();
  form.set("file", new File([batch.text], "records.csv", { type: "text/csv" }));
  form.set("nameColumn", mapping.nameColumn);
  if (mapping.typeColumn === undefined) form.set("typeValue", mapping.fixedType.trim());
  else form.set("typeColumn", mapping.typeColumn);
  try {
    const { created, errors, errorDetails } = await callEndpoint("uploadRecords", { form });
    // The names of the columns are row 1 of what was sent.
    const failures = errorDetails.map(({ row, message }) => ({ row: batch.rows[row - 2] ?? row, message }));
    return { created, failed: errors, failures };
  } catch (error) {
    if (!isRowsFault(error)) throw error;
    const message = describeError(error);
    return {
      created: 0,
      failed: batch.rows.length,
      failures: batch.rows.map((row) => ({ row, message })),
    };
  }
}

async function sendOneByOne(
  batch: ImportBatch & { readonly kind: "json" },
  importKey: string,
): Promise<Part> {
  let created = 0;
  const failures: RowProblem[] = [];
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
  return { created, failed: failures.length, failures: failures.toSorted((a, b) => a.row - b.row) };
}

function createRecord({ type, name, metadata, messages }: PlannedRecord, idempotencyKey: string) {
  const body = { type, name, metadata, ...(messages && { messages: [...messages] }) };
  return callEndpoint("createRecord", { body, idempotencyKey });
}

/** The server has something against what was sent, and not against whoever sends it. */
function isRowsFault(error: unknown): boolean {
  return error instanceof ApiError && [400, 409, 413, 422].includes(error.status);
}

function describeRefusal(error: unknown, { type, name }: PlannedRecord): string {
  if (error instanceof ApiError && error.status === 409)
    return `There is already a record named “${name}” of the type “${type}”.`;
  return describeError(error);
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

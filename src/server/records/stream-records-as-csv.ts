import type { JsonObject } from "#core/json/json.ts";
import type { ListRecordsQuery } from "#contract/record.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { listMetadataKeys, readOldestRecords } from "#server/store/record-page.ts";
import type { RecordRow } from "#server/store/record-rows.ts";
import { FIXED_CSV_COLUMNS, toCsvColumnName, formatCsvRow } from "./csv-cells.ts";
import { parseRecordSelection } from "./list-records.ts";
import type { RecordServiceDependencies } from "./record-context.ts";

const PAGE = 200;
const MAX_COLUMNS = 1000;
const NO_ROWS = { rows: [], isMore: false };

/** Oldest first; undefined if no record matches. The header lists the metadata keys of all. */
export async function streamRecordsAsCsv(
  context: RecordServiceDependencies,
  caller: Caller,
  query: ListRecordsQuery,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const { store } = context;
  const { organizationId } = caller;
  const selection = parseRecordSelection(context, query);
  const read = (last: RecordRow | undefined) => {
    const from = last && { value: last.createdAt.toISOString(), id: last.id };
    return readOldestRecords(store, organizationId, { ...selection, from, limit: PAGE, signal });
  };
  let page = await read(undefined);
  if (page.rows.length === 0) return undefined;
  const keys = await listMetadataKeys(store, organizationId, selection, { most: MAX_COLUMNS, signal });
  if (!keys) {
    const message = `These records have more than ${MAX_COLUMNS} different fields. Export one type at a time.`;
    throw createInvalidRequestError("Too many columns for one table.", { message, code: "TOO_MANY_ITEMS" });
  }
  const encoder = new TextEncoder();
  let head = formatCsvRow([...FIXED_CSV_COLUMNS, ...keys.map(toCsvColumnName)]);
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      controller.enqueue(encoder.encode(head + page.rows.map((row) => rowText(row, keys)).join("")));
      head = "";
      page = page.isMore ? await read(page.rows.at(-1)) : NO_ROWS;
      if (page.rows.length === 0) controller.close();
    },
  });
}

function rowText(row: RecordRow, keys: readonly string[]): string {
  const metadata = JSON.parse(row.metadata) as JsonObject;
  const values = keys.map((key) => (Object.hasOwn(metadata, key) ? metadata[key] : undefined));
  const own = [row.id, row.type, row.name, row.createdAt.toISOString(), row.updatedAt.toISOString()];
  return formatCsvRow([...own, ...values]);
}

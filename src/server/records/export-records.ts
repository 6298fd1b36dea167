import type { JsonObject } from "#core/json.ts";
import type { ListRecordsQuery } from "#contract/record.ts";
import type { Answer } from "#server/answer.ts";
import { invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { listMetadataKeys, readOldestRecords } from "#server/store/record-page.ts";
import type { RecordRow } from "#server/store/record-rows.ts";
import { EXPORT_COLUMNS, columnOf, writeRow } from "./csv-values.ts";
import { readSelection } from "./list-records.ts";
import type { RecordContext } from "./record-context.ts";

const PAGE = 200;
const MAX_COLUMNS = 1000;

/**
 * The records that a list would show as CSV, the oldest first. The keys of all of them are collected before the first row is
 * written, so that none is lost because it comes up late; then the rows are read page by page, as fast as they are taken.
 */
export async function exportRecords(
  context: RecordContext,
  caller: Caller,
  query: ListRecordsQuery,
): Promise<Answer> {
  const { database } = context.store;
  const { organizationId } = caller;
  const selection = readSelection(context, query);
  const read = (last: RecordRow | undefined) => {
    const from = last && { value: last.createdAt.toISOString(), id: last.id };
    return readOldestRecords(database, organizationId, { ...selection, from, limit: PAGE });
  };
  let rows = await read(undefined);
  if (rows.length === 0) return { status: 204 };
  const keys = await listMetadataKeys(database, organizationId, selection, MAX_COLUMNS);
  if (!keys) {
    const message = `These records have more than ${MAX_COLUMNS} different fields; export one type at a time.`;
    throw invalid("This is too much for one table.", { message, code: "TOO_MANY_ITEMS" });
  }
  const encoder = new TextEncoder();
  let head = writeRow([...EXPORT_COLUMNS, ...keys.map(columnOf)]);
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const last = rows.at(-1);
      controller.enqueue(encoder.encode(head + rows.map((row) => rowText(row, keys)).join("")));
      head = "";
      rows = rows.length < PAGE ? [] : await read(last);
      if (rows.length === 0) controller.close();
    },
  });
  return {
    status: 200,
    stream,
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${fileName(query.type)}"`,
    },
  };
}

function rowText(row: RecordRow, keys: readonly string[]): string {
  const metadata = JSON.parse(row.metadata) as JsonObject;
  const values = keys.map((key) => (Object.hasOwn(metadata, key) ? metadata[key] : undefined));
  const own = [row.id, row.type, row.name, row.createdAt.toISOString(), row.updatedAt.toISOString()];
  return writeRow([...own, ...values]);
}

function fileName(type: string | undefined): string {
  const name = (type ?? "").replaceAll(/[^\w-]+/g, "-").slice(0, 60);
  return name === "" ? "records.csv" : `${name}.csv`;
}

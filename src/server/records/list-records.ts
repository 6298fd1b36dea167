import type { ListRecordsQuery } from "#contract/record.ts";
import type { Answer } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import { clampLimit } from "#server/flows/list-flows.ts";
import { describeCount, describePage } from "#server/paging.ts";
import { type RecordSelection, countRecords, listTypes, readRecordPage } from "#server/store/record-page.ts";
import { recordText } from "./record-answer.ts";
import type { RecordContext } from "./record-context.ts";
import { readRecordCursor, writeRecordCursor } from "./record-cursor.ts";
import { readFilterText } from "./record-filter.ts";

/** Under conditions the total is counted only this far. */
const MAX_COUNT = 1000;

/** One page of records, the last changed first. */
export async function listRecords(
  context: RecordContext,
  caller: Caller,
  query: ListRecordsQuery,
): Promise<Answer> {
  const { database } = context.store;
  const { organizationId } = caller;
  const selection = readSelection(context, query);
  const direction = query.direction ?? "next";
  const limit = clampLimit(query.limit);
  const from = query.cursor ? readRecordCursor(query.cursor) : undefined;
  const page = await readRecordPage(database, organizationId, { ...selection, direction, from, limit });
  const place = describePage({ limit, direction, from, ...page }, (row, offset) =>
    writeRecordCursor({ value: row.updatedAt.toISOString(), id: row.id, offset }),
  );
  const pagination = {
    ...place,
    ...(query.includeCount === "true" &&
      describeCount(
        await countRecords(database, organizationId, selection, MAX_COUNT),
        limit,
        place.currentOffset,
      )),
  };
  const items = page.rows.map(recordText).join(",");
  return { status: 200, body: `{"data":[${items}],"pagination":${JSON.stringify(pagination)}}` };
}

/** Which records a query of the list means. Throws 400 for a filter that is none. */
export function readSelection(context: RecordContext, query: ListRecordsQuery): RecordSelection {
  const { type, name, search, recordFilter } = query;
  const where = recordFilter === undefined ? undefined : readFilterText(recordFilter, context.now());
  return { type: type || undefined, name: name || undefined, search, where };
}

export async function listRecordTypes(context: RecordContext, caller: Caller): Promise<Answer> {
  const data = await listTypes(context.store.database, caller.organizationId);
  return { status: 200, body: JSON.stringify({ data }) };
}

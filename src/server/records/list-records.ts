import type { ListRecordsQuery } from "#contract/record.ts";
import type { Answer } from "#server/answer.ts";
import type { Caller } from "#server/caller.ts";
import { answerPage, clampLimit } from "#server/paging.ts";
import { type RecordSelection, countRecords, listTypes, readRecordPage } from "#server/store/record-page.ts";
import { recordText } from "./record-answer.ts";
import type { RecordContext } from "./record-context.ts";
import { type RecordCursor, readRecordCursor } from "./record-cursor.ts";
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
  const found = await readRecordPage(database, organizationId, { ...selection, direction, from, limit });
  return answerPage(
    { limit, direction, from, ...found },
    {
      textOf: recordText,
      placeAt: ({ updatedAt, id }, offset): RecordCursor => ({ value: updatedAt.toISOString(), id, offset }),
      count:
        query.includeCount === "true"
          ? () => countRecords(database, organizationId, selection, MAX_COUNT)
          : undefined,
    },
  );
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

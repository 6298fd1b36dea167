import type { ListRecordsQuery } from "#contract/record.ts";
import type { Answer } from "#server/answer.ts";
import { invalid } from "#server/api-failure.ts";
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

/** Ways to narrow the list that the API documents and this server has not (contract B, 7.1). */
const OTHER_FILTERS = [
  "distinct",
  "product_surface_id",
  "metadata_keys",
  "metadata_keys_all",
  "metadata_types",
  "min_fields",
  "max_fields",
  "has_large_fields",
  "min_size_kb",
  "max_size_kb",
];

/** Which records a query of the list means. Throws 400 for a filter that is none, and for one that is not known here. */
export function readSelection(context: RecordContext, query: ListRecordsQuery): RecordSelection {
  const { type, name, search, recordFilter } = query;
  // Passed over, it would answer (or export) more than was asked for.
  const other = OTHER_FILTERS.find((filter) => Object.hasOwn(query, filter));
  if (other !== undefined) {
    const message = `This server does not filter records by “${other}”; it knows type, name, search and recordFilter.`;
    throw invalid("The query is not valid.", { message, path: other, code: "UNSUPPORTED_FILTER" });
  }
  const where = recordFilter === undefined ? undefined : readFilterText(recordFilter, context.now());
  return { type: type || undefined, name: name || undefined, search, where };
}

export async function listRecordTypes(context: RecordContext, caller: Caller): Promise<Answer> {
  const data = await listTypes(context.store.database, caller.organizationId);
  return { status: 200, body: JSON.stringify({ data }) };
}

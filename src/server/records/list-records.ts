import { MAX_COUNTED_MATCHES } from "#contract/pagination.ts";
import type { ListRecordsQuery } from "#contract/record.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { serializePageResponse, parseAndClampPageLimit } from "#server/domain/page-response.ts";
import { countRecords, listRecordTypeCounts, readRecordPage } from "#server/store/record-page.ts";
import type { RecordSelectionCriteria } from "#server/store/record-scan.ts";
import { serializeRecord } from "./serialize-record.ts";
import type { RecordServiceDependencies } from "./record-context.ts";
import { type RecordCursor, decodeRecordCursor } from "./record-cursor.ts";
import { compileRecordFilterText } from "./record-filter.ts";
import { quoteValue } from "#core/text/quote-name.ts";

export async function listRecords(
  context: RecordServiceDependencies,
  caller: Caller,
  query: ListRecordsQuery,
  signal: AbortSignal,
): Promise<string> {
  const { store } = context;
  const { organizationId } = caller;
  const selection = parseRecordSelection(context, query);
  const direction = query.direction ?? "next";
  const limit = parseAndClampPageLimit(query.limit);
  const from = query.cursor ? decodeRecordCursor(query.cursor) : undefined;
  const page = { ...selection, direction, from, limit, signal };
  const found = await readRecordPage(store, organizationId, page);
  return serializePageResponse(
    { limit, direction, from, ...found },
    {
      textOf: serializeRecord,
      placeAt: ({ updatedAt, id }, offset): RecordCursor => ({ value: updatedAt.toISOString(), id, offset }),
      count:
        query.includeCount === "true"
          ? () => countRecords(store, organizationId, selection, { most: MAX_COUNTED_MATCHES, signal })
          : undefined,
      countedTo: context.extras ? MAX_COUNTED_MATCHES : undefined,
    },
  );
}

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

export function parseRecordSelection(
  context: RecordServiceDependencies,
  query: ListRecordsQuery,
): RecordSelectionCriteria {
  const { type, name, search, recordFilter } = query;
  // Refuses unsupported filters: ignoring a filter would list or export more records than requested.
  const other = OTHER_FILTERS.find((filter) => Object.hasOwn(query, filter));
  if (other !== undefined) {
    const message = `Unknown filter ${quoteValue(other)}. Use type, name, search or recordFilter.`;
    throw createInvalidRequestError("The query is not valid.", {
      message,
      path: other,
      code: "UNSUPPORTED_FILTER",
    });
  }
  const where = recordFilter === undefined ? undefined : compileRecordFilterText(recordFilter, context.now());
  return { type: type || undefined, name: name || undefined, search, where };
}

export async function listRecordTypes(context: RecordServiceDependencies, caller: Caller) {
  return listRecordTypeCounts(context.store.database, caller.organizationId);
}

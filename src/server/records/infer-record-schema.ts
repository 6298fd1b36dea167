import type { JsonValue } from "#core/json/json.ts";
import { RECORD_FILTER_FIELD_PATTERN, type RecordFieldValues } from "#contract/record.ts";
import { serializeWithRawJson } from "#server/domain/serialize-with-raw-json.ts";
import { createInvalidRequestError } from "#server/domain/domain-error.ts";
import type { Caller } from "#server/domain/caller.ts";
import { countRecords, readRecordPage } from "#server/store/record-page.ts";
import { countRecordsByFieldValue } from "#server/store/record-values.ts";
import { parseAndClampPageLimit } from "#server/domain/page-response.ts";
import { summarizeRecordFields } from "./summarize-record-fields.ts";
import type { RecordServiceDependencies } from "./record-context.ts";
import { parseAndCompileRecordFilter } from "./record-filter.ts";

const DEFAULT_SAMPLE = 100;
const MAX_SAMPLE = 500;
const MAX_MATCHES = 10_000;
const SHOWN_MATCHES = 10;

export async function inferRecordSchema(
  context: RecordServiceDependencies,
  { organizationId }: Caller,
  query: { readonly type: string; readonly sample?: string | undefined },
): Promise<string> {
  const { store } = context;
  const { type } = query;
  const limit = Math.min(MAX_SAMPLE, Math.max(1, Number(query.sample ?? DEFAULT_SAMPLE)));
  const page = { type, direction: "next", from: undefined, limit } as const;
  const { rows } = await readRecordPage(store, organizationId, page);
  const answer = {
    type,
    fields: await summarizeRecordFields(rows.map(({ metadata }) => metadata)),
    sampledRecords: rows.length,
    totalRecords: await countRecords(store, organizationId, { type }, { most: 0 }),
    sampledAt: new Date(context.now()),
  };
  return JSON.stringify(answer);
}

export async function listFieldValues(
  context: RecordServiceDependencies,
  { organizationId }: Caller,
  query: { readonly type: string; readonly field: string; readonly limit?: string | undefined },
  signal: AbortSignal,
): Promise<RecordFieldValues> {
  const { type, field } = query;
  if (!RECORD_FILTER_FIELD_PATTERN.test(field)) {
    const message = "Expected a field such as status or address.city.";
    throw createInvalidRequestError("The query is not valid.", {
      message,
      path: "field",
      code: "INVALID_FORMAT",
    });
  }
  const limit = parseAndClampPageLimit(query.limit);
  const { store } = context;
  const { values, isCut } = await countRecordsByFieldValue(
    store,
    organizationId,
    { type, field, limit },
    signal,
  );
  return { type, field, values, truncated: isCut };
}

export async function previewRecordFilter(
  context: RecordServiceDependencies,
  { organizationId }: Caller,
  { type, where: filter }: { readonly type: string; readonly where?: JsonValue | undefined },
  signal: AbortSignal,
): Promise<string> {
  const { store } = context;
  const where =
    filter === undefined ? undefined : parseAndCompileRecordFilter(filter, context.now(), { at: ["where"] });
  const selection = { type, where };
  const count = await countRecords(store, organizationId, selection, { most: MAX_MATCHES, signal });
  const page = { ...selection, direction: "next", from: undefined, limit: SHOWN_MATCHES, signal } as const;
  const { rows } = await readRecordPage(store, organizationId, page);
  const samples = rows
    .map(({ id, name, metadata }) => serializeWithRawJson({ id, name }, { metadata }))
    .join(",");
  return serializeWithRawJson(
    { type, matchedCount: count ?? MAX_MATCHES, truncated: count === undefined },
    { samples: `[${samples}]` },
  );
}

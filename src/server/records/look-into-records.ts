import type { JsonObject, JsonValue } from "#core/json.ts";
import { FILTER_FIELD } from "#contract/record.ts";
import { type Answer, objectText } from "#server/answer.ts";
import { invalid } from "#server/api-failure.ts";
import type { Caller } from "#server/caller.ts";
import { countRecords, readRecordPage } from "#server/store/record-page.ts";
import { countFieldValues } from "#server/store/record-values.ts";
import { clampLimit } from "#server/paging.ts";
import { describeFields } from "./describe-fields.ts";
import type { RecordContext } from "./record-context.ts";
import { readFilter } from "./record-filter.ts";

const DEFAULT_SAMPLE = 100;
const MAX_SAMPLE = 500;
/** A preview counts this far. */
const MAX_MATCHES = 10_000;
const SHOWN_MATCHES = 10;

/** Which fields a type's records have, going by the last changed ones. */
export async function readRecordSchema(
  context: RecordContext,
  { organizationId }: Caller,
  query: { readonly type?: string; readonly sample?: string },
): Promise<Answer> {
  const { database } = context.store;
  const type = query.type ?? "";
  const limit = Math.min(MAX_SAMPLE, Math.max(1, Number(query.sample ?? DEFAULT_SAMPLE)));
  const page = { type, direction: "next", from: undefined, limit } as const;
  const { rows } = await readRecordPage(database, organizationId, page);
  const answer = {
    type,
    fields: describeFields(rows.map(({ metadata }) => JSON.parse(metadata) as JsonObject)),
    sampledRecords: rows.length,
    totalRecords: await countRecords(database, organizationId, { type }, 0),
    sampledAt: new Date(context.now()),
  };
  return { status: 200, body: JSON.stringify(answer) };
}

/** The values that a field has among a type's records, the most frequent first. */
export async function listFieldValues(
  context: RecordContext,
  { organizationId }: Caller,
  query: { readonly type?: string; readonly field?: string; readonly limit?: string },
): Promise<Answer> {
  const { type = "", field = "" } = query;
  if (!FILTER_FIELD.test(field)) {
    const message = "Expected a field such as status or address.city.";
    throw invalid("The query is not valid.", { message, path: "field", code: "INVALID_FORMAT" });
  }
  const limit = clampLimit(query.limit);
  const { values, isCut } = await countFieldValues(context.store.database, organizationId, {
    type,
    field,
    limit,
  });
  return { status: 200, body: JSON.stringify({ type, field, values, truncated: isCut }) };
}

/** How many records of a type a filter finds, with the last changed of them. */
export async function previewFilter(
  context: RecordContext,
  { organizationId }: Caller,
  body: JsonObject,
): Promise<Answer> {
  const { database } = context.store;
  const type = body["type"] as string;
  const filter: JsonValue | undefined = body["where"];
  const where = filter === undefined ? undefined : readFilter(filter, context.now(), { at: ["where"] });
  const selection = { type, where };
  const count = await countRecords(database, organizationId, selection, MAX_MATCHES);
  const page = { ...selection, direction: "next", from: undefined, limit: SHOWN_MATCHES } as const;
  const { rows } = await readRecordPage(database, organizationId, page);
  const samples = rows.map(({ id, name, metadata }) => objectText({ id, name }, { metadata })).join(",");
  return {
    status: 200,
    body: objectText(
      { type, matchedCount: count ?? MAX_MATCHES, truncated: count === undefined },
      { samples: `[${samples}]` },
    ),
  };
}

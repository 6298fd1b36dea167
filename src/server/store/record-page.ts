import { type SQL, and, eq, gt, sql, sum } from "drizzle-orm";
import { cutPage } from "#server/paging.ts";
import type { Reader } from "./database.ts";
import { type RecordRow, recordColumns } from "./record-rows.ts";
import { recordCounts, records } from "./schema.ts";
import { countUpTo, holdsKey, searchKey } from "./search.ts";

/** Which records; `where` is a condition on their columns. */
export interface RecordSelection {
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  readonly search?: string | undefined;
  readonly where?: SQL | undefined;
}

/** A place in a list: the time and id of the row that it stands at. */
export interface RecordPosition {
  readonly value: string;
  readonly id: string;
}

interface RecordPageQuery extends RecordSelection {
  readonly direction: "next" | "prev";
  readonly from: RecordPosition | undefined;
  readonly limit: number;
}

/** Metadata of a page, in characters; whoever keeps megabytes in each record gets fewer of them at a time. */
const PAGE_LENGTH = 8 * 1024 * 1024;

/** One keyset page, the last changed first, and whether rows follow it in the direction of travel. */
export async function readRecordPage(
  reader: Reader,
  organizationId: string,
  { direction, from, limit, ...selection }: RecordPageQuery,
): Promise<{ readonly rows: readonly RecordRow[]; readonly isMore: boolean }> {
  const isUp = direction === "prev";
  const way = isUp ? sql`ASC` : sql`DESC`;
  const isPast =
    from &&
    sql`(${records.updatedAt}, ${records.id}) ${isUp ? sql`>` : sql`<`} (${from.value}::timestamptz, ${from.id})`;
  const found = await reader
    .select({ ...recordColumns, length: sql`length(${records.metadata}::text)`.mapWith(Number) })
    .from(records)
    .where(and(matchesRecord(organizationId, selection), isPast))
    .orderBy(sql`${records.updatedAt} ${way}`, sql`${records.id} ${way}`)
    .limit(limit + 1);
  return cutPage(found, fitting(found, limit), direction);
}

/** How many of the rows, of which there is always one, make a page. */
function fitting(rows: readonly { readonly length: number }[], limit: number): number {
  let length = 0;
  const tooMany = rows.findIndex((row) => (length += row.length) > PAGE_LENGTH);
  return tooMany < 0 ? limit : Math.min(limit, Math.max(1, tooMany));
}

/** Records in the order in which they were made, past `from`: an order that no change of a record moves it in. */
export async function readOldestRecords(
  reader: Reader,
  organizationId: string,
  { from, limit, ...selection }: Omit<RecordPageQuery, "direction">,
): Promise<readonly RecordRow[]> {
  const isPast =
    from && sql`(${records.createdAt}, ${records.id}) > (${from.value}::timestamptz, ${from.id})`;
  return reader
    .select(recordColumns)
    .from(records)
    .where(and(matchesRecord(organizationId, selection), isPast))
    .orderBy(records.createdAt, records.id)
    .limit(limit);
}

/** The number of records, or undefined where more match than `most`; without conditions it is known at no cost. */
export async function countRecords(
  reader: Reader,
  organizationId: string,
  selection: RecordSelection,
  most: number,
): Promise<number | undefined> {
  const { type, name, search, where } = selection;
  if (name === undefined && where === undefined && searchKey(search) === "") {
    const [row] = await reader
      .select({ total: sum(recordCounts.records).mapWith(Number) })
      .from(recordCounts)
      .where(
        and(
          eq(recordCounts.organizationId, organizationId),
          type === undefined ? undefined : eq(recordCounts.type, type),
        ),
      );
    return row?.total ?? 0;
  }
  return countUpTo(reader, records, matchesRecord(organizationId, selection), most);
}

export async function listTypes(
  reader: Reader,
  organizationId: string,
): Promise<readonly { readonly type: string; readonly count: number }[]> {
  return reader
    .select({ type: recordCounts.type, count: recordCounts.records })
    .from(recordCounts)
    .where(and(eq(recordCounts.organizationId, organizationId), gt(recordCounts.records, 0)))
    .orderBy(recordCounts.type);
}

export function matchesRecord(
  organizationId: string,
  { type, name, search, where }: RecordSelection,
): SQL | undefined {
  const key = searchKey(search);
  return and(
    eq(records.organizationId, organizationId),
    type === undefined ? undefined : eq(records.type, type),
    name === undefined ? undefined : sql`md5(${records.name}) = md5(${name}) AND ${records.name} = ${name}`,
    key === "" ? undefined : holdsKey(records.nameKey, key),
    where,
  );
}

/** Every key of the records' metadata, in the order in which they come up; undefined where there are more than `most`. */
export async function listMetadataKeys(
  reader: Reader,
  organizationId: string,
  selection: RecordSelection,
  most: number,
): Promise<readonly string[] | undefined> {
  const { rows } = await reader.execute(sql`
    SELECT key FROM ${records}, LATERAL json_object_keys(${records.metadata}) WITH ORDINALITY AS keys (key, place)
    WHERE ${matchesRecord(organizationId, selection)}
    GROUP BY key ORDER BY min(place), key COLLATE "C" LIMIT ${most + 1}`);
  return rows.length > most ? undefined : rows.map(({ key }) => key as string);
}

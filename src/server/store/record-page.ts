import { and, eq, gt, sql, sum } from "drizzle-orm";
import { trimQueryRowsToPage } from "#server/domain/page-response.ts";
import type { DatabaseReader } from "./database.ts";
import type { ReadKind } from "./limited-reads.ts";
import { type RecordRow, recordRowSelectColumns } from "./record-rows.ts";
import {
  type RecordScanOrder,
  type RecordListPosition,
  type RecordSelectionCriteria,
  hasUnindexedRecordCriterion,
  buildRecordSqlCondition,
  scanRecordsInWindows,
} from "./record-scan.ts";
import { recordCountsTable, recordsTable } from "./tables.ts";
import { countRowsUpTo, isSearchTextEmpty } from "./search.ts";
import type { Store } from "./store.ts";

type ReadSource = Pick<Store, "limitReads">;

interface RecordPageQuery extends RecordSelectionCriteria {
  readonly direction: "next" | "prev";
  readonly from: RecordListPosition | undefined;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

interface CountLimit {
  readonly most: number;
  readonly signal?: AbortSignal;
}

/** Bytes. With very large records, a page has fewer rows, to limit the memory of a response. */
const PAGE_LENGTH = 8 * 1024 * 1024;
const WINDOW_ROWS = 1000;

export async function readRecordPage(
  store: ReadSource,
  organizationId: string,
  { direction, from, limit, signal, ...selection }: RecordPageQuery,
): Promise<{ readonly rows: readonly RecordRow[]; readonly isMore: boolean }> {
  const order = { by: "updatedAt", isUp: direction === "prev", from, signal } as const;
  const { rows, isMore } = await collectRows(store, organizationId, selection, { ...order, limit });
  return { ...trimQueryRowsToPage(rows, limit, direction), isMore };
}

/** Reads records after `from`, in the order of their creation: editing a record does not change its position. */
export async function readOldestRecords(
  store: ReadSource,
  organizationId: string,
  { from, limit, signal, ...selection }: Omit<RecordPageQuery, "direction">,
): Promise<{ readonly rows: readonly RecordRow[]; readonly isMore: boolean }> {
  const order = { by: "createdAt", isUp: true, from, signal } as const;
  return collectRows(store, organizationId, selection, { ...order, limit });
}

async function collectRows(
  store: ReadSource,
  organizationId: string,
  selection: RecordSelectionCriteria,
  { limit, ...order }: RecordScanOrder & { readonly limit: number },
): Promise<{ readonly rows: readonly RecordRow[]; readonly isMore: boolean }> {
  const sqlOrder = order.isUp ? sql`ASC` : sql`DESC`;
  const column = recordsTable[order.by];
  const most = hasUnindexedRecordCriterion(selection) ? WINDOW_ROWS : limit + 1;
  const reader = store.limitReads(kindOf(selection), order.signal);
  const rows: RecordRow[] = [];
  let length = 0;
  for await (const window of scanRecordsInWindows(reader, organizationId, selection, { ...order, most })) {
    const found = await reader
      .select({ ...recordRowSelectColumns, length: recordsTable.contentLength })
      .from(recordsTable)
      .where(window.where)
      .orderBy(sql`${column} ${sqlOrder}`, sql`${recordsTable.id} ${sqlOrder}`)
      .limit(limit + 1 - rows.length);
    for (const { length: own, ...row } of found) {
      length += own;
      if (rows.length === limit || (rows.length > 0 && length > PAGE_LENGTH)) return { rows, isMore: true };
      rows.push(row);
    }
  }
  return { rows, isMore: false };
}

function kindOf(selection: RecordSelectionCriteria): ReadKind {
  return hasUnindexedRecordCriterion(selection) ? "scan" : "list";
}

/** Lists the ids of the matching records, oldest first; undefined if more than `most` match. */
export async function listRecordIds(
  store: ReadSource,
  organizationId: string,
  selection: RecordSelectionCriteria,
  { most, signal }: CountLimit,
): Promise<readonly string[] | undefined> {
  const order = { by: "createdAt", isUp: true, from: undefined, signal } as const;
  const scan = { ...order, most: WINDOW_ROWS };
  const reader = store.limitReads(kindOf(selection), signal);
  const ids: string[] = [];
  for await (const window of scanRecordsInWindows(reader, organizationId, selection, scan)) {
    const found = hasUnindexedRecordCriterion(selection)
      ? await reader
          .select({ id: recordsTable.id })
          .from(recordsTable)
          .where(window.where)
          .orderBy(recordsTable.createdAt, recordsTable.id)
      : window.rows;
    ids.push(...found.map(({ id }) => id));
    if (ids.length > most) return undefined;
  }
  return ids;
}

/** Undefined above `most`. Without conditions, from totals that triggers keep: counting would scan the table. */
export async function countRecords(
  store: ReadSource,
  organizationId: string,
  selection: RecordSelectionCriteria,
  { most, signal }: CountLimit,
): Promise<number | undefined> {
  const { type, name, search, where } = selection;
  const reader = store.limitReads(kindOf(selection), signal);
  if (name === undefined && where === undefined && isSearchTextEmpty(search)) {
    const [row] = await reader
      .select({ total: sum(recordCountsTable.records).mapWith(Number) })
      .from(recordCountsTable)
      .where(
        and(
          eq(recordCountsTable.organizationId, organizationId),
          type === undefined ? undefined : eq(recordCountsTable.type, type),
        ),
      );
    return row?.total ?? 0;
  }
  if (!hasUnindexedRecordCriterion(selection))
    return countRowsUpTo(reader, recordsTable, buildRecordSqlCondition(organizationId, selection), most);
  const order = { by: "updatedAt", isUp: false, from: undefined, signal } as const;
  let total = 0;
  for await (const window of scanRecordsInWindows(reader, organizationId, selection, {
    ...order,
    most: WINDOW_ROWS,
  })) {
    const [row] = await reader
      .select({ total: sql`count(*)`.mapWith(Number) })
      .from(recordsTable)
      .where(window.where);
    total += row?.total ?? 0;
    if (total > most) return undefined;
  }
  return total;
}

export async function listRecordTypeCounts(
  reader: DatabaseReader,
  organizationId: string,
): Promise<readonly { readonly type: string; readonly count: number }[]> {
  return reader
    .select({ type: recordCountsTable.type, count: recordCountsTable.records })
    .from(recordCountsTable)
    .where(and(eq(recordCountsTable.organizationId, organizationId), gt(recordCountsTable.records, 0)))
    .orderBy(recordCountsTable.type);
}

/** By their earliest position in any record; undefined above `most`. */
export async function listMetadataKeys(
  store: ReadSource,
  organizationId: string,
  selection: RecordSelectionCriteria,
  { most, signal }: CountLimit,
): Promise<readonly string[] | undefined> {
  const order = { by: "createdAt", isUp: true, from: undefined, signal } as const;
  const reader = store.limitReads("scan", signal);
  const places = new Map<string, number>();
  for await (const window of scanRecordsInWindows(reader, organizationId, selection, {
    ...order,
    most: WINDOW_ROWS,
  })) {
    const { rows } = await reader.execute(sql`
      SELECT key, min(place)::int AS place
      FROM ${recordsTable}, LATERAL json_object_keys(${recordsTable.metadata}) WITH ORDINALITY AS keys (key, place)
      WHERE ${window.where} GROUP BY key LIMIT ${most + 1}`);
    for (const { key, place } of rows as unknown as readonly { key: string; place: number }[])
      places.set(key, Math.min(place, places.get(key) ?? place));
    if (places.size > most) return undefined;
  }
  const inOrder = [...places].toSorted(
    ([a, placeA], [b, placeB]) => placeA - placeB || Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  return inOrder.map(([key]) => key);
}

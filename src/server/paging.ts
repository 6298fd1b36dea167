import { DEFAULT_LIMIT, MAX_LIMIT } from "#contract/pagination.ts";
import type { Answer } from "./answer.ts";
import { writeCursor } from "./cursor.ts";

/** How many rows a page has at the most, whatever was asked for. */
export function clampLimit(limit: string | undefined): number {
  return limit === undefined ? DEFAULT_LIMIT : Math.min(MAX_LIMIT, Math.max(1, Number(limit)));
}

interface KeysetPage<Row> {
  readonly limit: number;
  readonly direction: "next" | "prev";
  /** Where the page begins; undefined at the start of the list. */
  readonly from: { readonly offset: number } | undefined;
  /** In the order of the list. */
  readonly rows: readonly Row[];
  /** Whether rows follow in the direction of travel. */
  readonly isMore: boolean;
}

interface PageWords<Row> {
  /** The JSON text of a row. */
  readonly textOf: (row: Row) => string;
  /** Where a row stands in the list, with the rows before it counted. */
  readonly placeAt: (row: Row, offset: number) => object;
  /** How many rows the whole list has, if that is known; absent where it was not asked for. */
  readonly count: (() => Promise<number | undefined>) | undefined;
}

/** A page of a list that is walked both ways, as the API answers with it. */
export async function answerPage<Row>(page: KeysetPage<Row>, words: PageWords<Row>): Promise<Answer> {
  const place = describePage(page, words.placeAt);
  const total = await words.count?.();
  const pagination = { ...place, ...describeCount(total, page.limit, place.currentOffset) };
  const items = page.rows.map(words.textOf).join(",");
  return { status: 200, body: `{"data":[${items}],"pagination":${JSON.stringify(pagination)}}` };
}

function describePage<Row>(page: KeysetPage<Row>, placeAt: (row: Row, offset: number) => object) {
  const { limit, from, rows, isMore } = page;
  const isForward = page.direction === "next";
  const hasMore = isForward ? isMore : from !== undefined && rows.length > 0;
  const hasPrev = isForward ? from !== undefined && rows.length > 0 : isMore;
  const start = Math.max(0, (from?.offset ?? 0) - (isForward || !from ? 0 : rows.length));
  const currentOffset = hasPrev ? start : 0;
  const [first] = rows;
  const last = rows.at(-1);
  return {
    limit,
    currentOffset,
    hasMore,
    hasPrev,
    nextCursor: hasMore && last ? writeCursor(placeAt(last, currentOffset + rows.length)) : null,
    prevCursor: hasPrev && first ? writeCursor(placeAt(first, currentOffset)) : null,
  };
}

/** The part of `pagination` that `includeCount` asks for; nothing where the total is not known. */
function describeCount(totalCount: number | undefined, limit: number, offset: number) {
  if (totalCount === undefined) return {};
  return {
    totalCount,
    totalPages: Math.ceil(totalCount / limit),
    currentPage: Math.floor(offset / limit) + 1,
  };
}

/** The rows of a page, of which one more was read to see whether any follow. */
export function cutPage<Row>(found: readonly Row[], limit: number, direction: "next" | "prev") {
  const rows = found.slice(0, limit);
  return { rows: direction === "prev" ? rows.toReversed() : rows, isMore: found.length > limit };
}

/** The rows of a page of a list that is only walked on, of which one more was read, and `pagination` as the API words it. */
export function describeForward<Row>(found: readonly Row[], limit: number, placeAt: (row: Row) => object) {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const nextCursor = found.length > limit && last ? writeCursor(placeAt(last)) : null;
  return { rows, pagination: { limit, hasMore: nextCursor !== null, nextCursor } };
}

import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "#contract/pagination.ts";
import { encodeCursor } from "./cursor.ts";

export function parseAndClampPageLimit(limit: string | undefined): number {
  return limit === undefined ? DEFAULT_PAGE_SIZE : Math.min(MAX_PAGE_SIZE, Math.max(1, Number(limit)));
}

interface KeysetPage<Row> {
  readonly limit: number;
  readonly direction: "next" | "prev";
  readonly from: { readonly offset: number } | undefined;
  readonly rows: readonly Row[];
  readonly isMore: boolean;
}

interface PageParts<Row> {
  readonly textOf: (row: Row) => string;
  /** For a cursor at this row. `offset` is the number of rows before it. */
  readonly placeAt: (row: Row, offset: number) => object;
  /** Resolves with undefined above `countedTo`. Without this function, the response has no total. */
  readonly count: (() => Promise<number | undefined>) | undefined;
  readonly countedTo: number | undefined;
}

export async function serializePageResponse<Row>(
  page: KeysetPage<Row>,
  parts: PageParts<Row>,
): Promise<string> {
  const place = describePage(page, parts.placeAt);
  const isWhole = page.from === undefined && page.direction === "next" && !page.isMore;
  const total = isWhole && parts.count ? page.rows.length : await parts.count?.();
  const totalAbove = parts.count && total === undefined ? parts.countedTo : undefined;
  const counts = describeCount(total, page.limit, place.currentOffset);
  const pagination = { ...place, ...counts, ...(totalAbove !== undefined && { totalAbove }) };
  const items = page.rows.map(parts.textOf).join(",");
  return `{"data":[${items}],"pagination":${JSON.stringify(pagination)}}`;
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
    nextCursor: hasMore && last ? encodeCursor(placeAt(last, currentOffset + rows.length)) : null,
    prevCursor: hasPrev && first ? encodeCursor(placeAt(first, currentOffset)) : null,
  };
}

function describeCount(totalCount: number | undefined, limit: number, offset: number) {
  if (totalCount === undefined) return {};
  return {
    totalCount,
    totalPages: Math.ceil(totalCount / limit),
    currentPage: Math.floor(offset / limit) + 1,
  };
}

/** The query must request `limit + 1` rows: an extra row means that another page follows. */
export function trimQueryRowsToPage<Row>(found: readonly Row[], limit: number, direction: "next" | "prev") {
  const rows = found.slice(0, limit);
  return { rows: direction === "prev" ? rows.toReversed() : rows, isMore: found.length > limit };
}

/** For a list without a previous page. */
export function trimQueryRowsToForwardOnlyPage<Row>(
  found: readonly Row[],
  limit: number,
  placeAt: (row: Row) => object,
) {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const nextCursor = found.length > limit && last ? encodeCursor(placeAt(last)) : null;
  return { rows, pagination: { limit, hasMore: nextCursor !== null, nextCursor } };
}

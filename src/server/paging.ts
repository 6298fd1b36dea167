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

/** `pagination` as the API words it. Cursors are made at the first and the last row, with the rows before them counted. */
export function describePage<Row>(page: KeysetPage<Row>, cursorAt: (row: Row, offset: number) => string) {
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
    nextCursor: hasMore && last ? cursorAt(last, currentOffset + rows.length) : null,
    prevCursor: hasPrev && first ? cursorAt(first, currentOffset) : null,
  };
}

/** The part of `pagination` that `includeCount` asks for; nothing where the total is not known. */
export function describeCount(totalCount: number | undefined, limit: number, offset: number) {
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

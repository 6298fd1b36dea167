/** A page of a keyset list, as the API answers with one. */
export interface RowPage<Row extends { readonly id: string }> {
  readonly data: readonly Row[];
  readonly pagination: {
    readonly currentOffset: number;
    readonly hasMore: boolean;
    readonly hasPrev: boolean;
    readonly totalCount?: number | undefined;
  };
}

/** The rows of the list: some are only known to be there, before and after the ones that are loaded. */
export interface RowArrangement<Row extends { readonly id: string }> {
  /** Rows above the first kept page, drawn as blank space. */
  readonly before: number;
  readonly rows: readonly Row[];
  /** Rows past the last loaded one that are drawn as coming. */
  readonly after: number;
  /** All rows that match, where the server counted them. */
  readonly total: number | undefined;
}

/** Enough to show that the list goes on; the scroll bar need not promise rows that cannot be jumped to. */
const COMING_ROWS = 12;

/**
 * Joins the kept pages of a keyset list. Rows that moved between two requests may be in both: the first counts. `hidden`
 * names rows that are as good as deleted.
 */
export function arrangeRows<Row extends { readonly id: string }>(
  pages: readonly RowPage<Row>[],
  hidden: ReadonlySet<string>,
): RowArrangement<Row> {
  const [first] = pages;
  const last = pages.at(-1);
  const seen = new Set<string>();
  let left = 0;
  const rows = pages
    .flatMap((page) => page.data)
    .filter(({ id }) => {
      if (seen.has(id)) return false;
      seen.add(id);
      if (hidden.has(id)) left += 1;
      return !hidden.has(id);
    });
  const before = first?.pagination.hasPrev ? Math.max(1, first.pagination.currentOffset) : 0;
  const counted = pages.findLast(({ pagination }) => pagination.totalCount !== undefined);
  const total = counted?.pagination.totalCount;
  return {
    before,
    rows,
    after: last?.pagination.hasMore ? COMING_ROWS : 0,
    total: total === undefined ? undefined : Math.max(rows.length, total - left),
  };
}

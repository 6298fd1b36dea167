export interface RowPage<Row extends { readonly id: string }> {
  readonly data: readonly Row[];
  readonly pagination: {
    readonly currentOffset: number;
    readonly hasMore: boolean;
    readonly hasPrev: boolean;
    readonly totalCount?: number | undefined;
    readonly totalAbove?: number | undefined;
  };
}

export interface JoinedRowPages<Row extends { readonly id: string }> {
  readonly before: number;
  readonly rows: readonly Row[];
  readonly after: number;
  /** Whether the list ends early: the server reports more rows but returns no cursor to them. */
  readonly isCutShort: boolean;
  readonly total: number | undefined;
  /** Lower bound of the number of rows, at which the server stopped counting. */
  readonly totalAbove: number | undefined;
}

export const REPEATED_PAGE_NOTE = "This list may be incomplete: the server repeated a page.";

/** Few rows, because each placeholder makes the scroll bar suggest a longer list. */
const PLACEHOLDER_ROWS = 12;

/** Keeps only the first occurrence of a row that moved between two requests. `hidden`: pending deletions. */
export function joinRowPages<Row extends { readonly id: string }>(
  pages: readonly RowPage<Row>[],
  hidden: ReadonlySet<string>,
  hasNext: boolean = pages.at(-1)?.pagination.hasMore ?? false,
): JoinedRowPages<Row> {
  const [first] = pages;
  const last = pages.at(-1);
  const seen = new Set<string>();
  let hiddenCount = 0;
  const rows = pages
    .flatMap((page) => page.data)
    .filter(({ id }) => {
      if (seen.has(id)) return false;
      seen.add(id);
      if (hidden.has(id)) hiddenCount += 1;
      return !hidden.has(id);
    });
  const before = first?.pagination.hasPrev ? Math.max(1, first.pagination.currentOffset) : 0;
  const counted = pages.findLast(({ pagination }) => pagination.totalCount !== undefined);
  const total = counted?.pagination.totalCount;
  return {
    before,
    rows,
    after: hasNext ? PLACEHOLDER_ROWS : 0,
    isCutShort: !hasNext && last?.pagination.hasMore === true,
    total: total === undefined ? undefined : Math.max(rows.length, total - hiddenCount),
    totalAbove: total === undefined ? last?.pagination.totalAbove : undefined,
  };
}

import type { UseInfiniteQueryResult } from "@tanstack/react-query";

export interface InfiniteQueryRows<Row> {
  readonly rows: readonly Row[];
  readonly isComplete: boolean;
  readonly error: Error | null;
  readonly isFetching: boolean;
  /** When the rows were last read: Unix time in milliseconds. */
  readonly readAt: number;
  readonly retry: () => void;
  readonly readMore: () => void;
}

/** The next page is fetched when at most this many rows are left to scroll. */
const PREFETCH_ROW_COUNT = 30;

/** If a row is added between two reads, the last row of one page is read again with the next. */
export function removeDuplicateRows<Row extends { readonly id: string }>(
  rows: readonly Row[],
): readonly Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

export function toInfiniteQueryRows<Row>(
  query: UseInfiniteQueryResult,
  rows: readonly Row[],
): InfiniteQueryRows<Row> {
  return {
    rows,
    isComplete: query.isSuccess && !query.hasNextPage,
    error: query.error,
    isFetching: query.isFetching,
    readAt: query.dataUpdatedAt,
    retry: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
    readMore: () => {
      if (query.hasNextPage && !query.isFetching && !query.isError) void query.fetchNextPage();
    },
  };
}

export function fetchNextPageNearEnd<Row>(list: InfiniteQueryRows<Row>, lastInSight: number): void {
  if (lastInSight >= list.rows.length - PREFETCH_ROW_COUNT) list.readMore();
}

export function summarizeInfiniteQueryRows<Row>({
  rows,
  isComplete,
  isFetching,
  error,
}: InfiniteQueryRows<Row>) {
  return { count: rows.length, hasMore: !isComplete, isLoaded: !isFetching && error === null };
}

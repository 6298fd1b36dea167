import type { UseInfiniteQueryResult } from "@tanstack/react-query";

/** Rows as far as they have been read, page after page. */
export interface ReadRows<Row> {
  readonly rows: readonly Row[];
  readonly isComplete: boolean;
  /** Why the last request failed; there may be rows all the same. */
  readonly error: Error | null;
  readonly isFetching: boolean;
  /** When they were read, in milliseconds. */
  readonly readAt: number;
  readonly retry: () => void;
  readonly readMore: () => void;
}

/** Rows left to scroll when the next page is asked for. */
const EARLY = 30;

/** What came between two pages pushes the last row of the one onto the other: a row is shown once. */
export function withoutRepeats<Row extends { readonly id: string }>(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

export function toReadRows<Row>(query: UseInfiniteQueryResult, rows: readonly Row[]): ReadRows<Row> {
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

export function readMoreNear<Row>(list: ReadRows<Row>, lastInSight: number): void {
  if (lastInSight >= list.rows.length - EARLY) list.readMore();
}

/** What is known of how many rows answer a question. */
export function countFound<Row>({ rows, isComplete, isFetching, error }: ReadRows<Row>) {
  return { count: rows.length, hasMore: !isComplete, isSettled: !isFetching && error === null };
}

import { type JoinedRowPages, type RowPage, joinRowPages } from "./join-row-pages.ts";
import { useAnnounceSearchResults } from "#client/ui/announce/announcer.tsx";
import { useState } from "react";

export interface RowPagingState {
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** Whether a request is in flight or has failed, or the rows are frozen: scrolling then starts no request. */
  readonly isHeld: boolean;
  readonly fetchNext: () => void;
  readonly fetchPrevious: () => void;
  /** Returning to the top page by page would read all pages in between. */
  readonly startOver: () => void;
}

export interface PagedRowsState<Row extends { readonly id: string }> {
  readonly arrangement: JoinedRowPages<Row>;
  readonly paging: RowPagingState;
  /** The rows are those of an earlier search, because the current result is not loaded. */
  readonly isOld: boolean;
  readonly isLoaded: boolean;
  readonly error: Error | null;
  readonly isRetrying: boolean;
  readonly retry: () => void;
}

interface PagedQuery<Row extends { readonly id: string }> {
  readonly data: { readonly pages: readonly RowPage<Row>[] } | undefined;
  readonly isSuccess: boolean;
  readonly isPlaceholderData: boolean;
  readonly error: Error | null;
  readonly errorUpdateCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly isFetching: boolean;
  readonly isError: boolean;
  readonly isFetchNextPageError: boolean;
  readonly isFetchPreviousPageError: boolean;
  readonly fetchNextPage: () => unknown;
  readonly fetchPreviousPage: () => unknown;
  readonly refetch: () => unknown;
}

interface PagedRowsInput {
  /** Singular noun for a row, for example “flow”. */
  readonly noun: string;
  /** The search text, whose result is announced; undefined if no search is active. */
  readonly question: string | undefined;
  readonly hidden: ReadonlySet<string>;
  /** Freezes the rows while the user renames a row, so that the row does not move. */
  readonly isHeld: boolean;
  readonly forgetPages: () => void;
}

export function usePagedRows<Row extends { readonly id: string }>(
  query: PagedQuery<Row>,
  { noun, question, hidden, isHeld, forgetPages }: PagedRowsInput,
): PagedRowsState<Row> {
  const pages = useValueFrozenWhileHeld(query.data?.pages ?? NO_PAGES, isHeld);
  const arrangement = joinRowPages(pages, hidden, query.hasNextPage);
  const isLoaded = query.isSuccess && !query.isPlaceholderData;
  const { total, totalAbove, rows, after } = arrangement;
  useAnnounceSearchResults({
    noun,
    question,
    isLoaded,
    count: total ?? totalAbove ?? rows.length,
    hasMore: total === undefined && after > 0,
  });
  return {
    arrangement,
    paging: {
      hasNext: query.hasNextPage,
      hasPrevious: query.hasPreviousPage,
      isHeld: query.isFetching || query.isError || isHeld,
      fetchNext: query.fetchNextPage,
      fetchPrevious: query.fetchPreviousPage,
      startOver: () => {
        forgetPages();
        query.refetch();
      },
    },
    isOld: query.isPlaceholderData,
    isLoaded,
    error: query.error,
    isRetrying: query.isFetching && query.errorUpdateCount > 0,
    retry: () => {
      if (query.isFetchNextPageError) query.fetchNextPage();
      else if (query.isFetchPreviousPageError) query.fetchPreviousPage();
      else query.refetch();
    },
  };
}

const NO_PAGES: readonly never[] = [];

/** Returns the current value or, while `isHeld`, the value from before `isHeld` was set. */
export function useValueFrozenWhileHeld<T>(value: T, isHeld: boolean): T {
  const [held, setHeld] = useState(value);
  if (!isHeld && held !== value) setHeld(value);
  return isHeld ? held : value;
}

import { type RowArrangement, type RowPage, arrangeRows } from "./arrange-rows.ts";
import { useFoundNews } from "./use-found-news.ts";
import { useHeld } from "./use-held.ts";
import type { RowPaging } from "./use-row-window.ts";

/** Rows that come page by page, as far as they have been read. */
export interface PagedRows<Row extends { readonly id: string }> {
  readonly arrangement: RowArrangement<Row>;
  readonly paging: RowPaging;
  /** The rows answer an earlier question. */
  readonly isOld: boolean;
  /** There is an answer to the present question. */
  readonly isSettled: boolean;
  /** Why the last request failed; there may be rows all the same. */
  readonly error: Error | null;
  readonly isRetrying: boolean;
  readonly retry: () => void;
}

/** What is needed of an infinite query. */
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
  /** What one row is called. */
  readonly noun: string;
  /** What was searched for, of which the answer is said; undefined where all rows are shown. */
  readonly question: string | undefined;
  /** Ids of rows that are as good as deleted. */
  readonly hidden: ReadonlySet<string>;
  /** A row is being renamed. It stays where it is, as it was when that began, whatever is read or scrolled to meanwhile. */
  readonly isHeld: boolean;
  /** Has the query forget all pages but the first. */
  readonly forgetPages: () => void;
}

/** The pages that a query has read as rows for a list, and how they go on. */
export function usePagedRows<Row extends { readonly id: string }>(
  query: PagedQuery<Row>,
  { noun, question, hidden, isHeld, forgetPages }: PagedRowsInput,
): PagedRows<Row> {
  const pages = useHeld(query.data?.pages ?? NO_PAGES, isHeld);
  const arrangement = arrangeRows(pages, hidden);
  const isSettled = query.isSuccess && !query.isPlaceholderData;
  useFoundNews({ noun, question, isSettled, count: arrangement.total ?? arrangement.rows.length });
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
    isSettled,
    error: query.error,
    isRetrying: query.isFetching && query.errorUpdateCount > 0,
    // A page that failed is asked for again; whatever else failed, the pages there are.
    retry: () => {
      if (query.isFetchNextPageError) query.fetchNextPage();
      else if (query.isFetchPreviousPageError) query.fetchPreviousPage();
      else query.refetch();
    },
  };
}

const NO_PAGES: readonly never[] = [];

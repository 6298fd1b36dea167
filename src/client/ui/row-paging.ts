import type { RowPaging } from "./use-row-window.ts";

/** What is needed of an infinite query. */
export interface PagedQuery {
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

/** `isHeld`: the rows stay as they are for now, whatever is scrolled to. */
export function toRowPaging(query: PagedQuery, isHeld: boolean, startOver: () => void): RowPaging {
  return {
    hasNext: query.hasNextPage,
    hasPrevious: query.hasPreviousPage,
    isHeld: query.isFetching || query.isError || isHeld,
    fetchNext: () => void query.fetchNextPage(),
    fetchPrevious: () => void query.fetchPreviousPage(),
    startOver,
  };
}

/** A page that failed is asked for again; whatever else failed, the pages there are. */
export function retryPages(query: PagedQuery): void {
  if (query.isFetchNextPageError) query.fetchNextPage();
  else if (query.isFetchPreviousPageError) query.fetchPreviousPage();
  else query.refetch();
}

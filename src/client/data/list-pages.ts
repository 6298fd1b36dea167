import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";

/** Where a page of a long list begins, and which way from there; without a cursor at the beginning of the list. */
type Cursor = { readonly cursor?: string; readonly direction?: "next" | "prev" };

interface ListPage {
  readonly pagination: {
    readonly hasMore: boolean;
    readonly hasPrev: boolean;
    readonly nextCursor: string | null;
    readonly prevCursor: string | null;
  };
}

const FIRST_PAGE: Cursor = {};

/** Pages kept in memory, whatever the length of the list; earlier ones are read again when scrolled back to. */
const KEPT_PAGES = 8;

/** What an infinite query says of pages that lead on to both sides. */
export const listPages = {
  initialPageParam: FIRST_PAGE,
  getNextPageParam: ({ pagination }: ListPage): Cursor | undefined =>
    pagination.hasMore && pagination.nextCursor !== null
      ? { cursor: pagination.nextCursor, direction: "next" }
      : undefined,
  getPreviousPageParam: ({ pagination }: ListPage): Cursor | undefined =>
    pagination.hasPrev && pagination.prevCursor !== null
      ? { cursor: pagination.prevCursor, direction: "prev" }
      : undefined,
  maxPages: KEPT_PAGES,
};

/** Forgets all pages but one, which counts as the first from then on: a refetch begins with the first page that is kept. */
export function keepOnePage(client: QueryClient, queryKey: QueryKey): void {
  client.setQueryData<InfiniteData<unknown, Cursor>>(
    queryKey,
    (kept) => kept && { pages: kept.pages.slice(0, 1), pageParams: [FIRST_PAGE] },
  );
}

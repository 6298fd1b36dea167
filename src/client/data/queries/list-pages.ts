import type { InfiniteData, QueryClient, QueryKey } from "@tanstack/react-query";

type Cursor = { readonly cursor?: string; readonly direction?: "next" | "prev" };

interface ListPage {
  readonly data: readonly { readonly id: string }[];
  readonly pagination: {
    readonly hasMore: boolean;
    readonly hasPrev: boolean;
    readonly nextCursor: string | null;
    readonly prevCursor: string | null;
  };
}

const FIRST_PAGE: Cursor = {};

const KEPT_PAGES = 8;

export const infiniteListQueryOptions = {
  initialPageParam: FIRST_PAGE,
  getNextPageParam: (
    page: ListPage,
    pages: readonly ListPage[] = [page],
    param: Cursor = FIRST_PAGE,
  ): Cursor | undefined => {
    const { hasMore, nextCursor } = page.pagination;
    if (!hasMore || nextCursor === null || isRepeated(page, pages, nextCursor === param.cursor))
      return undefined;
    return { cursor: nextCursor, direction: "next" };
  },
  getPreviousPageParam: (
    page: ListPage,
    pages: readonly ListPage[] = [page],
    param: Cursor = FIRST_PAGE,
  ): Cursor | undefined => {
    const { hasPrev, prevCursor } = page.pagination;
    if (!hasPrev || prevCursor === null || isRepeated(page, pages, prevCursor === param.cursor))
      return undefined;
    return { cursor: prevCursor, direction: "prev" };
  },
  maxPages: KEPT_PAGES,
};

/** Whether fetching the list would never end, because the page links to itself or contains no new row. */
function isRepeated(page: ListPage, pages: readonly ListPage[], leadsToItself: boolean): boolean {
  if (leadsToItself) return true;
  const others = pages.filter((other) => other !== page);
  if (others.length === 0) return page.data.length === 0;
  const known = new Set(others.flatMap(({ data }) => data.map(({ id }) => id)));
  return page.data.every(({ id }) => known.has(id));
}

export function getNextCursorUnlessRepeated(
  pagination: { readonly nextCursor: string | null } | undefined,
  cursor: string,
): string | undefined {
  const next = pagination?.nextCursor ?? undefined;
  return next === cursor ? undefined : next;
}

/** Drops all cached pages of a list except the first, because a refetch would otherwise request every page again. */
export function dropCachedListPagesExceptFirst(client: QueryClient, queryKey: QueryKey): void {
  client.setQueryData<InfiniteData<unknown, Cursor>>(
    queryKey,
    (kept) => kept && { pages: kept.pages.slice(0, 1), pageParams: [FIRST_PAGE] },
  );
}

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

const MAX_CACHED_PAGES = 8;

const createPageParamReader =
  (direction: "next" | "prev") =>
  (page: ListPage, pages: readonly ListPage[], param: Cursor): Cursor | undefined => {
    const { hasMore, hasPrev, nextCursor, prevCursor } = page.pagination;
    const [isMore, cursor] = direction === "next" ? [hasMore, nextCursor] : [hasPrev, prevCursor];
    const isEnd =
      !isMore || cursor === null || cursor === param.cursor || hasNoNewRow(page, pages, listRowIds);
    return isEnd ? undefined : { cursor, direction };
  };

export const infiniteListQueryOptions = {
  initialPageParam: FIRST_PAGE,
  getNextPageParam: createPageParamReader("next"),
  getPreviousPageParam: createPageParamReader("prev"),
  maxPages: MAX_CACHED_PAGES,
};

/** Whether the page has no row that the other pages lack, so that fetching the list would never end. */
export function hasNoNewRow<Page>(
  page: Page,
  pages: readonly Page[],
  listIds: (page: Page) => readonly string[],
): boolean {
  const known = new Set(pages.flatMap((other) => (other === page ? [] : listIds(other))));
  return listIds(page).every((id) => known.has(id));
}

export const listRowIds = ({ data }: Pick<ListPage, "data">) => data.map(({ id }) => id);

/** Returns a `getNextPageParam` that ends the list at a cursor that was already requested, and without new rows. */
export const createNextCursorReader =
  <Page extends { readonly pagination?: { readonly nextCursor: string | null } | undefined }>(
    listIds: (page: Page) => readonly string[],
  ) =>
  (page: Page, pages: readonly Page[], _cursor: string, cursors: readonly string[]): string | null => {
    const next = page.pagination?.nextCursor;
    return !next || cursors.includes(next) || hasNoNewRow(page, pages, listIds) ? null : next;
  };

/** Drops all cached pages of a list except the first, because a refetch would otherwise request every page again. */
export function dropCachedListPagesExceptFirst(client: QueryClient, queryKey: QueryKey): void {
  client.setQueryData<InfiniteData<unknown, Cursor>>(
    queryKey,
    (list) => list && { pages: list.pages.slice(0, 1), pageParams: [FIRST_PAGE] },
  );
}

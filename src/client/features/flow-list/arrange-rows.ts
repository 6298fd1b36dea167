import type { FlowListItem, FlowPage } from "#contract/flow.ts";

/** The rows of the list: some are only known to be there, before and after the ones that are loaded. */
export interface RowArrangement {
  /** Rows above the first kept page, drawn as blank space. */
  readonly before: number;
  readonly flows: readonly FlowListItem[];
  /** Rows past the last loaded one that are drawn as coming. */
  readonly after: number;
  /** All flows that match, where the server counted them. */
  readonly total: number | undefined;
}

/** Enough to show that the list goes on; the scroll bar need not promise rows that cannot be jumped to. */
const COMING_ROWS = 12;

/**
 * Joins the kept pages of a keyset list. Rows that moved between two requests may be in both: the first counts. `hidden`
 * names flows that are as good as deleted.
 */
export function arrangeRows(pages: readonly FlowPage[], hidden: ReadonlySet<string>): RowArrangement {
  const [first] = pages;
  const last = pages.at(-1);
  const seen = new Set<string>();
  let left = 0;
  const flows = pages
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
    flows,
    after: last?.pagination.hasMore ? COMING_ROWS : 0,
    total: total === undefined ? undefined : Math.max(flows.length, total - left),
  };
}

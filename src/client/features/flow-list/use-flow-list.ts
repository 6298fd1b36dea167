import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { FlowListItem, FlowPage } from "#contract/flow.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { announce } from "#client/ui/announce.ts";
import { arrangeRows, type RowArrangement } from "#client/ui/arrange-rows.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { isNarrowed, type ListAddress, toListFilters } from "./list-address.ts";
import { usePendingDeletions } from "#client/data/pending-deletions.ts";
import { retryPages, toRowPaging } from "#client/ui/row-paging.ts";
import { useHeld } from "#client/ui/use-held.ts";
import type { RowPaging } from "#client/ui/use-row-window.ts";

export interface FlowList {
  readonly arrangement: RowArrangement<FlowListItem>;
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

/** `isEditing`: a row is being renamed. It stays where it is, as it was when that began, whatever is read meanwhile. */
export function useFlowList(address: ListAddress, isEditing: boolean): FlowList {
  const client = useQueryClient();
  const options = flowQueries.list(toListFilters(address));
  const query = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const hidden = usePendingDeletions();
  const pages = useHeld(query.data?.pages ?? NO_PAGES, isEditing);
  const arrangement = arrangeRows(pages, hidden);
  const isSettled = query.isSuccess && !query.isPlaceholderData;
  useAnnouncedCount(address, isSettled, arrangement);

  return {
    arrangement,
    paging: toRowPaging(query, isEditing, () => {
      // A refetch begins with the first page that is kept: it is told that this is the first of all.
      client.setQueryData(
        options.queryKey,
        (kept) => kept && { pages: kept.pages.slice(0, 1), pageParams: [options.initialPageParam] },
      );
      void query.refetch();
    }),
    isOld: query.isPlaceholderData,
    isSettled,
    error: query.error,
    isRetrying: query.isFetching && query.errorUpdateCount > 0,
    retry: () => retryPages(query),
  };
}

const NO_PAGES: readonly FlowPage[] = [];

/** Rows that changed under a search are seen; those who do not see them are told how many there are. */
function useAnnouncedCount(
  address: ListAddress,
  isSettled: boolean,
  { total, rows }: RowArrangement<FlowListItem>,
) {
  const question = isNarrowed(address) ? JSON.stringify([address.search, address.status]) : undefined;
  const count = total ?? rows.length;
  useEffect(() => {
    if (question === undefined || !isSettled) return;
    announce(count === 0 ? "No flow matches." : `${formatCount(count, "flow")} found.`);
    // Told once per answer to a question; that a row comes or goes later is no answer.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [question, isSettled]);
}

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { FlowRecord, RecordPage } from "#contract/record.ts";
import { usePendingDeletions } from "#client/data/pending-deletions.ts";
import { type RecordFilters, recordQueries } from "#client/data/record-queries.ts";
import { announce } from "#client/ui/announce.ts";
import { type RowArrangement, arrangeRows } from "#client/ui/arrange-rows.ts";
import { formatCount } from "#client/ui/format-count.ts";
import { retryPages, toRowPaging } from "#client/ui/row-paging.ts";
import { useHeld } from "#client/ui/use-held.ts";
import type { RowPaging } from "#client/ui/use-row-window.ts";

export interface RecordList {
  readonly arrangement: RowArrangement<FlowRecord>;
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

/** `isEditing`: a row is being renamed, and stays where it is meanwhile. */
export function useRecordList(filters: RecordFilters, isEditing: boolean): RecordList {
  const client = useQueryClient();
  const options = recordQueries.list(filters);
  const query = useInfiniteQuery({ ...options, placeholderData: keepPreviousData });
  const hidden = usePendingDeletions();
  const pages = useHeld(query.data?.pages ?? NO_PAGES, isEditing);
  const arrangement = arrangeRows(pages, hidden);
  const isSettled = query.isSuccess && !query.isPlaceholderData;
  useAnnouncedCount(filters.search, isSettled, arrangement.total ?? arrangement.rows.length);

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

const NO_PAGES: readonly RecordPage[] = [];

/** Rows that changed under a search are seen; those who do not see them are told how many there are. */
function useAnnouncedCount(search: string | undefined, isSettled: boolean, count: number) {
  useEffect(() => {
    if (search === undefined || !isSettled) return;
    announce(count === 0 ? "No record matches." : `${formatCount(count, "record")} found.`);
    // Told once per answer to a question; that a row comes or goes later is no answer.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [search, isSettled]);
}

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import { dropCachedListPagesExceptFirst } from "#client/data/queries/list-pages.ts";
import { useIdsOfPendingDeletions } from "#client/data/mutations/pending-deletions.ts";
import { type RecordFilters, recordQueries } from "#client/data/queries/record-queries.ts";
import { type PagedRowsState, usePagedRows } from "#client/ui/rows/use-paged-rows.ts";

export type RecordListState = PagedRowsState<FlowRecord>;

export function useRecordList(filters: RecordFilters, isEditing: boolean): RecordListState {
  const client = useQueryClient();
  const options = recordQueries.list(filters);
  return usePagedRows(useInfiniteQuery({ ...options, placeholderData: keepPreviousData }), {
    noun: "record",
    question: filters.search,
    hidden: useIdsOfPendingDeletions(),
    isHeld: isEditing,
    forgetPages: () => dropCachedListPagesExceptFirst(client, options.queryKey),
  });
}

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { FlowRecord } from "#contract/record.ts";
import { keepOnePage } from "#client/data/list-pages.ts";
import { usePendingDeletions } from "#client/data/pending-deletions.ts";
import { type RecordFilters, recordQueries } from "#client/data/record-queries.ts";
import { type PagedRows, usePagedRows } from "#client/ui/use-paged-rows.ts";

export type RecordList = PagedRows<FlowRecord>;

export function useRecordList(filters: RecordFilters, isEditing: boolean): RecordList {
  const client = useQueryClient();
  const options = recordQueries.list(filters);
  return usePagedRows(useInfiniteQuery({ ...options, placeholderData: keepPreviousData }), {
    noun: "record",
    question: filters.search,
    hidden: usePendingDeletions(),
    isHeld: isEditing,
    forgetPages: () => keepOnePage(client, options.queryKey),
  });
}

import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { FlowListItem } from "#contract/flow.ts";
import { flowQueries } from "#client/data/flow-queries.ts";
import { keepOnePage } from "#client/data/list-pages.ts";
import { usePendingDeletions } from "#client/data/pending-deletions.ts";
import { type PagedRows, usePagedRows } from "#client/ui/use-paged-rows.ts";
import { isNarrowed, type ListAddress, toListFilters } from "./list-address.ts";

export type FlowList = PagedRows<FlowListItem>;

export function useFlowList(address: ListAddress, isEditing: boolean): FlowList {
  const client = useQueryClient();
  const options = flowQueries.list(toListFilters(address));
  return usePagedRows(useInfiniteQuery({ ...options, placeholderData: keepPreviousData }), {
    noun: "flow",
    question: isNarrowed(address) ? JSON.stringify([address.search, address.status]) : undefined,
    hidden: usePendingDeletions(),
    isHeld: isEditing,
    forgetPages: () => keepOnePage(client, options.queryKey),
  });
}

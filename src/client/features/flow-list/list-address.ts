import { FLOW_SORTS, type FlowSort, PUBLISH_STATES } from "#contract/flow.ts";
import type { FlowFilters } from "#client/data/flow-queries.ts";

/** What the list shows, as its address says it: defaults are left out. */
export type ListAddress = FlowFilters;

const DEFAULT_SORT: FlowSort = "updatedAt";

/** Takes what fits out of an address that a person may have written; the rest counts as not said. */
export function readListAddress(params: Record<string, unknown>): ListAddress {
  const { search } = params;
  return leaveOutDefaults({
    search: typeof search === "string" ? search : undefined,
    status: PUBLISH_STATES.find((state) => state === params["status"]),
    sort: FLOW_SORTS.find((sort) => sort === params["sort"]),
    order: params["order"] === "asc" || params["order"] === "desc" ? params["order"] : undefined,
  });
}

/** The same list, with nothing in its address that would be so anyway. */
export function leaveOutDefaults({ search, status, sort, order }: ListAddress): ListAddress {
  return {
    ...(search && { search }),
    ...(status && { status }),
    ...(sort && sort !== DEFAULT_SORT && { sort }),
    ...(order && order !== naturalOrder(sort) && { order }),
  };
}

/** What the server is asked. Its own default order is relied on only together with its default sort. */
export function toListFilters(address: ListAddress): FlowFilters {
  const isDefault = address.sort === undefined && address.order === undefined;
  return isDefault ? address : { ...address, sort: sortOf(address), order: orderOf(address) };
}

export function sortOf({ sort }: ListAddress): FlowSort {
  return sort ?? DEFAULT_SORT;
}

export function orderOf({ sort, order }: ListAddress): "asc" | "desc" {
  return order ?? naturalOrder(sort);
}

/** Whether flows may be missing from the list because of what was asked. */
export function isNarrowed({ search, status }: ListAddress): boolean {
  return search !== undefined || status !== undefined;
}

/** Names from A, times from the newest. */
function naturalOrder(sort: FlowSort | undefined): "asc" | "desc" {
  return sort === "name" ? "asc" : "desc";
}

import { describePublishState } from "#client/flow/publish-state.ts";
import { parseUrlSearchParamsAsText, stringifyUrlSearchParams } from "#client/page/url-search-params.ts";
import {
  type FlowListSearchParams,
  getFlowSort,
  getFlowSortOrder,
  parseFlowListSearchParams,
} from "#client/features/flow-list/flow-list-search-params.ts";
import { flowSortSelectOptions } from "#client/features/flow-list/flow-columns.tsx";
import { quoteName } from "#core/text/quote-name.ts";

/** Returns the search parameters to store for a view. */
export function toViewSearch({ view: _view, ...address }: FlowListSearchParams): string {
  return stringifyUrlSearchParams(address).slice(1);
}

export function parseViewSearch(search: string): FlowListSearchParams {
  const { view: _view, ...address } = parseFlowListSearchParams(parseUrlSearchParamsAsText(search));
  return address;
}

/** Describes a view's filters and order, such as “Draft · Tags: sales · Sorted by name, ascending”. */
export function describeView(search: string): string {
  const address = parseViewSearch(search);
  const sort = flowSortSelectOptions.find(({ value }) => value === getFlowSort(address))?.label ?? "";
  const order = getFlowSortOrder(address) === "asc" ? "ascending" : "descending";
  const parts = [
    address.show === "favorites" && "Favorites",
    address.show === "recent" && "Recently opened",
    address.search !== undefined && quoteName(address.search),
    address.status && describePublishState(address.status),
    address.tag && `Tags: ${address.tag.join(", ")}`,
    (address.sort !== undefined || address.order !== undefined) &&
      `Sorted by ${sort.toLowerCase()}, ${order}`,
  ].filter((part) => part !== false && part !== undefined);
  return parts.length > 0 ? parts.join(" · ") : "All flows";
}

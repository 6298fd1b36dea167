import { FLOW_SORT_FIELDS, type FlowSortField, NO_FLOW_IDS, PUBLISH_STATES } from "#contract/flow.ts";
import type { FlowFilters } from "#client/data/queries/flow-queries.ts";
import { favoriteFlowStore } from "#client/data/device/favorite-flows.ts";
import { recentFlowStore } from "#client/data/device/recent-flows.ts";

/** Flows that the browser remembers: the user's favorites, and the flows opened most recently. */
export const rememberedFlowStores = { favorites: favoriteFlowStore, recent: recentFlowStore } as const;

/** `show`: flows that the browser remembers; `view`: id of the saved view; `in`: searches in steps. */
export type FlowListSearchParams = Omit<FlowFilters, "ids"> & {
  readonly show?: keyof typeof rememberedFlowStores | undefined;
  readonly view?: string | undefined;
  readonly in?: "steps" | undefined;
};

/** Changes the URL of the list; has no effect after a navigation to another page. */
export type FlowListSearchParamsChanger = (
  change: (now: FlowListSearchParams) => FlowListSearchParams,
  options: { readonly replace: boolean },
) => void;

const DEFAULT_SORT: FlowSortField = "updatedAt";

/** Reads the valid search parameters and ignores the rest, since users may edit the URL. */
export function parseFlowListSearchParams(params: Record<string, unknown>): FlowListSearchParams {
  const { search, tag, show, view } = params;
  return omitDefaultSearchParams({
    // Drops invalid tags, because the server would refuse the whole request.
    tag: [tag]
      .flat()
      .filter((name): name is string => typeof name === "string" && /^[^\p{Cc}]{1,40}$/u.test(name)),
    show: show === "favorites" || show === "recent" ? show : undefined,
    view: typeof view === "string" ? view : undefined,
    search: typeof search === "string" ? search : undefined,
    status: PUBLISH_STATES.find((state) => state === params["status"]),
    sort: FLOW_SORT_FIELDS.find((sort) => sort === params["sort"]),
    in: params["in"] === "steps" ? "steps" : undefined,
    order: params["order"] === "asc" || params["order"] === "desc" ? params["order"] : undefined,
  });
}

export function omitDefaultSearchParams({
  search,
  status,
  sort,
  order,
  tag,
  show,
  view,
  in: searched,
}: FlowListSearchParams): FlowListSearchParams {
  return {
    ...(tag?.length && { tag }),
    ...(show && { show }),
    ...(view && { view }),
    ...(search && { search }),
    ...(search && searched && { in: searched }),
    ...(status && { status }),
    ...(sort && (sort !== DEFAULT_SORT || show === "recent") && { sort }),
    ...(order && order !== naturalOrder(sort) && { order }),
  };
}

/** A sort field alone would get the server's default order, which is meant for the default field. */
export function toFlowFilters({ show, view: _view, in: _in, ...address }: FlowListSearchParams): FlowFilters {
  const filters = show ? { ...address, ids: readRememberedIds(show) } : address;
  const isDefault = address.sort === undefined && address.order === undefined;
  return isDefault ? filters : { ...filters, sort: getFlowSort(address), order: getFlowSortOrder(address) };
}

function readRememberedIds(show: keyof typeof rememberedFlowStores): string {
  const ids = rememberedFlowStores[show].getState().flatMap(({ id }) => (/^[^,]+$/.test(id) ? id : []));
  return ids.join() || NO_FLOW_IDS;
}

/** Returns the sort field; undefined for recently opened flows in the order of opening. */
export function getFlowSort({ sort, order, show }: FlowListSearchParams): FlowSortField | undefined {
  return sort ?? (show === "recent" && !order ? undefined : DEFAULT_SORT);
}

export function getFlowSortOrder({ sort, order }: FlowListSearchParams): "asc" | "desc" {
  return order ?? naturalOrder(sort);
}

export function hasActiveFlowFilters({ search, status, tag, show }: FlowListSearchParams): boolean {
  return [search, status, tag, show].some((filter) => filter !== undefined);
}

function naturalOrder(sort: FlowSortField | undefined): "asc" | "desc" {
  return sort === "name" ? "asc" : "desc";
}

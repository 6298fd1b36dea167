import { type QueryClient, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { FIRST_PAGE_FLOW_LIST_QUERY_PARAMS } from "#contract/first-requests.ts";
import type { FlowSortField, PublishState } from "#contract/flow.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { type FlowReading, readFlow } from "#client/data/api/read-flow.ts";
import { offersFeature, serverCapabilityQueries } from "./capability-queries.ts";
import { infiniteListQueryOptions } from "./list-pages.ts";

export interface FlowFilters {
  readonly search?: string | undefined;
  readonly status?: PublishState | undefined;
  readonly sort?: FlowSortField | undefined;
  readonly order?: "asc" | "desc" | undefined;
  /** Only flows that have all these tags. */
  readonly tag?: string[] | undefined;
  /** Only flows with these ids, separated by commas. */
  readonly ids?: string | undefined;
}

export interface FlowPageCursor {
  readonly cursor?: string | undefined;
  readonly direction?: "next" | "prev" | undefined;
  readonly limit?: string | undefined;
  readonly includeCount?: "true" | undefined;
}

export type FlowPage = Awaited<ReturnType<typeof callEndpoint<"listFlows">>>;

/**
 * Whether the server stores tags and filters by tags and ids. True while unknown: a server without tags is
 * then recognized by its response.
 */
export function hasServerFlowFilters(client: QueryClient): boolean {
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  return !server || offersFeature(server, "tags");
}

/**
 * Reads a page of the list of flows. For a server without tags and filters by ids, this browser adds the tags
 * and applies the filters. All code that reads the list must use this function, or it acts on other flows
 * than the list shows.
 */
export async function readFlowPage(
  client: QueryClient,
  query: FlowFilters & FlowPageCursor,
  signal?: AbortSignal,
): Promise<FlowPage> {
  if (query.tag || query.ids) await client.ensureQueryData(serverCapabilityQueries.current());
  if (hasServerFlowFilters(client)) {
    const page = await callEndpoint("listFlows", { query, signal });
    if (page.data.every(({ tags }) => tags)) return page;
  }
  return (await import("./device-flow-list.ts")).readFlowPageOnDevice(query, signal);
}

export interface FlowQueryData extends FlowReading {
  /**
   * Start of the read or save, from `performance.now()`; undefined if unknown. Shows whether a response dates
   * from before or after a deletion.
   */
  readonly askedAt?: number;
}

const MAX_FOUND_FLOWS = 20;

export const flowQueries = {
  all: () => ["flows"] as const,
  lists: () => [...flowQueries.all(), "list"] as const,

  versions: (id: string) => [...flowQueries.all(), "versions", id] as const,

  list: (filters: FlowFilters) =>
    infiniteQueryOptions({
      queryKey: [...flowQueries.lists(), filters] as const,
      queryFn: ({ client, pageParam, signal }) =>
        readFlowPage(client, { ...filters, ...pageParam, ...FIRST_PAGE_FLOW_LIST_QUERY_PARAMS }, signal),
      ...infiniteListQueryOptions,
    }),

  /** Finds the flows whose name contains the text: the few that a command palette lists. */
  search: (search: string) =>
    queryOptions({
      queryKey: [...flowQueries.all(), "search", search] as const,
      queryFn: async ({ signal }) =>
        (await callEndpoint("listFlows", { query: { search, limit: String(MAX_FOUND_FLOWS) }, signal })).data,
      staleTime: 10_000,
      retry: false,
    }),

  detail: (id: string) =>
    queryOptions({
      queryKey: [...flowQueries.all(), "detail", id] as const,
      queryFn: async ({ signal }): Promise<FlowQueryData> => {
        const askedAt = performance.now();
        return { ...(await readFlow(id, { signal })), askedAt };
      },
      // Disabled, because flows are compared by version token, and a deep comparison of large flows is slow.
      structuralSharing: false,
    }),
};

import { type QueryClient, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { FIRST_PAGE_PARAMS } from "#contract/preloaded-api-requests.ts";
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

/** Whether this browser keeps the tags, because the server cannot. False while that is unknown. */
export function areTagsKeptOnDevice(client: QueryClient): boolean {
  const server = client.getQueryData(serverCapabilityQueries.current().queryKey);
  return !!server && !offersFeature(server, "tags");
}

/** All code that reads the list must use this function, or it acts on other flows than the list shows. */
export async function readFlowPage(
  client: QueryClient,
  query: FlowFilters & FlowPageCursor,
  signal?: AbortSignal,
): Promise<FlowPage> {
  if (query.tag) await client.ensureQueryData(serverCapabilityQueries.current());
  const page = areTagsKeptOnDevice(client) ? undefined : await callEndpoint("listFlows", { query, signal });
  // A server that cannot store tags is recognized by its rows, if the capabilities are not known yet.
  if (page?.data.every(({ tags }) => tags)) return page;
  return (await import("./device-tagged-flows.ts")).readDeviceTaggedFlows(client, query, signal, page);
}

export interface FlowQueryData extends FlowReading {
  /** From `performance.now()`. Shows whether a response dates from before or after a deletion. */
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
        readFlowPage(client, { ...filters, ...pageParam, ...FIRST_PAGE_PARAMS }, signal),
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

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { LIST_PAGE } from "#contract/first-requests.ts";
import type { Flow, FlowSort, PublishState } from "#contract/flow.ts";
import type { JsonObject } from "#core/json.ts";
import { changesNumbers } from "#core/json-text.ts";
import { callEndpoint, callEndpointForText } from "./call-endpoint.ts";
import { listPages } from "./list-pages.ts";

/** What the list shows; absent means everything, newest change first. */
export interface FlowFilters {
  readonly search?: string | undefined;
  readonly status?: PublishState | undefined;
  readonly sort?: FlowSort | undefined;
  readonly order?: "asc" | "desc" | undefined;
}

export interface FlowRead {
  readonly flow: Flow;
  /** True where `JSON.parse` changed a number of the answer: saving would write the changed one, so JSON is read-only. */
  readonly isInexact: boolean;
  /** When the server was asked, by `performance.now()`; undefined for what is known without asking. */
  readonly askedAt?: number;
}

export const flowQueries = {
  all: () => ["flows"] as const,
  lists: () => [...flowQueries.all(), "list"] as const,

  /** All that is read of a flow's versions. */
  versions: (id: string) => [...flowQueries.all(), "versions", id] as const,

  list: (filters: FlowFilters) =>
    infiniteQueryOptions({
      queryKey: [...flowQueries.lists(), filters] as const,
      queryFn: ({ pageParam, signal }) =>
        callEndpoint("listFlows", {
          query: { ...filters, ...pageParam, ...LIST_PAGE },
          signal,
        }),
      ...listPages,
    }),

  /** The flow as the server has it. An open editor keeps a document of its own and only compares with this. */
  detail: (id: string) =>
    queryOptions({
      queryKey: [...flowQueries.all(), "detail", id] as const,
      queryFn: async ({ signal }): Promise<FlowRead> => {
        const askedAt = performance.now();
        const { value, text } = await callEndpointForText("getFlow", { params: { id }, signal });
        return {
          flow: value,
          isInexact: changesNumbers(text, value as JsonObject),
          askedAt,
        };
      },
      // A flow is compared by its token; structural sharing would walk a thousand steps for nothing.
      structuralSharing: false,
    }),
};

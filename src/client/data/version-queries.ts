import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { FlowVersion, VersionListItem } from "#contract/flow-version.ts";
import type { JsonObject } from "#core/json.ts";
import { findJsonFault } from "#core/json-text.ts";
import { callEndpoint, callEndpointForText } from "./call-endpoint.ts";
import { flowQueries } from "./flow-queries.ts";

export const VERSION_TYPES = ["published", "draft", "test", "virtual"] as const;
export type VersionType = (typeof VERSION_TYPES)[number];

const PAGE = "50";

/** The versions of a flow. Everything here is out of date once the flow is saved or published, but for one version's content. */
export const versionQueries = {
  all: (flowId: string) => [...flowQueries.all(), "versions", flowId] as const,

  /** Newest first, page by page; a server that knows no pages answers with all of them. */
  list: (flowId: string, type: VersionType | undefined) =>
    infiniteQueryOptions({
      queryKey: [...versionQueries.all(flowId), "list", type ?? "any"] as const,
      queryFn: ({ pageParam, signal }) =>
        callEndpoint("listVersions", {
          params: { flowId },
          query: { type, limit: PAGE, ...(pageParam !== "" && { cursor: pageParam }) },
          signal,
        }),
      initialPageParam: "",
      getNextPageParam: ({ pagination }) => pagination?.nextCursor ?? undefined,
    }),

  /** What is live. `isInexact` where `JSON.parse` changed a number of it. */
  published: (flowId: string) =>
    queryOptions({
      queryKey: [...versionQueries.all(flowId), "published"] as const,
      queryFn: async ({ signal }) => {
        const { value, text } = await callEndpointForText("getPublishedVersion", {
          params: { flowId },
          signal,
        });
        const isInexact = findJsonFault(text, value as JsonObject)?.code === "NUMBER_CHANGES";
        return { version: value, isInexact };
      },
      // Somebody else may have published meanwhile.
      staleTime: 0,
      gcTime: 0,
      structuralSharing: false,
    }),

  /** One version. Its content never changes, but for the draft, which stands for what is saved. */
  detail: (flowId: string, { id, versionType }: Pick<VersionListItem, "id" | "versionType">) =>
    queryOptions({
      queryKey: [...versionQueries.all(flowId), "detail", id] as const,
      queryFn: ({ signal }): Promise<FlowVersion> =>
        callEndpoint("getVersion", { params: { flowId, versionId: id }, signal }),
      staleTime: versionType === "draft" ? 0 : ("static" as const),
      structuralSharing: false,
    }),
};

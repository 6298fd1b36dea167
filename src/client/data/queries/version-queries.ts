import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { FlowVersion } from "#contract/flow-version.ts";
import type { JsonObject } from "#core/json/json.ts";
import { hasInexactNumbers } from "#core/json/unstorable-json-value.ts";
import {
  type EndpointResponseBody,
  callEndpoint,
  callEndpointForValueAndText,
} from "#client/data/api/call-endpoint.ts";
import { flowQueries } from "./flow-queries.ts";
import { createNextCursorReader } from "./list-pages.ts";
import type { FlowVersionType } from "./result-filters.ts";

const PAGE = "100";

/** `isInexact` is true if `JSON.parse` changed a number, so that restoring the version would write another number. */
export interface VersionQueryData {
  readonly version: FlowVersion;
  readonly isInexact: boolean;
}

/** Versions other than the draft are immutable, so they are never refetched. */
export const versionQueries = {
  all: flowQueries.versions,

  /** Queries the versions, newest first. */
  list: (flowId: string, type: FlowVersionType | undefined) =>
    infiniteQueryOptions({
      queryKey: [...versionQueries.all(flowId), "list", type ?? "any"] as const,
      queryFn: ({ pageParam, signal }) => readVersionPage(flowId, { type, cursor: pageParam }, signal),
      initialPageParam: "",
      getNextPageParam: createNextCursorReader<EndpointResponseBody<"listVersions">>(({ versions }) =>
        versions.map(({ id }) => id),
      ),
    }),

  /** Null if there is none. Reads the id first: browsers log a 404 as an error. */
  published: (flowId: string) =>
    queryOptions({
      queryKey: [...versionQueries.all(flowId), "published"] as const,
      queryFn: async ({ signal }): Promise<VersionQueryData | null> => {
        const query = { type: "published", limit: "1" } as const;
        const { publishedVersionId } = await callEndpoint("listVersions", {
          params: { flowId },
          query,
          signal,
        });
        if (publishedVersionId === null) return null;
        const params = { flowId, versionId: publishedVersionId };
        return toRead(await callEndpointForValueAndText("getVersion", { params, signal }));
      },
      staleTime: 0,
      gcTime: 0,
      structuralSharing: false,
    }),

  detail: (flowId: string, versionId: string) =>
    queryOptions({
      queryKey: [...versionQueries.all(flowId), "detail", versionId] as const,
      queryFn: async ({ signal }) =>
        toRead(await callEndpointForValueAndText("getVersion", { params: { flowId, versionId }, signal })),
      staleTime: ({ state }) => (state.data?.version.versionType === "draft" ? 0 : "static"),
      structuralSharing: false,
    }),
};

export async function readVersionPage(
  flowId: string,
  { type, cursor }: { readonly type?: FlowVersionType | undefined; readonly cursor: string },
  signal?: AbortSignal,
) {
  const query = { type, limit: PAGE, ...(cursor !== "" && { cursor }) };
  return callEndpoint("listVersions", { params: { flowId }, query, signal });
}

function toRead({ value, text }: { readonly value: FlowVersion; readonly text: string }): VersionQueryData {
  const isInexact = hasInexactNumbers(text, value as JsonObject);
  return { version: value, isInexact };
}

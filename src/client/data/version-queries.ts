import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { FlowVersion } from "#contract/flow-version.ts";
import type { JsonObject } from "#core/json.ts";
import { changesNumbers } from "#core/json-text.ts";
import { callEndpoint, callEndpointForText } from "./call-endpoint.ts";
import { flowQueries } from "./flow-queries.ts";

export const VERSION_TYPES = ["published", "draft", "test", "virtual"] as const;
export type VersionType = (typeof VERSION_TYPES)[number];

const PAGE = "100";

/** `isInexact` where `JSON.parse` changed a number of the answer: put back, the version would be another one. */
export interface VersionRead {
  readonly version: FlowVersion;
  readonly isInexact: boolean;
}

/** The versions of a flow. Everything here is out of date once the flow is saved or published, but for one version's content. */
export const versionQueries = {
  all: flowQueries.versions,

  /** Newest first, page by page; a server that knows no pages answers with all of them. */
  list: (flowId: string, type: VersionType | undefined) =>
    infiniteQueryOptions({
      queryKey: [...versionQueries.all(flowId), "list", type ?? "any"] as const,
      queryFn: ({ pageParam, signal }) => readPage(flowId, { type, cursor: pageParam }, signal),
      initialPageParam: "",
      getNextPageParam: ({ pagination }) => pagination?.nextCursor ?? undefined,
    }),

  /** The newest version that is older than the one of this number, of whatever type; null where there is none. */
  before: (flowId: string, versionNumber: number) =>
    queryOptions({
      queryKey: [...versionQueries.all(flowId), "before", versionNumber] as const,
      queryFn: async ({ signal }) => {
        for (let cursor: string | null = ""; cursor !== null;) {
          const { versions, pagination } = await readPage(flowId, { cursor }, signal);
          const before = versions.find((version) => version.versionNumber < versionNumber);
          if (before) return before;
          cursor = pagination?.nextCursor ?? null;
        }
        return null;
      },
      staleTime: "static",
    }),

  /**
   * What is live; null where nothing is. Which one that is, is asked first: the endpoint for the published version answers
   * 404 where there is none, which is no error here and would be told as one in the browser's console.
   */
  published: (flowId: string) =>
    queryOptions({
      queryKey: [...versionQueries.all(flowId), "published"] as const,
      queryFn: async ({ signal }): Promise<VersionRead | null> => {
        const query = { type: "published", limit: "1" } as const;
        const { publishedVersionId } = await callEndpoint("listVersions", {
          params: { flowId },
          query,
          signal,
        });
        if (publishedVersionId === null) return null;
        const params = { flowId, versionId: publishedVersionId };
        return toRead(await callEndpointForText("getVersion", { params, signal }));
      },
      // Somebody else may have published meanwhile.
      staleTime: 0,
      gcTime: 0,
      structuralSharing: false,
    }),

  /** One version. Its content never changes, but for the draft, which stands for what is saved. */
  detail: (flowId: string, versionId: string) =>
    queryOptions({
      queryKey: [...versionQueries.all(flowId), "detail", versionId] as const,
      queryFn: async ({ signal }) =>
        toRead(await callEndpointForText("getVersion", { params: { flowId, versionId }, signal })),
      staleTime: ({ state }) => (state.data?.version.versionType === "draft" ? 0 : "static"),
      structuralSharing: false,
    }),
};

function readPage(
  flowId: string,
  { type, cursor }: { readonly type?: VersionType | undefined; readonly cursor: string },
  signal: AbortSignal,
) {
  const query = { type, limit: PAGE, ...(cursor !== "" && { cursor }) };
  return callEndpoint("listVersions", { params: { flowId }, query, signal });
}

function toRead({ value, text }: { readonly value: FlowVersion; readonly text: string }): VersionRead {
  const isInexact = changesNumbers(text, value as JsonObject);
  return { version: value, isInexact };
}

import { infiniteQueryOptions } from "@tanstack/react-query";
import type { StepSearchPage, StepUseKind } from "#contract/step-search.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { flowQueries } from "./flow-queries.ts";
import { getNextCursorUnlessRepeated } from "./list-pages.ts";

/** Requests that one page may take: a page of a search for several words can be empty and still have a next one. */
const REQUESTS_PER_PAGE = 5;
/** Milliseconds between two reads while the server still adds flows to its index. */
const INDEXING_REFRESH_MS = 5000;

type PageReader = (cursor: string, signal: AbortSignal) => Promise<StepSearchPage>;

/** Queries the server's index of steps. Only for servers whose capabilities include `stepSearch`. */
export const stepSearchQueries = {
  search: (query: string) =>
    pagedQuery(["search", query], (cursor, signal) =>
      callEndpoint("searchSteps", { query: { query, cursor }, signal }),
    ),

  uses: (kind: StepUseKind, name: string) =>
    pagedQuery(["uses", kind, name], (cursor, signal) =>
      callEndpoint("listStepUses", { query: { kind, name, cursor, includeCount: "true" }, signal }),
    ),
};

function pagedQuery(key: readonly string[], read: PageReader) {
  return infiniteQueryOptions({
    // Part of the lists of flows, so that every write of a flow refreshes it.
    queryKey: [...flowQueries.lists(), "steps", ...key] as const,
    queryFn: ({ pageParam, signal }) => readPage(read, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: ({ pagination }, _pages, cursor) => getNextCursorUnlessRepeated(pagination, cursor),
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ index }) => !index.complete) ? INDEXING_REFRESH_MS : false,
    retry: false,
  });
}

async function readPage(read: PageReader, cursor: string, signal: AbortSignal): Promise<StepSearchPage> {
  let page = await read(cursor, signal);
  for (let request = 1; request < REQUESTS_PER_PAGE; request += 1) {
    const { nextCursor } = page.pagination;
    if (page.data.length > 0 || nextCursor === null) break;
    page = await read(nextCursor, signal);
  }
  return page;
}

/** Reads all flows with a use, up to `most`. `isComplete` is false if there are more, or if the index is incomplete. */
export async function readAllStepUses(
  kind: StepUseKind,
  name: string,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly flows: StepSearchPage["data"]; readonly isComplete: boolean }> {
  const flows: StepSearchPage["data"] = [];
  let cursor: string | undefined = "";
  let isIndexed = true;
  while (cursor !== undefined && flows.length < most) {
    const page: StepSearchPage = await callEndpoint("listStepUses", {
      query: { kind, name, cursor, limit: "50" },
      signal,
    });
    flows.push(...page.data);
    isIndexed &&= page.index.complete;
    cursor = getNextCursorUnlessRepeated(page.pagination, cursor);
  }
  return {
    flows: flows.slice(0, most),
    isComplete: isIndexed && cursor === undefined && flows.length <= most,
  };
}

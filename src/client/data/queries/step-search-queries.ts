import { infiniteQueryOptions } from "@tanstack/react-query";
import type { StepSearchPage, StepUseKind } from "#contract/step-search.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { flowQueries } from "./flow-queries.ts";
import { createNextCursorReader } from "./list-pages.ts";
import { readAllPages } from "#core/read-all-pages.ts";
import { mustWaitBeforeRetry } from "./read-retries.ts";

/** A search for several words may return an empty page before others. */
const MAX_REQUESTS_PER_PAGE = 5;
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
    // Puts the key below that of the lists of flows, so that every write of a flow refetches this query.
    queryKey: [...flowQueries.lists(), "steps", ...key] as const,
    queryFn: ({ pageParam, signal }) => readPage(read, pageParam, signal),
    initialPageParam: "",
    // An empty page counts as new by its cursor, since a search may continue after it.
    getNextPageParam: createNextCursorReader<StepSearchPage>(({ data, pagination }) =>
      data.length > 0 ? data.map(({ id }) => id) : [`${pagination.nextCursor}`],
    ),
    refetchInterval: ({ state }) =>
      !mustWaitBeforeRetry(state.error) && state.data?.pages.some(({ index }) => !index.complete)
        ? INDEXING_REFRESH_MS
        : false,
    retry: false,
  });
}

async function readPage(read: PageReader, cursor: string, signal: AbortSignal): Promise<StepSearchPage> {
  let page = await read(cursor, signal);
  for (let request = 1; request < MAX_REQUESTS_PER_PAGE; request += 1) {
    const { nextCursor } = page.pagination;
    if (page.data.length > 0 || nextCursor === null) break;
    page = await read(nextCursor, signal);
  }
  return page;
}

/** At most `most` flows. `isComplete` is false if there are more, or the index is incomplete. */
export async function readAllStepUses(
  kind: StepUseKind,
  name: string,
  most: number,
  signal: AbortSignal,
): Promise<{ readonly flows: StepSearchPage["data"]; readonly isComplete: boolean }> {
  const flows: StepSearchPage["data"] = [];
  let isComplete = true;
  const read = async (cursor: string) => {
    const page = await callEndpoint("listStepUses", { query: { kind, name, cursor, limit: "50" }, signal });
    isComplete &&= page.index.complete;
    return page;
  };
  for await (const { rows, isCutShort } of readAllPages(read, ({ id }) => id)) {
    isComplete &&= !isCutShort && flows.length + rows.length <= most;
    flows.push(...rows.slice(0, most - flows.length));
    if (!isComplete && flows.length === most) break;
  }
  return { flows, isComplete };
}

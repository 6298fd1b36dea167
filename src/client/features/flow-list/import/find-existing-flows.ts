import type { FlowListItem } from "#contract/flow.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { type CursorPage, readAllPages } from "#core/read-all-pages.ts";

export interface ExistingFlows {
  /** Flows by exact name, most recently updated first. */
  readonly byName: ReadonlyMap<string, readonly FlowListItem[]>;
  /** False if the server has so many flows that not all were compared. */
  readonly isComplete: boolean;
}

/** Up to this many names are searched for one by one; for more names, reading all flows needs fewer requests. */
const MAX_SEARCHES = 20;
const MAX_PAGES = 200;

/** Finds the stored flows that have one of the names. Throws like `callEndpoint`. */
export async function findExistingFlows(
  names: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ExistingFlows> {
  const byName = new Map<string, FlowListItem[]>();
  let pagesLeft = MAX_PAGES;
  let isComplete = true;
  const readAll = async (search: string | undefined) => {
    const read = async (cursor: string): Promise<CursorPage<FlowListItem>> => {
      if (pagesLeft === 0) {
        isComplete = false;
        return { data: [] };
      }
      pagesLeft -= 1;
      const query = { limit: "100", ...(search !== undefined && { search }), ...(cursor && { cursor }) };
      return callEndpoint("listFlows", { query, signal });
    };
    for await (const { rows, isCutShort } of readAllPages(read, ({ id }) => id)) {
      for (const flow of rows) {
        // Compares whole names, because a search ignores case and also finds parts of names.
        const isWanted = search === undefined ? names.has(flow.name) : flow.name === search;
        if (isWanted) byName.set(flow.name, [...(byName.get(flow.name) ?? []), flow]);
      }
      isComplete &&= !isCutShort;
    }
  };
  if (names.size > MAX_SEARCHES) await readAll(undefined);
  else for (const name of names) await readAll(name);
  return { byName, isComplete };
}

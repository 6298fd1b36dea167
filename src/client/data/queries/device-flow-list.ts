import type { FlowListItem } from "#contract/flow.ts";
import { MAX_PAGE_SIZE } from "#contract/pagination.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { findFlowsWithDeviceTags, readDeviceTags } from "#client/data/device/device-tags.ts";
import { readAllPages } from "./read-all-pages.ts";
import type { FlowFilters, FlowPage, FlowPageCursor } from "./flow-queries.ts";
import { NO_FLOW_IDS } from "./no-flow-ids.ts";

/** Maximum number of pages to read for a list that is filtered in the browser, which is 10,000 flows. */
const MAX_PAGES_READ = 100;

/**
 * Reads a page of the list of a server without tags: adds the tags that this browser keeps, and applies the filters that
 * the server ignores.
 */
export async function readFlowPageOnDevice(
  query: FlowFilters & FlowPageCursor,
  signal: AbortSignal | undefined,
): Promise<FlowPage> {
  if (query.tag || query.ids) return readPageFilteredOnDevice(query, signal);
  const page = await callEndpoint("listFlows", { query, signal });
  return { ...page, data: page.data.map(addTags) };
}

const addTags = (row: FlowListItem): FlowListItem => ({ ...row, tags: [...readDeviceTags(row.id)] });

/**
 * Returns all flows that match a filter by tags or ids, as one page. The server lacks these filters, so its
 * list is read until all flows are found.
 */
async function readPageFilteredOnDevice(
  { tag, ids, ...filters }: FlowFilters & FlowPageCursor,
  signal: AbortSignal | undefined,
): Promise<FlowPage> {
  const wanted = new Set(tag ? findFlowsWithDeviceTags(tag) : ids?.split(","));
  if (tag && ids) {
    const listed = new Set(ids.split(","));
    for (const id of wanted) if (!listed.has(id)) wanted.delete(id);
  }
  wanted.delete(NO_FLOW_IDS);
  const data: FlowListItem[] = [];
  const readPage = (cursor: string) => {
    const query = { ...filters, limit: String(MAX_PAGE_SIZE), ...(cursor && { cursor }) };
    return callEndpoint("listFlows", { query, signal });
  };
  let pagesLeft = wanted.size === 0 ? 0 : MAX_PAGES_READ;
  if (pagesLeft > 0)
    for await (const { rows } of readAllPages(readPage, ({ id }) => id)) {
      for (const row of rows) if (wanted.delete(row.id)) data.push(addTags(row));
      pagesLeft -= 1;
      if (pagesLeft === 0 || wanted.size === 0) break;
    }
  const pagination = {
    limit: Math.max(1, data.length),
    currentOffset: 0,
    hasMore: false,
    hasPrev: false,
    nextCursor: null,
    prevCursor: null,
    totalCount: data.length,
  };
  return { data, pagination };
}

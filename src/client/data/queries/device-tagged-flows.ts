import type { QueryClient } from "@tanstack/react-query";
import { NO_FLOW_IDS } from "#contract/flow.ts";
import { MAX_PAGE_SIZE } from "#contract/pagination.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { findFlowsWithDeviceTags, readDeviceTags } from "#client/data/device/device-tags.ts";
import { serverCapabilityQueries } from "./capability-queries.ts";
import type { FlowFilters, FlowPage, FlowPageCursor } from "./flow-queries.ts";

/** All flows that match a filter by tags are one page. `page` is the server's page, if already read. */
export async function readDeviceTaggedFlows(
  client: QueryClient,
  { tag, ids, ...query }: FlowFilters & FlowPageCursor,
  signal: AbortSignal | undefined,
  page?: FlowPage,
): Promise<FlowPage> {
  // The browser keeps the tags by user, who is known with the capabilities.
  await client.ensureQueryData(serverCapabilityQueries.current());
  if (page) return addDeviceTags(page);
  const read = async (given: FlowFilters & FlowPageCursor) =>
    addDeviceTags(await callEndpoint("listFlows", { query: given, signal }));
  if (!tag) return read({ ...query, ids });
  const among = ids?.split(",");
  const wanted = findFlowsWithDeviceTags(tag).filter((id) => among?.includes(id) ?? true);
  const { cursor: _cursor, ...filters } = { ...query, limit: String(MAX_PAGE_SIZE) };
  const readNext = (at: number) =>
    read({ ...filters, ids: wanted.slice(at, at + MAX_PAGE_SIZE).join() || NO_FLOW_IDS });
  const { data, pagination } = await readNext(0);
  for (let at = MAX_PAGE_SIZE; at < wanted.length; at += MAX_PAGE_SIZE)
    data.push(...(await readNext(at)).data);
  const isWhole = { hasMore: false, nextCursor: null, totalCount: data.length };
  return { data, pagination: { ...pagination, ...isWhole } };
}

function addDeviceTags(page: FlowPage): FlowPage {
  return { ...page, data: page.data.map((row) => ({ ...row, tags: [...readDeviceTags(row.id)] })) };
}

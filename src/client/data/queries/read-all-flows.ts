import type { QueryClient } from "@tanstack/react-query";
import { readAllPages } from "#core/read-all-pages.ts";
import { type FlowFilters, readFlowPage } from "./flow-queries.ts";

/** Reads all flows that match the filters. Throws like `callEndpoint`. */
export function readAllFlows(client: QueryClient, filters: FlowFilters, signal: AbortSignal) {
  const read = (cursor: string) =>
    readFlowPage(client, { ...filters, limit: "100", ...(cursor && { cursor }) }, signal);
  return readAllPages(read, ({ id }) => id);
}

import { queryOptions } from "@tanstack/react-query";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";

/** How soon attempts that are under way are read again. */
const PENDING_MS = 5000;

export const alertQueries = {
  all: () => ["alerts"] as const,

  /** The alerts about one flow, or about all. */
  list: (flowId: string | undefined) =>
    queryOptions({
      queryKey: [...alertQueries.all(), "list", flowId] as const,
      queryFn: async ({ signal }) => (await callEndpoint("listAlerts", { query: { flowId }, signal })).alerts,
      refetchInterval: ({ state }) =>
        state.data?.some(({ lastDelivery }) => lastDelivery?.state === "pending") && PENDING_MS,
    }),

  deliveries: (id: string) =>
    queryOptions({
      queryKey: [...alertQueries.all(), "deliveries", id] as const,
      queryFn: async ({ signal }) =>
        (await callEndpoint("listAlertDeliveries", { params: { id }, signal })).deliveries,
      refetchInterval: ({ state }) => state.data?.some(({ state: sent }) => sent === "pending") && PENDING_MS,
    }),
};

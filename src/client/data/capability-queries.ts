import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { callEndpoint } from "./call-endpoint.ts";

export const capabilityQueries = {
  /** What this server offers and whether this browser is signed in; read once per page and after signing in or out. */
  current: () =>
    queryOptions({
      queryKey: ["capabilities"] as const,
      queryFn: ({ signal }) => callEndpoint("getCapabilities", { signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

/** Whether this server runs flows, as far as it has said so. */
export function runsFlows(client: QueryClient): boolean {
  return client.getQueryData(capabilityQueries.current().queryKey)?.runs === true;
}

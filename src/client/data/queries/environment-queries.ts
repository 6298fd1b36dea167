import { type QueryClient, QueryObserver, queryOptions } from "@tanstack/react-query";
import type { ServerRunEnvironment } from "#core/dataflow/find-environment-problems.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { canServerRunFlows } from "./capability-queries.ts";

const FRESH_MS = 10_000;

export const environmentQueries = {
  /**
   * Queries the settings and step types that runs can use. Only for servers whose capabilities include
   * `runs`.
   */
  current: () =>
    queryOptions({
      queryKey: ["environment"] as const,
      queryFn: ({ signal }) => callEndpoint("getEnvironment", { signal }),
      staleTime: FRESH_MS,
    }),
};

export function subscribeToRunEnvironment(
  client: QueryClient,
  onChange: (environment: ServerRunEnvironment | undefined) => void,
): () => void {
  if (!canServerRunFlows(client)) return () => undefined;
  const observer = new QueryObserver(client, environmentQueries.current());
  onChange(observer.getCurrentResult().data);
  return observer.subscribe(({ data }) => onChange(data));
}

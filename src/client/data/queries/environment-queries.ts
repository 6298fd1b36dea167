import { queryOptions, useQuery } from "@tanstack/react-query";
import { useOffersFeature } from "./capability-queries.ts";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";

const FRESH_MS = 10_000;

export const environmentQueries = {
  /** Queries the settings and step types that runs can use. Only for servers with the feature `runSettings`. */
  current: () =>
    queryOptions({
      queryKey: ["environment"] as const,
      queryFn: ({ signal }) => callEndpoint("getEnvironment", { signal }),
      staleTime: FRESH_MS,
    }),
};

/** Returns the settings that runs can use; undefined while they are loading, and on a server that runs no flows. */
export function useRunSettings() {
  return useQuery({ ...environmentQueries.current(), enabled: useOffersFeature("runSettings") });
}

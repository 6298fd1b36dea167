import { useQuery } from "@tanstack/react-query";
import { offersFeature, serverCapabilityQueries } from "./capability-queries.ts";
import { recordQueries } from "./record-queries.ts";

/** A partial list has the types of recently changed records, without counts. `isFresh` ignores the cache. */
export function useRecordTypes({ isEnabled = true, isFresh = false } = {}) {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const { data, error, isPending, isFetching, refetch } = useQuery({
    ...recordQueries.types(),
    ...(isFresh && { staleTime: 0 }),
    enabled: isEnabled && server !== undefined,
  });
  const isListPartial = server !== undefined && !offersFeature(server, "recordTypes");
  return { data, isListPartial, error, isPending, isFetching, refetch };
}

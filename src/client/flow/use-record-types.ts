import { useQuery } from "@tanstack/react-query";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";

export interface RecordType {
  readonly type: string;
  readonly count?: number | undefined;
}

/**
 * Lists the record types. If the API cannot list them, uses the types of recently changed records; the list is then
 * partial and has no counts. `isFresh` reads the list again although it may be cached.
 */
export function useRecordTypes({ isEnabled = true, isFresh = false } = {}) {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isLocal = server?.mode === "local";
  const fresh = isFresh ? { staleTime: 0 } : {};
  const all = useQuery({ ...recordQueries.types(), ...fresh, enabled: isEnabled && isLocal });
  const latest = useQuery({
    ...recordQueries.latestTypes(),
    ...fresh,
    enabled: isEnabled && server !== undefined && !isLocal,
  });
  const query = isLocal ? all : latest;
  const data: readonly RecordType[] | undefined = isLocal ? all.data : latest.data?.map((type) => ({ type }));
  return {
    data,
    isListPartial: server !== undefined && !isLocal,
    error: query.error,
    isPending: query.isPending,
    isFetching: query.isFetching,
    refetch: query.refetch,
  };
}

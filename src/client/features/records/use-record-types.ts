import { useQuery } from "@tanstack/react-query";
import { capabilityQueries } from "#client/data/capability-queries.ts";
import { recordQueries } from "#client/data/record-queries.ts";

export interface RecordType {
  readonly type: string;
  /** Undefined where the server does not count them. */
  readonly count?: number | undefined;
}

/** The types of records, as far as the server can tell: an API that lists none is asked for what changed last. */
export function useRecordTypes() {
  const { data: server } = useQuery(capabilityQueries.current());
  const isLocal = server?.mode === "local";
  const all = useQuery({ ...recordQueries.types(), enabled: isLocal });
  const latest = useQuery({ ...recordQueries.latestTypes(), enabled: server !== undefined && !isLocal });
  const query = isLocal ? all : latest;
  const data: readonly RecordType[] | undefined = isLocal ? all.data : latest.data?.map((type) => ({ type }));
  return {
    data,
    error: query.error,
    isPending: query.isPending,
    isFetching: query.isFetching,
    refetch: query.refetch,
  };
}

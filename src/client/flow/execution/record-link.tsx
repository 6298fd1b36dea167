import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { recordQueries } from "#client/data/queries/record-queries.ts";

type RecordLinkProps = {
  /** Missing if the records were chosen one by one; the link then fetches the record to read it. */
  readonly type: string | null | undefined;
  readonly recordId: string;
};

export function RecordLink({ type, recordId }: RecordLinkProps) {
  const isHidden = useMissingScope("RECORDS:READ") !== undefined;
  const { data } = useQuery({ ...recordQueries.detail(recordId), enabled: type == null && !isHidden });
  const knownType = type ?? data?.record.type;
  if (knownType === undefined || isHidden) return null;
  return (
    <Link
      to="/records/$type"
      params={{ type: knownType }}
      search={{ record: recordId }}
      className="inline-flex min-h-6 shrink-0 items-center text-sm font-medium text-accent hover:underline"
    >
      Open record
    </Link>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { recordQueries } from "#client/data/record-queries.ts";

type RecordLinkProps = {
  /** Not said where the records of a run were chosen one by one: then the record is asked. */
  readonly type: string | null | undefined;
  readonly recordId: string;
};

/** Leads to the record itself; nothing where it is no more. */
export function RecordLink({ type, recordId }: RecordLinkProps) {
  const { data } = useQuery({ ...recordQueries.detail(recordId), enabled: type == null });
  const known = type ?? data?.record.type;
  if (known === undefined) return null;
  return (
    <Link
      to="/records/$type"
      params={{ type: known }}
      search={{ record: recordId }}
      className="inline-flex min-h-6 shrink-0 items-center text-sm font-medium text-accent hover:underline"
    >
      Open record
    </Link>
  );
}

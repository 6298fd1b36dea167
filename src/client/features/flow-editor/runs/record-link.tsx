import { useRouter } from "@tanstack/react-router";

type RecordLinkProps = {
  /** Unknown where the records of a run were chosen one by one. */
  readonly type: string | null | undefined;
  readonly recordId: string;
};

/** Leads to the record itself. */
export function RecordLink({ type, recordId }: RecordLinkProps) {
  const router = useRouter();
  if (type == null) return null;
  const href = `/records/${encodeURIComponent(type)}?${new URLSearchParams({ record: recordId })}`;
  return (
    <a
      href={href}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        void router.navigate({ href });
      }}
      className="inline-flex min-h-6 shrink-0 items-center text-sm font-medium text-accent hover:underline"
    >
      Open record
    </a>
  );
}

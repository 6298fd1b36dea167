import { Link } from "@tanstack/react-router";
import type { BatchState } from "#contract/run.ts";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { useRunLinks } from "./run-place.ts";
import { RunStatus } from "./run-status.tsx";

/** Links to the runs that repeat this one, newest first. */
export function RunRetries({ retries = [] }: Pick<BatchState, "retries">) {
  const { toRun } = useRunLinks();
  if (retries.length === 0) return null;
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-sm text-muted">
      {retries.length === 1 ? "Retry:" : "Retries:"}
      {retries.map(({ batchExecutionId, status }) => (
        <Link
          key={batchExecutionId}
          {...toRun(batchExecutionId)}
          className="inline-flex min-h-6 items-center underline decoration-line-strong underline-offset-2"
        >
          <RunStatus status={status} />
          <VisuallyHidden> retry</VisuallyHidden>
        </Link>
      ))}
    </span>
  );
}

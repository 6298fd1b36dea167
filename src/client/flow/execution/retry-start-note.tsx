import { Link } from "@tanstack/react-router";
import type { BatchState, StepResult } from "#contract/run.ts";
import { useRunLinks } from "#client/flow/runs/run-place.ts";
import { describeRetryStart } from "./describe-retry-start.ts";

type RetryStartNoteProps = { readonly batch: BatchState; readonly steps: readonly StepResult[] };

/** Where the execution of a retry started. */
export function RetryStartNote({ batch: { retryOf }, steps }: RetryStartNoteProps) {
  const { toRun } = useRunLinks();
  const text = describeRetryStart(steps);
  if (text === undefined) return null;
  return (
    <p className="shrink-0 border-b border-line px-gutter py-1.5 text-sm break-words text-muted">
      {text}{" "}
      {retryOf != null && (
        <Link {...toRun(retryOf)} className="font-medium text-accent hover:underline">
          Open earlier run
        </Link>
      )}
    </p>
  );
}

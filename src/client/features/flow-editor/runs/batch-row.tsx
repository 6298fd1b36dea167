import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { BatchState } from "#contract/run.ts";
import { countBatch, isActiveBatch } from "#client/data/batch-progress.ts";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { formatCount } from "#client/ui/format-count.ts";
import { ProgressBar } from "#client/ui/progress-bar.tsx";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { tooltip } from "#client/ui/tooltip.ts";
import { VisuallyHidden } from "#client/ui/visually-hidden.tsx";
import { batchDuration, batchName, describeProgress } from "./describe-run.ts";
import { RunStatus } from "./run-status.tsx";

/** The grid of a wide row; the name has what the others leave. */
export const BATCH_COLUMNS = "7.5rem minmax(0, 1fr) 25rem 5.5rem 6.5rem";

type BatchRowProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  /** When it was read, in milliseconds. */
  readonly readAt: number;
  /** Two lines instead of columns. */
  readonly isNarrow: boolean;
  readonly isActive: boolean;
};

export const BatchRow = memo(function BatchRow(props: BatchRowProps) {
  const { batch, isNarrow } = props;
  const status = <RunStatus status={batch.status} hasFailures={batch.failedRecords > 0} />;
  const when = (
    <span className="relative z-10 shrink-0 whitespace-nowrap text-muted tabular-nums">
      <VisuallyHidden>Begun </VisuallyHidden>
      <RelativeTime time={batch.createdAt ?? batch.startedAt ?? ""} />
    </span>
  );
  if (isNarrow) {
    return (
      <span className="flex min-w-0 flex-1 flex-col gap-1.5">
        <span className="flex min-w-0 items-center gap-3">
          <BatchLink {...props} />
          <span className="ml-auto shrink-0">{status}</span>
        </span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
          <Progress {...props} />
          <span className="ml-auto shrink-0">{when}</span>
        </span>
      </span>
    );
  }
  return (
    <>
      {status}
      <span className="flex min-w-0 items-baseline gap-3">
        <BatchLink {...props} />
        <span className="shrink-0 text-sm text-muted tabular-nums">
          {batch.recordType != null && formatCount(batch.totalRecords, "record")}
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-3 text-sm text-muted">
        <Progress {...props} />
      </span>
      <span className="text-right text-sm whitespace-nowrap text-muted tabular-nums">
        {batchDuration(batch)}
      </span>
      <span className="flex justify-end text-sm">{when}</span>
    </>
  );
});

function BatchLink({ flowId, batch, isActive }: BatchRowProps) {
  const name = batchName(batch);
  return (
    <Link
      to="/flows/$flowId/runs/$batchId"
      params={{ flowId, batchId: batch.batchExecutionId }}
      search={keepStep}
      resetScroll={false}
      dir="auto"
      tabIndex={isActive ? 0 : -1}
      data-row-link=""
      {...tooltip(name, { whenTruncated: true })}
      // Its reach is the whole row, so that the run opens wherever it is pressed.
      className="min-h-6 min-w-0 truncate leading-6 font-medium outline-none after:absolute after:inset-0"
    >
      {name}
    </Link>
  );
}

function Progress({ batch, readAt }: BatchRowProps) {
  const text = describeProgress(batch, readAt);
  if (!isActiveBatch(batch.status)) return <span className="truncate tabular-nums">{text}</span>;
  const { total, open, failed } = countBatch(batch);
  return (
    <>
      <ProgressBar
        label={`Progress of ${batchName(batch)}`}
        {...{ text, total, failed }}
        done={total - open}
        className="w-20 shrink-0"
      />
      <span aria-hidden="true" className="truncate tabular-nums">
        {text}
      </span>
    </>
  );
}

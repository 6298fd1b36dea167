import { CircleStop, RotateCw } from "lucide-react";
import { useRef, useState } from "react";
import type { BatchState } from "#contract/run.ts";
import { countBatch, isActiveBatch } from "#client/data/batch-progress.ts";
import { ViewHeading } from "#client/features/flow-editor/view-heading.tsx";
import { Button } from "#client/ui/button.tsx";
import { formatCount, formatNumber } from "#client/ui/format-count.ts";
import { ProgressBar } from "#client/ui/progress-bar.tsx";
import { RelativeTime } from "#client/ui/relative-time.tsx";
import { findKept, useFocusKept } from "#client/ui/use-focus-kept.ts";
import { CancelDialog, RetryDialog } from "./batch-dialogs.tsx";
import { batchDuration, batchName, describeProgress } from "./describe-run.ts";
import { RunStatus } from "./run-status.tsx";
import { useCancel } from "./use-cancel.ts";

type BatchHeadProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  /** When it was read, in milliseconds. */
  readonly readAt: number;
  readonly takesFocus: boolean;
};

/** Cancelling more than so many records that are still to be run asks first. */
const ASKS_OVER = 10;

/** What a run is over, how it stands, and what can be done about it. */
export function BatchHead({ flowId, batch, readAt, takesFocus }: BatchHeadProps) {
  const [dialog, setDialog] = useState<"cancel" | "retry">();
  const { cancel, isCancelling } = useCancel(flowId, batch);
  const { open, failed } = countBatch(batch);
  const isActive = isActiveBatch(batch.status);
  const head = useRef<HTMLDivElement>(null);
  // A run that ends takes the button with it that would have cancelled it.
  const keepFocus = useFocusKept(head);
  const findFocus = () => findKept(head.current);

  return (
    <>
      <div
        ref={head}
        data-batch={batch.batchExecutionId}
        {...keepFocus}
        className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-2 sm:px-4"
      >
        <div className="flex min-w-0 items-center gap-2 max-sm:basis-full">
          <ViewHeading
            {...{ flowId, takesFocus }}
            list="runs"
            whole={`Run on ${batchName(batch)}`}
            className="min-w-0 truncate"
          >
            Run on <bdi>{batchName(batch)}</bdi>
          </ViewHeading>
        </div>
        <div className="mr-auto flex items-center gap-2">
          <RunStatus status={batch.status} hasFailures={failed > 0} />
          <span className="text-sm whitespace-nowrap text-muted">
            <RelativeTime time={batch.createdAt ?? batch.startedAt ?? ""} />
          </span>
        </div>
        {isActive ? (
          <Button
            size="sm"
            icon={CircleStop}
            busy={isCancelling}
            onClick={() => (open > ASKS_OVER ? setDialog("cancel") : cancel())}
          >
            Cancel
          </Button>
        ) : (
          failed > 0 && (
            <Button size="sm" icon={RotateCw} onClick={() => setDialog("retry")}>
              Retry failed…
            </Button>
          )
        )}
      </div>
      <Counts batch={batch} readAt={readAt} />
      {dialog === "cancel" && (
        <CancelDialog {...{ batch, cancel }} onClose={() => setDialog(undefined)} returnFocus={findFocus} />
      )}
      {dialog === "retry" && <RetryDialog {...{ flowId, batch }} onClose={() => setDialog(undefined)} />}
    </>
  );
}

function Counts({ batch, readAt }: Pick<BatchHeadProps, "batch" | "readAt">) {
  const { total, open, failed } = countBatch(batch);
  const text = describeProgress(batch, readAt);
  const took = batchDuration(batch);
  if (isActiveBatch(batch.status)) {
    return (
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 text-sm sm:px-4">
        <ProgressBar
          label="Progress"
          {...{ text, total, failed }}
          done={total - open}
          className="min-w-32 flex-1"
        />
        <span aria-hidden="true" className="text-muted tabular-nums">
          {text}
        </span>
      </div>
    );
  }
  return (
    <div className="shrink-0 border-b border-line px-3 py-1.5 text-sm break-words text-muted sm:px-4">
      <span className="tabular-nums">
        {formatCount(total, "record")}: {text}
        {took !== undefined && ` in ${took}`}
        {open > 0 && `, ${formatNumber(open)} not run`}
      </span>
      {batch.error != null && batch.error !== "" && (
        <p role="alert" className="mt-1 text-danger">
          {batch.error}
        </p>
      )}
    </div>
  );
}

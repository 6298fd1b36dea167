import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleStop } from "lucide-react";
import { useRef, useState } from "react";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import type { BatchState } from "#contract/run.ts";
import { describeRequestErrorForUser } from "#client/data/api/api-error.ts";
import { preloadWhenIdle } from "#client/data/api/preload.ts";
import { flowRunMutations } from "#client/data/mutations/run-mutations.ts";
import { countBatchRecords } from "#client/data/queries/batch-progress.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import {
  describeBatchProgress,
  describeBatchRecordSelection,
  formatBatchDuration,
  formatRunVersion,
} from "#client/flow/runs/describe-batch-progress.ts";
import { RunCause } from "#client/flow/runs/run-cause.tsx";
import { useRunLinks, useRunPlace } from "#client/flow/runs/run-place.ts";
import { RunRetries } from "#client/flow/runs/run-retries.tsx";
import { RunStatus } from "#client/flow/runs/run-status.tsx";
import { ViewHeading } from "#client/flow/view-heading.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { findFirstButtonOrHeading, useKeepFocusWithin } from "#client/ui/focus/use-keep-focus-within.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { LazyConfirmDialog } from "#client/ui/overlays/lazy-confirm-dialog.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { RetryButton } from "./retry-button.tsx";

type BatchHeadProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  readonly readAt: number;
  readonly takesFocus: boolean;
};

/** With at most this many unfinished records, Cancel does not ask: little work is lost. */
const MAX_UNCONFIRMED_CANCEL = 10;

preloadWhenIdle(LazyConfirmDialog.preload);

/** Names the run, and its flow where runs of all flows are listed, with what can be done. */
export function BatchHead({ flowId, batch, readAt, takesFocus }: BatchHeadProps) {
  const isOfAllFlows = useRunPlace().flowId === undefined;
  const { toList } = useRunLinks();
  const [isCancelAsked, setCancelAsked] = useState(false);
  const { cancel, isCancelling } = useCancel(batch);
  const { open, failed } = countBatchRecords(batch);
  const isActive = isActiveBatch(batch);
  const isWithoutRecord = batch.isSingle === true && !batch.recordName;
  const cancelReason = useMissingScope("FLOWS:EXECUTE");
  const head = useRef<HTMLDivElement>(null);
  // Keeps the focus in the header when the Cancel button is unmounted at the end of the run.
  const keepFocus = useKeepFocusWithin(head);
  const findFocus = () => findFirstButtonOrHeading(head.current);

  return (
    <>
      <div
        ref={head}
        data-batch={batch.batchExecutionId}
        {...keepFocus}
        className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-gutter py-2"
      >
        <div className="flex min-w-0 items-center gap-2 max-sm:basis-full">
          <ViewHeading
            back={toList}
            backLabel="All runs"
            takesFocus={takesFocus}
            whole={isWithoutRecord ? "Run without a record" : `Run on ${describeBatchRecordSelection(batch)}`}
            className="min-w-0 truncate"
          >
            {isWithoutRecord ? (
              "Run without a record"
            ) : (
              <>
                Run on <bdi>{describeBatchRecordSelection(batch)}</bdi>
              </>
            )}
          </ViewHeading>
        </div>
        <div className="mr-auto flex min-w-0 flex-wrap items-center gap-x-2">
          {isOfAllFlows && <FlowOfRun batch={batch} />}
          <RunStatus status={batch.status} hasFailures={failed > 0} />
          <span className="text-sm whitespace-nowrap text-muted">
            <RelativeTime time={batch.createdAt ?? batch.startedAt ?? ""} />
          </span>
          <RunCause {...batch} tabIndex={0} />
          <RunRetries {...batch} />
        </div>
        {isActive ? (
          <Button
            size="sm"
            icon={CircleStop}
            busy={isCancelling}
            disabledReason={cancelReason}
            onClick={() => (open > MAX_UNCONFIRMED_CANCEL ? setCancelAsked(true) : cancel())}
          >
            Cancel
          </Button>
        ) : (
          batch.totalRecords > 0 && <RetryButton flowId={flowId} batch={batch} />
        )}
      </div>
      {batch.isSingle !== true && batch.totalRecords > 0 && <Counts batch={batch} readAt={readAt} />}
      {isCancelAsked && (
        <CancelDialog
          batch={batch}
          cancel={cancel}
          onClose={() => setCancelAsked(false)}
          returnFocus={findFocus}
        />
      )}
    </>
  );
}

function FlowOfRun({ batch }: Pick<BatchHeadProps, "batch">) {
  const { flowId, flowName = "" } = batch;
  const tooltip = getTooltipProps(flowName, { whenTruncated: true });
  return (
    <span className="flex max-w-xl min-w-0 items-baseline gap-2 text-sm">
      {flowId === null || batch.isFlowDeleted === true ? (
        <span dir="auto" className="truncate" {...tooltip}>
          {flowName}
        </span>
      ) : (
        <Link
          to="/flows/$flowId"
          params={{ flowId }}
          dir="auto"
          className="truncate font-medium text-accent hover:underline"
          {...tooltip}
        >
          {flowName}
        </Link>
      )}
      <span className="shrink-0 text-muted tabular-nums empty:hidden">{formatRunVersion(batch)}</span>
    </span>
  );
}

function Counts({ batch, readAt }: Pick<BatchHeadProps, "batch" | "readAt">) {
  const { total, open, failed } = countBatchRecords(batch);
  const text = describeBatchProgress(batch, readAt);
  const took = formatBatchDuration(batch);
  if (isActiveBatch(batch)) {
    return (
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-gutter py-2 text-sm">
        <ProgressBar
          label="Progress"
          text={text}
          total={total}
          failed={failed}
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
    <div className="shrink-0 border-b border-line px-gutter py-1.5 text-sm break-words text-muted">
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

function useCancel({ batchExecutionId }: BatchState) {
  const { mutate, isPending } = useMutation(flowRunMutations.cancel(batchExecutionId));
  const cancel = () =>
    mutate(undefined, {
      onSuccess: () => announceToScreenReaders("Run cancelled."),
      onError: (error) =>
        toasts.show({
          tone: "danger",
          text: `Couldn’t cancel the run. ${describeRequestErrorForUser(error)}`,
        }),
    });
  return { cancel, isCancelling: isPending };
}

type CancelDialogProps = {
  readonly batch: BatchState;
  readonly cancel: () => void;
  readonly onClose: () => void;
  readonly returnFocus: () => HTMLElement | null;
};

function CancelDialog({ batch, cancel, onClose, returnFocus }: CancelDialogProps) {
  const { open } = countBatchRecords(batch);
  return (
    <LazyConfirmDialog
      danger
      title="Cancel this run?"
      description={`${formatCount(open, "record")} won’t run. Results so far are kept.`}
      confirmLabel="Cancel run"
      cancelLabel="Keep running"
      onConfirm={() => {
        cancel();
        onClose();
      }}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  );
}

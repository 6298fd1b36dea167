import { useQuery, useQueryClient, useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { CircleStop } from "lucide-react";
import type { BatchState } from "#contract/run.ts";
import { ApiError, describeRequestErrorForUser, describeReadError } from "#client/data/api/api-error.ts";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import { countBatchRecords } from "#client/data/queries/batch-progress.ts";
import { useMissingScope } from "#client/data/queries/capability-queries.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { MIN_WIDTH_BESIDE, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { flowRunMutations } from "#client/data/mutations/run-mutations.ts";
import { ViewHeading } from "#client/editor/session/view-heading.tsx";
import { Button } from "#client/ui/controls/button.tsx";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { RelativeTime } from "#client/ui/controls/inline-text.tsx";
import { findFirstButtonOrHeading, useKeepFocusWithin } from "#client/ui/focus/use-keep-focus-within.ts";
import { toasts } from "#client/ui/overlays/toasts.ts";
import { ConfirmDialog } from "#client/ui/overlays/confirm-dialog.tsx";
import { BatchRecordList, BatchRecordExecution } from "./batch-records.tsx";
import {
  describeBatchProgress,
  formatBatchDuration,
  describeBatchRecordSelection,
} from "#client/flow/runs/describe-batch-progress.ts";
import type { BatchSearchParams } from "./runs-tab-route.ts";
import { RetryButton } from "./retry-button.tsx";
import { useBatchPageNavigation, useBatchRecords } from "./use-batch-records.ts";
import { RunRetries } from "#client/flow/runs/run-retries.tsx";
import { RunCause } from "#client/flow/runs/run-cause.tsx";
import { RunStatus } from "#client/flow/runs/run-status.tsx";

type BatchPageProps = {
  readonly flowId: string;
  readonly batchId: string;
  readonly search: BatchSearchParams;
  readonly hasEvents: boolean;
  readonly takesFocus: boolean;
};

export function BatchPage({ flowId, batchId, search, hasEvents, takesFocus }: BatchPageProps) {
  const query = useQuery(flowRunQueries.batch(flowId, batchId, { hasEvents }));
  useAnnounceRunEnd(flowId, query.data, query.dataUpdatedAt);
  if (query.data?.flowId != null && query.data.flowId !== flowId)
    return <RunOfOtherFlow flowId={query.data.flowId} batchId={batchId} />;
  if (query.data) {
    return (
      <OpenBatch
        batch={query.data}
        readAt={query.dataUpdatedAt}
        flowId={flowId}
        batchId={batchId}
        search={search}
        takesFocus={takesFocus}
      />
    );
  }
  if (!query.error) return <SkeletonRows label="Loading run" rows={8} />;
  const isGone = query.error instanceof ApiError && query.error.status === 404;
  return (
    <ErrorState
      title={isGone ? "Run not found" : "Couldn’t load the run"}
      text={isGone ? "Results may have expired." : describeReadError(query.error)}
      {...(!isGone && { onRetry: () => void query.refetch(), retrying: query.isFetching })}
      action={
        <Link
          to="/flows/$flowId/runs"
          params={{ flowId }}
          search={keepOnlyStepSearchParam}
          className="inline-flex h-8 items-center px-3 text-sm font-medium text-accent"
        >
          All runs
        </Link>
      }
    />
  );
}

/** In cloud mode, runs are found by the flow's name, which two flows may share. */
function RunOfOtherFlow({ flowId, batchId }: { readonly flowId: string; readonly batchId: string }) {
  return (
    <ErrorState
      title="Run of another flow"
      text="This run belongs to a flow with the same name."
      action={
        <Link
          to="/flows/$flowId/runs/$batchId"
          params={{ flowId, batchId }}
          className="inline-flex h-8 items-center px-3 text-sm font-medium text-accent"
        >
          Open it there
        </Link>
      }
    />
  );
}

type OpenBatchProps = Omit<BatchPageProps, "hasEvents"> & {
  readonly batch: BatchState;
  readonly readAt: number;
};

function OpenBatch({ flowId, batchId, batch, readAt, search, takesFocus }: OpenBatchProps) {
  const isBeside = useMediaQuery(MIN_WIDTH_BESIDE);
  const address = useBatchPageNavigation(flowId, batchId, search);
  const isLive = isActiveBatch(batch);
  const records = useBatchRecords(flowId, batchId, {
    status: search.status,
    isLive,
    processedRecords: batch.processedRecords,
  });
  const selected = records.rows.find(({ id }) => id === search.record)?.record;
  const { record } = search;
  // On a narrow screen the record replaces the list; its row then gets the focus on return.
  const [lastRecord, setLastRecord] = useState(record);
  if (record !== undefined && record !== lastRecord) setLastRecord(record);
  const [only] = records.rows;
  if (batch.totalRecords === 0 && !isLive)
    return (
      <>
        <BatchHead flowId={flowId} batch={batch} readAt={readAt} takesFocus={takesFocus} />
        <EmptyState title={describeBatchProgress(batch, readAt)} text={batch.error ?? "Nothing was run."} />
      </>
    );
  if (batch.isSingle === true && only)
    return (
      <>
        <BatchHead flowId={flowId} batch={batch} readAt={readAt} takesFocus={takesFocus} />
        <BatchRecordExecution
          flowId={flowId}
          batch={batch}
          address={address}
          isBeside={isBeside}
          isOnly
          recordId={only.id}
          row={only.record}
          resultId={search.result}
        />
      </>
    );
  return (
    <>
      {(isBeside || record === undefined) && (
        <BatchHead flowId={flowId} batch={batch} readAt={readAt} takesFocus={takesFocus} />
      )}
      <div className="flex min-h-0 flex-1">
        {(isBeside || record === undefined) && (
          <BatchRecordList
            batch={batch}
            records={records}
            search={search}
            address={address}
            startAt={lastRecord}
            isNarrow={!isBeside || record !== undefined}
            className={
              record === undefined ? "flex-1" : "w-[clamp(18rem,34vw,26rem)] shrink-0 border-r border-line"
            }
          />
        )}
        {record !== undefined && (
          <BatchRecordExecution
            key={record}
            flowId={flowId}
            batch={batch}
            address={address}
            isBeside={isBeside}
            recordId={record}
            row={selected}
            resultId={search.result}
          />
        )}
      </div>
    </>
  );
}

/** Announces the end of a run once, and then refetches the data that change events do not include. */
function useAnnounceRunEnd(flowId: string, batch: BatchState | undefined, readAt: number): void {
  const client = useQueryClient();
  const wasActive = useRef(false);
  const isActive = batch !== undefined && isActiveBatch(batch);
  const outcome = batch && !isActive ? describeBatchProgress(batch, readAt) : undefined;
  // Detects the end by a change of the status, because either a change event or polling may report the end.
  useEffect(() => {
    if (isActive) wasActive.current = true;
    else if (wasActive.current && outcome !== undefined) {
      wasActive.current = false;
      announceToScreenReaders(`Run finished: ${outcome}.`);
      void client.invalidateQueries({ queryKey: flowRunQueries.ofFlow(flowId) });
    }
  }, [client, flowId, isActive, outcome]);
}

type BatchHeadProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  readonly readAt: number;
  readonly takesFocus: boolean;
};

/** With at most this many unfinished records, Cancel does not ask: little work is lost. */
const MAX_UNCONFIRMED_CANCEL = 10;

function BatchHead({ flowId, batch, readAt, takesFocus }: BatchHeadProps) {
  const [isCancelAsked, setCancelAsked] = useState(false);
  const { cancel, isCancelling } = useCancel(flowId, batch);
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
            flowId={flowId}
            takesFocus={takesFocus}
            list="runs"
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

function useCancel(flowId: string, { batchExecutionId }: BatchState) {
  const { mutate, isPending } = useMutation(flowRunMutations.cancel(flowId, batchExecutionId));
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
    <ConfirmDialog
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

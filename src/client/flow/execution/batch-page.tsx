import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import type { BatchState } from "#contract/run.ts";
import { ApiError, describeReadError } from "#client/data/api/api-error.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { describeBatchProgress } from "#client/flow/runs/describe-batch-progress.ts";
import { useRunLinks, useRunPlace } from "#client/flow/runs/run-place.ts";
import { announceToScreenReaders } from "#client/ui/announce/announce.ts";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { MIN_WIDTH_BESIDE, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { BatchHead } from "./batch-head.tsx";
import { BatchRecordExecution, BatchRecordList } from "./batch-records.tsx";
import type { BatchSearchParams } from "./batch-search-params.ts";
import { useBatchPageNavigation, useBatchRecords } from "./use-batch-records.ts";

export type BatchPageProps = {
  readonly batchId: string;
  readonly search: BatchSearchParams;
  readonly hasEvents: boolean;
  readonly takesFocus: boolean;
};

/** A run: its records and, of the open record, the steps. */
export function BatchPage({ batchId, search, hasEvents, takesFocus }: BatchPageProps) {
  const { flowId } = useRunPlace();
  const { toList } = useRunLinks();
  const query = useQuery(flowRunQueries.batch(flowId, batchId, { hasEvents }));
  useAnnounceRunEnd(query.data, query.dataUpdatedAt);
  if (flowId !== undefined && query.data?.flowId != null && query.data.flowId !== flowId)
    return <RunOfOtherFlow flowId={query.data.flowId} batchId={batchId} />;
  if (query.data) {
    return (
      <OpenBatch
        batch={query.data}
        readAt={query.dataUpdatedAt}
        flowId={flowId ?? query.data.flowId ?? ""}
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
        <Link {...toList} className="inline-flex h-8 items-center px-3 text-sm font-medium text-accent">
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
  readonly flowId: string;
  readonly batch: BatchState;
  readonly readAt: number;
};

function OpenBatch({ flowId, batchId, batch, readAt, search, takesFocus }: OpenBatchProps) {
  const isBeside = useMediaQuery(MIN_WIDTH_BESIDE);
  const address = useBatchPageNavigation(batchId, search);
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
function useAnnounceRunEnd(batch: BatchState | undefined, readAt: number): void {
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
      void client.invalidateQueries({ queryKey: flowRunQueries.all() });
    }
  }, [client, isActive, outcome]);
}

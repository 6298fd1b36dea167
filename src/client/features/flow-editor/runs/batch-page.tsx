import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { BatchState } from "#contract/run.ts";
import { ApiError } from "#client/data/api-error.ts";
import { isActiveBatch } from "#client/data/batch-progress.ts";
import { runQueries } from "#client/data/run-queries.ts";
import { keepStep } from "#client/features/flow-editor/flow-tabs.tsx";
import { announce } from "#client/ui/announce.ts";
import { ErrorState } from "#client/ui/error-state.tsx";
import { SkeletonRows } from "#client/ui/skeleton-rows.tsx";
import { useMediaQuery } from "#client/ui/use-media-query.ts";
import { BatchHead } from "./batch-head.tsx";
import { BatchRecords } from "./batch-records.tsx";
import { describeProgress } from "./describe-run.ts";
import { describeReadError } from "./list-trouble.tsx";
import { RecordExecution } from "./record-execution.tsx";
import type { BatchSearch } from "./runs-address.ts";
import { useBatchAddress } from "./use-batch-address.ts";
import { useBatchRecords } from "./use-batch-records.ts";

type BatchPageProps = {
  readonly flowId: string;
  readonly batchId: string;
  readonly search: BatchSearch;
  readonly hasEvents: boolean;
  /** It was come to from another view of this tab, whose focused part is gone. */
  readonly takesFocus: boolean;
};

/** One run: how far it is, what became of each record, and what each step made of the one that is looked at. */
export function BatchPage({ flowId, batchId, search, hasEvents, takesFocus }: BatchPageProps) {
  const query = useQuery(runQueries.batch(flowId, batchId, { hasEvents }));
  useEndNews(flowId, query.data, query.dataUpdatedAt);
  if (query.data) {
    return (
      <OpenBatch
        batch={query.data}
        readAt={query.dataUpdatedAt}
        {...{ flowId, batchId, search, takesFocus }}
      />
    );
  }
  if (!query.error) return <SkeletonRows label="Loading the run" rows={8} />;
  const isGone = query.error instanceof ApiError && query.error.status === 404;
  return (
    <ErrorState
      title={isGone ? "This run is not here" : "The run could not be read"}
      text={
        isGone
          ? "Results are kept for a while only, so it may have been forgotten; or the address is not quite right."
          : describeReadError(query.error)
      }
      {...(!isGone && { onRetry: () => void query.refetch(), retrying: query.isFetching })}
      action={
        <Link
          to="/flows/$flowId/runs"
          params={{ flowId }}
          search={keepStep}
          className="inline-flex h-8 items-center px-3 text-sm font-medium text-accent"
        >
          All runs
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
  const isBeside = useMediaQuery("(min-width: 900px)");
  const address = useBatchAddress(flowId, batchId, search);
  const isLive = isActiveBatch(batch.status);
  const records = useBatchRecords(flowId, batchId, { status: search.status, isLive });
  const selected = records.rows.find(({ id }) => id === search.record)?.record;
  const { record } = search;
  // On a phone the list comes back at the row that it was left by.
  const [lastRecord, setLastRecord] = useState(record);
  if (record !== undefined && record !== lastRecord) setLastRecord(record);
  return (
    <>
      {(isBeside || record === undefined) && <BatchHead {...{ flowId, batch, readAt, takesFocus }} />}
      <div className="flex min-h-0 flex-1">
        {(isBeside || record === undefined) && (
          <BatchRecords
            {...{ batch, records, search, address }}
            startAt={lastRecord}
            isNarrow={!isBeside || record !== undefined}
            className={
              record === undefined ? "flex-1" : "w-[clamp(18rem,34vw,26rem)] shrink-0 border-r border-line"
            }
          />
        )}
        {record !== undefined && (
          <RecordExecution
            key={record}
            {...{ flowId, batch, address, isBeside }}
            recordId={record}
            row={selected}
            resultId={search.result}
          />
        )}
      </div>
    </>
  );
}

/** Says once how a run ended that was seen running, and reads again what the batch itself does not tell. */
function useEndNews(flowId: string, batch: BatchState | undefined, readAt: number): void {
  const client = useQueryClient();
  const wasActive = useRef(false);
  const isActive = batch !== undefined && isActiveBatch(batch.status);
  const outcome = batch && !isActive ? describeProgress(batch, readAt) : undefined;
  // The end comes from the server, by an event or by asking.
  useEffect(() => {
    if (isActive) wasActive.current = true;
    else if (wasActive.current && outcome !== undefined) {
      wasActive.current = false;
      announce(`The run has ended: ${outcome}.`);
      void client.invalidateQueries({ queryKey: runQueries.ofFlow(flowId) });
    }
  }, [client, flowId, isActive, outcome]);
}

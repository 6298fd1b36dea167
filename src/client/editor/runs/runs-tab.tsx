import { useQueryClient, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState, useMemo } from "react";
import { Link } from "@tanstack/react-router";
import type { StepKey } from "#core/document/flow-document.ts";
import { subscribeCachedRuns } from "#client/data/live/subscribe-cached-runs.ts";
import { useOpenFlowState } from "#client/document/use-open-flow.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { flowRunQueries, useHasRunEvents } from "#client/data/queries/run-queries.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { MIN_WIDTH_LG, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import {
  fetchNextPageNearEnd,
  toInfiniteQueryRows,
  removeDuplicateRows,
} from "#client/editor/session/infinite-query-rows.ts";
import type { BatchState } from "#contract/run.ts";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import { countBatchRecords } from "#client/data/queries/batch-progress.ts";
import { useRunOnRecordsReason } from "#client/editor/session/use-run-on-records-reason.ts";
import { keepOnlyStepSearchParam } from "#client/editor/session/flow-tabs.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { ROW_LINK_CLASSES, RowRelativeTime } from "#client/ui/rows/row-actions-menu.tsx";
import { BatchPage } from "./batch-page.tsx";
import { StepResultList } from "./result-list.tsx";
import type { RunsTabRoute } from "./runs-tab-route.ts";
import {
  RunListNote,
  RunsTabHeader,
  focusRunListRow,
  RunListRefreshError,
  RunListLoadError,
  EmptyRunListIllustration,
} from "./runs-tab-header.tsx";
import { ShowStepInEditorContext } from "./step-details.tsx";
import {
  formatBatchDuration,
  describeBatchRecordSelection,
  describeBatchProgress,
} from "./describe-batch-progress.ts";
import { RunStatus } from "./run-status.tsx";

type RunsTabProps = {
  readonly place: RunsTabRoute;
  readonly onRun: () => void;
  readonly onShowStep: (key: StepKey) => void;
};

/** The Runs tab of the editor. Import lazily, so that the editor's main chunk does not include the tab. */
export function RunsTab({ place, onRun, onShowStep }: RunsTabProps) {
  const flowId = useOpenFlowState((state) => state.flow.id);
  const client = useQueryClient();
  useEffect(() => subscribeCachedRuns(client, flowId), [client, flowId]);
  const { startAt, hasMoved } = useLastOpenedRun(place);
  const hasEvents = useHasRunEvents();

  const renderPlace = () => {
    if (place.type === "results")
      return <StepResultList flowId={flowId} onRun={onRun} filters={place.filters} />;
    if (place.type === "batch") {
      return (
        <BatchPage
          key={place.batchId}
          flowId={flowId}
          hasEvents={hasEvents}
          batchId={place.batchId}
          search={place}
          takesFocus={hasMoved}
        />
      );
    }
    return (
      <>
        <RunsTabHeader flowId={flowId} />
        <BatchList flowId={flowId} hasEvents={hasEvents} startAt={startAt} onRun={onRun} />
      </>
    );
  };

  return (
    <section aria-label="Runs" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ShowStepInEditorContext value={onShowStep}>{renderPlace()}</ShowStepInEditorContext>
    </section>
  );
}

/** Its row gets the focus when the user returns to the list. */
function useLastOpenedRun(place: RunsTabRoute) {
  const here = place.type === "batch" ? place.batchId : place.type;
  const [last, setLast] = useState<{ here: string; startAt: string | undefined; hasMoved: boolean }>({
    here,
    startAt: undefined,
    hasMoved: false,
  });
  if (last.here === here) return last;
  const isFromBatch = last.here !== "batches" && last.here !== "results";
  const next = { here, startAt: isFromBatch ? last.here : last.startAt, hasMoved: true };
  setLast(next);
  return next;
}

type BatchListProps = {
  readonly flowId: string;
  readonly hasEvents: boolean;
  /** Id of the run that was open before the list; its row gets the focus. */
  readonly startAt: string | undefined;
  readonly onRun: () => void;
};

const ROW_REM = { columns: 2.75, compact: 4.25 } as const;

function BatchList({ flowId, hasEvents, startAt, onRun }: BatchListProps) {
  const list = useBatches(flowId, hasEvents);
  useEffect(() => {
    if (startAt !== undefined) focusRunListRow(startAt);
  }, [startAt]);
  const isNarrow = !useMediaQuery(MIN_WIDTH_LG);
  const runReason = useRunOnRecordsReason();
  if (list.rows.length === 0) {
    if (list.error) return <RunListLoadError list={list} what="runs" />;
    if (list.isFetching) return <SkeletonRows label="Loading runs" rows={8} />;
    return (
      <EmptyState
        title={list.isRecentOnly ? "No recent runs" : "No runs yet"}
        text={
          list.isRecentOnly
            ? "The API lists only recent runs. Results of earlier runs are in Step results."
            : "Run this flow on your records. Progress and results appear here."
        }
        action={
          <Button variant="primary" disabledReason={runReason} onClick={onRun}>
            Run on records…
          </Button>
        }
        drawing={<EmptyRunListIllustration />}
      />
    );
  }
  return (
    <>
      <ContainerScrolledTable
        label="Runs"
        rows={list.rows}
        columns={batchColumns}
        compact={isNarrow ? CompactBatch : undefined}
        stateOf={() => ({ flowId, readAt: list.readAt })}
        rowHeight={(isNarrow ? ROW_REM.compact : ROW_REM.columns) * getRootFontSizePx()}
        isComplete={list.isComplete}
        startAt={startAt}
        onSeen={(_, last) => fetchNextPageNearEnd(list, last)}
      />
      {list.isRecentOnly && <RunListNote text="Only recent runs: the API has no list of a flow’s runs." />}
      <RunListRefreshError list={list} what="runs" />
    </>
  );
}

function useBatches(flowId: string, hasEvents: boolean) {
  const query = useInfiniteQuery(flowRunQueries.batches(flowId, { hasEvents }));
  const pages = query.data?.pages;
  const rows = useMemo(
    () =>
      removeDuplicateRows(
        pages?.flatMap(({ data }) => data.map((batch) => ({ id: batch.batchExecutionId, batch }))) ?? [],
      ),
    [pages],
  );
  return { ...toInfiniteQueryRows(query, rows), isRecentOnly: pages?.[0]?.isRecentOnly === true };
}

interface BatchRow {
  readonly id: string;
  readonly batch: BatchState;
}

interface BatchRowState {
  readonly flowId: string;
  /** Time at which the run was read, in epoch milliseconds. */
  readonly readAt: number;
}

type BatchCell = TableCellProps<BatchRow, BatchRowState>;

const batchColumns: readonly TableColumn<BatchRow, BatchRowState>[] = [
  { id: "status", heading: "Status", width: "7.5rem", cell: Status },
  {
    id: "records",
    heading: "Records",
    width: "minmax(15rem, 1fr)",
    className: "flex min-w-0 items-baseline gap-3",
    cell: (cell) => (
      <>
        <BatchLink {...cell} />
        <span className="min-w-0 truncate text-sm text-muted tabular-nums">
          {cell.row.batch.recordType != null && formatCount(cell.row.batch.totalRecords, "record")}
        </span>
      </>
    ),
  },
  {
    id: "outcome",
    heading: "Outcome",
    width: "minmax(0, 1fr)",
    className: "flex min-w-0 items-center gap-3 text-sm text-muted",
    cell: Progress,
  },
  {
    id: "took",
    heading: "Duration",
    width: "5.5rem",
    align: "end",
    className: "text-right text-sm whitespace-nowrap text-muted tabular-nums",
    cell: ({ row }) => formatBatchDuration(row.batch),
  },
  {
    id: "begun",
    heading: "Started",
    width: "6.5rem",
    align: "end",
    className: "flex justify-end text-sm",
    cell: StartTime,
  },
];

function CompactBatch(cell: BatchCell) {
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-1.5">
      <span className="flex min-w-0">
        <BatchLink {...cell} />
      </span>
      <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
        <span className="shrink-0">
          <Status {...cell} />
        </span>
        <Progress {...cell} />
        <span className="ml-auto shrink-0">
          <StartTime {...cell} />
        </span>
      </span>
    </span>
  );
}

function Status({ row: { batch } }: BatchCell) {
  return <RunStatus status={batch.status} hasFailures={batch.failedRecords > 0} />;
}

function StartTime({ row: { batch } }: BatchCell) {
  return (
    <RowRelativeTime label="Started" time={batch.createdAt ?? batch.startedAt ?? ""} className="text-muted" />
  );
}

function BatchLink({ flowId, row: { batch }, isActive }: BatchCell) {
  const name = describeBatchRecordSelection(batch);
  return (
    <Link
      to="/flows/$flowId/runs/$batchId"
      params={{ flowId, batchId: batch.batchExecutionId }}
      search={keepOnlyStepSearchParam}
      resetScroll={false}
      dir="auto"
      tabIndex={isActive ? 0 : -1}
      data-row-link=""
      {...getTooltipProps(name, { whenTruncated: true })}
      className={`${ROW_LINK_CLASSES} min-h-6 leading-6`}
    >
      {name}
    </Link>
  );
}

function Progress({ row: { batch }, readAt }: BatchCell) {
  const text = describeBatchProgress(batch, readAt);
  if (!isActiveBatch(batch)) return <span className="truncate tabular-nums">{text}</span>;
  const { total, open, failed } = countBatchRecords(batch);
  return (
    <>
      <ProgressBar
        label={`Progress of ${describeBatchRecordSelection(batch)}`}
        text={text}
        total={total}
        failed={failed}
        done={total - open}
        className="w-20 shrink-0"
      />
      <span aria-hidden="true" className="truncate tabular-nums">
        {text}
      </span>
    </>
  );
}

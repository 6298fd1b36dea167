import { describeReadError } from "#client/data/api/api-error.ts";
import { useRef, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, X } from "lucide-react";
import type { BatchState, BatchRecord, StepResult } from "#contract/run.ts";
import { RECORD_RUN_STATUSES } from "#contract/run-statuses.ts";
import { Button } from "#client/ui/controls/button.tsx";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { Select } from "#client/ui/controls/select.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { focusElementIfFocusWasLost } from "#client/ui/focus/use-keep-focus-within.ts";
import { useAnnounceSearchResults } from "#client/ui/announce/announcer.tsx";
import {
  summarizeInfiniteQueryRows,
  fetchNextPageNearEnd,
} from "#client/data/queries/infinite-query-rows.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { RowButton } from "#client/ui/rows/row-button.tsx";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import {
  describeBatchRecordSelection,
  describeModelTokensAndCost,
} from "#client/flow/runs/describe-batch-progress.ts";
import {
  RunListNote,
  RunListRefreshError,
  RunListLoadError,
  focusRunListRow,
} from "#client/flow/runs/run-list-load-error.tsx";
import { formatRunStatus, RunStatus } from "#client/flow/runs/run-status.tsx";
import type { BatchSearchParams } from "./batch-search-params.ts";
import type { BatchPageNavigation, LoadedBatchRecords, BatchRecordRow } from "./use-batch-records.ts";
import { StepResultErrorOrOutputText } from "./step-result-text.tsx";
import { ExecutionTimeline } from "./execution.tsx";
import { RecordLink } from "./record-link.tsx";
import { RecordRetryButton } from "./retry-button.tsx";
import { RetryStartNote } from "./retry-start-note.tsx";

type BatchRecordsProps = {
  readonly batch: BatchState;
  readonly records: LoadedBatchRecords;
  readonly search: BatchSearchParams;
  readonly address: BatchPageNavigation;
  readonly startAt: string | undefined;
  readonly isNarrow: boolean;
  readonly className: string;
};

const ROW_REM = { columns: 2.5, compact: 3.75 } as const;

const OUTCOMES = [
  { value: "", label: "All records" },
  ...RECORD_RUN_STATUSES.map((status) => ({ value: status, label: formatRunStatus(status) })),
];

/** The outcomes of a record that the results of its steps show. */
const OUTCOMES_OF_STEPS = OUTCOMES.filter(({ value }) => value === "" || value === "failed");

export function BatchRecordList(props: BatchRecordsProps) {
  const { batch, records, search, address, className } = props;
  const section = useRef<HTMLElement>(null);
  useAnnounceSearchResults({
    noun: "record",
    question: search.status,
    ...summarizeInfiniteQueryRows(records),
  });
  const showAll = () => {
    address.showStatus(undefined);
    // Moves the focus to the filter, because the pressed button is unmounted.
    section.current?.querySelector("select")?.focus();
  };
  return (
    <section
      ref={section}
      aria-label={`Records of the run on ${describeBatchRecordSelection(batch)}`}
      className={joinClasses("flex min-h-0 min-w-0 flex-col", className)}
    >
      <div className="flex shrink-0 items-center gap-2 border-b border-line px-gutter py-1.5">
        <h3 className="mr-auto text-sm font-medium">Records</h3>
        <Select
          label="Outcome"
          labelHidden
          options={records.isDerived ? OUTCOMES_OF_STEPS : OUTCOMES}
          value={search.status ?? ""}
          onChange={({ target }) =>
            address.showStatus(RECORD_RUN_STATUSES.find((status) => status === target.value))
          }
          className="w-36"
        />
      </div>
      <Rows {...props} onShowAll={showAll} />
      {records.isDerived && (
        <RunListNote text="Read from step results: records without a result are not listed." />
      )}
    </section>
  );
}

type RowsProps = BatchRecordsProps & { readonly onShowAll: () => void };

function Rows({ records, search, address, startAt, isNarrow, onShowAll }: RowsProps) {
  if (records.rows.length === 0) {
    if (records.error) return <RunListLoadError list={records} what="records" />;
    if (records.isFetching) return <SkeletonRows label="Loading records" rows={6} />;
    return (
      <EmptyState
        headingLevel={3}
        title="No records"
        text={
          search.status === undefined
            ? "This run has no records."
            : `No ${formatRunStatus(search.status).toLowerCase()} records in this run.`
        }
        action={search.status !== undefined && <Button onClick={onShowAll}>Show all records</Button>}
      />
    );
  }
  return (
    <>
      <ContainerScrolledTable
        label="Records"
        rows={records.rows}
        columns={recordColumns}
        compact={isNarrow ? CompactRecord : undefined}
        stateOf={({ id }) => ({ isSelected: id === search.record, onSelect: address.showRecord })}
        rowHeight={(isNarrow ? ROW_REM.compact : ROW_REM.columns) * getRootFontSizePx()}
        isComplete={records.isComplete}
        startAt={startAt}
        selectedId={search.record}
        onSeen={(first, last) => {
          records.noteSeen(first, last);
          fetchNextPageNearEnd(records, last);
        }}
      />
      <RunListRefreshError list={records} what="results" />
    </>
  );
}

interface RecordRowState {
  readonly isSelected: boolean;
  readonly onSelect: (recordId: string) => void;
}

type RecordCell = TableCellProps<BatchRecordRow, RecordRowState>;

const recordColumns: readonly TableColumn<BatchRecordRow, RecordRowState>[] = [
  {
    id: "status",
    heading: "Status",
    width: "7rem",
    cell: ({ row }) => <RunStatus status={row.record.status} />,
  },
  { id: "name", heading: "Record", width: "minmax(13rem, 1fr)", cell: Name },
  {
    id: "outcome",
    heading: "Outcome",
    width: "minmax(0, 2fr)",
    cell: ({ row }) => <StepResultErrorOrOutputText {...row.record} className="flex-1 text-sm" />,
  },
  {
    id: "usage",
    width: "6rem",
    className: "truncate text-right text-sm text-muted tabular-nums",
    cell: ({ row }) => describeUsage(row),
  },
  {
    id: "took",
    heading: "Duration",
    width: "5.5rem",
    align: "end",
    className: "text-right text-sm whitespace-nowrap text-muted tabular-nums",
    cell: Duration,
  },
];

function CompactRecord(cell: RecordCell) {
  const { record } = cell.row;
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-0.5">
      <span className="flex min-w-0">
        <Name {...cell} />
      </span>
      <span className="flex min-w-0 items-center gap-3 text-muted">
        <RunStatus status={record.status} className="shrink-0" />
        <StepResultErrorOrOutputText {...record} className="flex-1 text-sm" />
        <span className="shrink-0 text-xs tabular-nums">
          <Duration {...cell} />
        </span>
      </span>
    </span>
  );
}

function Name({ row: { id, record }, isActive, isSelected, onSelect }: RecordCell) {
  return (
    <RowButton
      name={getBatchRecordName(record)}
      isActive={isActive}
      isSelected={isSelected}
      onSelect={() => onSelect(id)}
    />
  );
}

function getBatchRecordName({ recordName, recordId }: BatchRecord): string {
  return recordName ?? recordId;
}

function Duration({ row: { record } }: RecordCell) {
  return record.durationMs === null ? "" : formatDuration(record.durationMs);
}

function describeUsage({ record: { totalTokens, attempts } }: BatchRecordRow): string {
  if (totalTokens) return formatCount(totalTokens, "token");
  return attempts > 1 ? formatCount(attempts, "attempt") : "";
}

type RecordExecutionProps = {
  readonly flowId: string;
  readonly batch: BatchState;
  readonly recordId: string;
  readonly row: BatchRecord | undefined;
  readonly resultId: string | undefined;
  readonly address: BatchPageNavigation;
  readonly isBeside: boolean;
  /** Whether there is no list of records to return to. */
  readonly isOnly?: boolean;
};

export function BatchRecordExecution(props: RecordExecutionProps) {
  const { flowId, batch, recordId, row, resultId, address, isBeside, isOnly = false } = props;
  const isBatchActive = isActiveBatch(batch);
  const query = useQuery(
    flowRunQueries.recordSteps(flowId, batch.batchExecutionId, recordId, { isBatchActive }),
  );
  const steps = query.data?.data ?? [];
  const isWithoutRecord = batch.isSingle === true && row?.isInline === true && row.recordName === null;
  const known = isWithoutRecord ? "No record" : row ? getBatchRecordName(row) : steps[0]?.recordName;
  const name = known ?? (query.isPending ? "Record" : recordId);
  const close = () => {
    address.showRecord(undefined);
    focusRunListRow(recordId);
  };
  const Heading = isBeside ? "h3" : "h2";

  return (
    <section
      aria-label={`Results for ${name}`}
      className="flex min-h-0 min-w-0 flex-1 flex-col"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented && !isOnly) close();
      }}
    >
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-gutter py-1.5">
        <div className="flex min-w-0 flex-1 items-center gap-2 max-sm:basis-full">
          {!isBeside && !isOnly && (
            <IconButton
              label="All records"
              icon={ArrowLeft}
              className="-ml-2 pointer-coarse:-ml-3"
              onClick={close}
            />
          )}
          <Heading
            // On narrow screens, this view replaces the list with the focused row.
            ref={isOnly ? undefined : focusElementIfFocusWasLost}
            tabIndex={-1}
            dir="auto"
            className="min-w-0 truncate font-semibold outline-none"
            {...getTooltipProps(name, { whenTruncated: true })}
          >
            {name}
          </Heading>
        </div>
        <Summary row={row} steps={steps} />
        {row && !isOnly && (
          <RecordRetryButton flowId={flowId} batch={batch} row={row} name={name} steps={steps} />
        )}
        {row?.isInline !== true && <RecordLink type={batch.recordType} recordId={recordId} />}
        {isBeside && !isOnly && (
          <IconButton label="Close record" icon={X} shortcut="Escape" onClick={close} />
        )}
      </header>
      <RetryStartNote batch={batch} steps={steps} />
      {renderSteps()}
    </section>
  );

  function renderSteps(): ReactNode {
    if (steps.length > 0) {
      return (
        <ExecutionTimeline
          steps={steps}
          selectedId={resultId}
          hasRoom={isBeside}
          onSelect={address.showResult}
        />
      );
    }
    if (query.error) {
      return (
        <ErrorState
          headingLevel={3}
          title="Couldn’t load steps"
          text={describeReadError(query.error)}
          retrying={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      );
    }
    if (query.isPending) return <SkeletonRows label="Loading steps" rows={6} />;
    return <NoSteps row={row} batch={batch} />;
  }
}

function Summary({
  row,
  steps,
}: {
  readonly row: BatchRecord | undefined;
  readonly steps: readonly StepResult[];
}) {
  const took = row?.durationMs ?? undefined;
  const parts = [...(took === undefined ? [] : [formatDuration(took)]), ...describeModelTokensAndCost(steps)];
  return (
    <span className="flex shrink-0 items-center gap-3 text-sm text-muted tabular-nums">
      {row && <RunStatus status={row.status} />}
      {parts.join(" · ")}
    </span>
  );
}

type NoStepsProps = { readonly row: BatchRecord | undefined; readonly batch: BatchState };

function NoSteps({ row, batch }: NoStepsProps) {
  if (batch.isFlowDeleted === true)
    return <EmptyState headingLevel={3} title="No results" text="Its flow was deleted, with its results." />;
  if (row?.errorMessage != null) {
    return <ErrorState headingLevel={3} title="No steps ran" text={row.errorMessage} />;
  }
  switch (row?.status) {
    case "waiting":
      return <EmptyState headingLevel={3} title="Waiting" text="This record has not started yet." />;
    case "running":
      return (
        <EmptyState
          headingLevel={3}
          title="Running"
          text="Step results appear when the record is finished."
        />
      );
    case "cancelled":
      return (
        <EmptyState
          headingLevel={3}
          title="Not run"
          text="The run was cancelled before this record started."
        />
      );
    default:
      return (
        <EmptyState
          headingLevel={3}
          title="No results"
          text={
            isActiveBatch(batch)
              ? "Step results appear when the record is finished."
              : "Results may have expired."
          }
        />
      );
  }
}

import { Link } from "@tanstack/react-router";
import { isActiveBatch } from "#contract/is-active-batch.ts";
import type { BatchState } from "#contract/run.ts";
import { countBatchRecords } from "#client/data/queries/batch-progress.ts";
import { RotateCw } from "lucide-react";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { RowCheckbox } from "#client/ui/rows/row-selection.tsx";
import { ProgressBar } from "#client/ui/controls/progress-bar.tsx";
import { formatCount } from "#client/ui/format/format-count.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { ROW_LINK_CLASSES, RowRelativeTime } from "#client/ui/rows/row-actions-menu.tsx";
import {
  describeBatchProgress,
  describeBatchRecordSelection,
  formatBatchDuration,
  formatCostInDollars,
  formatRunVersion,
  hasRunFailed,
} from "./describe-batch-progress.ts";
import { RunCause } from "./run-cause.tsx";
import { useRunLinks } from "./run-place.ts";
import { RunStatus } from "./run-status.tsx";

export interface RunRow {
  readonly id: string;
  readonly name: string;
  readonly batch: BatchState;
}

interface RunRowState {
  readonly isOfAllFlows: boolean;
  /** Time at which the run was read, in epoch milliseconds. */
  readonly readAt: number;
  readonly isSelectableIfNarrow: boolean;
  readonly isSelected: boolean;
  readonly onToggle: (row: RunRow, isRange: boolean) => void;
  /** Undefined if the run has not failed, or cannot be retried here. */
  readonly onRetry: ((batch: BatchState) => void) | undefined;
}

type RunCell = TableCellProps<RunRow, RunRowState>;

const MUTED_NUMBER = "text-right text-sm whitespace-nowrap text-muted tabular-nums";

const flowColumn: TableColumn<RunRow, RunRowState> = {
  id: "flow",
  heading: "Flow",
  width: "minmax(11rem, 1fr)",
  className: "flex min-w-0 items-baseline gap-2",
  cell: FlowName,
};

const versionColumn: TableColumn<RunRow, RunRowState> = {
  id: "version",
  heading: "Version",
  width: "4.5rem",
  // Keeps its place in rows without a version.
  className: "min-w-0",
  hasValue: ({ batch }) => batch.versionNumber !== undefined,
  cell: Version,
};

const columns: readonly TableColumn<RunRow, RunRowState>[] = [
  { id: "status", heading: "Status", width: "7.5rem", cell: Status },
  {
    id: "records",
    heading: "Records",
    width: "minmax(11rem, 1fr)",
    className: "flex min-w-0 items-baseline gap-3",
    cell: (cell) => (
      <>
        <RunLink {...cell} />
        <span className="min-w-0 truncate text-sm text-muted tabular-nums">
          {cell.row.batch.recordType != null &&
            cell.row.batch.isSingle !== true &&
            formatCount(cell.row.batch.totalRecords, "record")}
        </span>
      </>
    ),
  },
  {
    id: "outcome",
    heading: "Outcome",
    width: "minmax(0, 1.5fr)",
    className: "flex min-w-0 items-center gap-3 text-sm text-muted",
    cell: Outcome,
  },
  {
    id: "cause",
    heading: "Started by",
    width: "7rem",
    className: "min-w-0",
    hasValue: ({ batch }) => batch.startCause != null,
    cell: ({ row, isActive }) => <RunCause {...row.batch} tabIndex={isActive ? 0 : -1} />,
  },
  {
    id: "usage",
    heading: "Cost",
    width: "6rem",
    align: "end",
    className: MUTED_NUMBER,
    hasValue: ({ batch }) => describeUsage(batch) !== "",
    cell: ({ row }) => describeUsage(row.batch),
  },
  {
    id: "took",
    heading: "Duration",
    width: "5.5rem",
    align: "end",
    className: MUTED_NUMBER,
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
const [statusColumn, ...otherColumns] = columns;
const withStatus = statusColumn ? [statusColumn] : [];
const columnsOfAllFlows = [...withStatus, flowColumn, ...otherColumns];
const columnsOfFlow = [...withStatus, versionColumn, ...otherColumns];
const hasValue = ({ batch }: RunRow) => hasRunFailed(batch);
const selectColumn: TableColumn<RunRow, RunRowState> = {
  id: "select",
  width: "1.5rem",
  hasValue,
  cell: SelectRun,
};
const retryColumn: TableColumn<RunRow, RunRowState> = {
  id: "retry",
  width: "2rem",
  hasValue,
  cell: RetryRun,
};

export function buildRunColumns(options: {
  readonly isOfAllFlows: boolean;
  readonly canRetry: boolean;
}): readonly TableColumn<RunRow, RunRowState>[] {
  const shown = options.isOfAllFlows ? columnsOfAllFlows : columnsOfFlow;
  return options.canRetry ? [selectColumn, ...shown, retryColumn] : shown;
}

export function CompactRun(cell: RunCell) {
  return (
    <>
      {cell.isSelectableIfNarrow && cell.onRetry && <RowCheckbox {...cell} />}
      <span className="flex min-w-0 flex-1 flex-col gap-1.5">
        <span className="flex min-w-0 items-baseline gap-2">
          {cell.isOfAllFlows && <FlowName {...cell} />}
          <RunLink {...cell} />
        </span>
        <span className="flex min-w-0 items-center gap-3 text-xs text-muted">
          <span className="shrink-0">
            <Status {...cell} />
          </span>
          <Outcome {...cell} />
          <span className="ml-auto shrink-0">
            <StartTime {...cell} />
          </span>
        </span>
      </span>
      <RetryRun {...cell} />
    </>
  );
}

function SelectRun(cell: RunCell) {
  return cell.onRetry ? <RowCheckbox {...cell} /> : <span />;
}

function RetryRun({ row: { name, batch }, isActive, onRetry }: RunCell) {
  return onRetry ? (
    <IconButton
      label={`Retry ${name}…`}
      icon={RotateCw}
      size="sm"
      tabIndex={isActive ? 0 : -1}
      className="relative z-10 justify-self-end"
      onClick={() => onRetry(batch)}
    />
  ) : (
    <span />
  );
}

function FlowName(cell: RunCell) {
  const name = cell.row.batch.flowName ?? "";
  return (
    <>
      <span
        dir="auto"
        className="min-w-0 truncate font-medium"
        {...getTooltipProps(name, { whenTruncated: true })}
      >
        {name}
      </span>
      <Version {...cell} />
    </>
  );
}

function Version({ row: { batch } }: RunCell) {
  return (
    <span className="shrink-0 text-sm text-muted tabular-nums empty:hidden">{formatRunVersion(batch)}</span>
  );
}

function Status({ row: { batch } }: RunCell) {
  return <RunStatus status={batch.status} hasFailures={batch.failedRecords > 0} />;
}

function StartTime({ row: { batch } }: RunCell) {
  return (
    <RowRelativeTime label="Started" time={batch.createdAt ?? batch.startedAt ?? ""} className="text-muted" />
  );
}

function RunLink({ row: { batch }, isActive }: RunCell) {
  const { toRun } = useRunLinks();
  const name = describeBatchRecordSelection(batch);
  if (batch.flowId === null || batch.isFlowDeleted === true)
    return (
      <span className="truncate text-muted" {...getTooltipProps("Its flow was deleted, with its results.")}>
        {name}
      </span>
    );
  return (
    <Link
      {...toRun(batch.batchExecutionId)}
      dir="auto"
      tabIndex={isActive ? 0 : -1}
      data-row-link=""
      {...getTooltipProps(name, { whenTruncated: true })}
      className={`${ROW_LINK_CLASSES} min-h-6 leading-6 ${hasRecordName(batch) ? "" : "shrink-[9] font-normal! text-muted!"}`}
    >
      {name}
    </Link>
  );
}

/** Inputs, and a text that says that there is no record, must not look like the name of one. */
function hasRecordName({ isSingle, recordName, recordType }: BatchState): boolean {
  return isSingle !== true || Boolean(recordName ?? recordType);
}

function Outcome({ row: { batch }, readAt }: RunCell) {
  const text = describeBatchProgress(batch, readAt);
  const error = batch.firstError ?? batch.error ?? "";
  if (!isActiveBatch(batch))
    return (
      <span
        dir="auto"
        className="truncate tabular-nums"
        {...getTooltipProps(error === "" ? text : error, { whenTruncated: true })}
      >
        {[batch.retries && "Retried", batch.isSingle !== true && text, error].filter(Boolean).join(" · ")}
      </span>
    );
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

function describeUsage({ estimatedCost, totalTokens }: BatchState): string {
  return formatCostInDollars(estimatedCost) ?? (totalTokens ? formatCount(totalTokens, "token") : "");
}

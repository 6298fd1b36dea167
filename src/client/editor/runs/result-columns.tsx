import type { StepResult } from "#contract/run.ts";
import { StepNode } from "#client/flow/step-node.tsx";
import { StepResultErrorOrOutputText, formatStepDuration } from "#client/flow/execution/step-result-text.tsx";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { RowButton } from "#client/ui/rows/row-button.tsx";
import { RowRelativeTime } from "#client/ui/rows/row-actions-menu.tsx";
import {
  describeStepSkipReason,
  describeModelTokensAndCost,
} from "#client/flow/runs/describe-batch-progress.ts";
import { RunStatus } from "#client/flow/runs/run-status.tsx";

interface ResultRowState {
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
}

type ResultCell = TableCellProps<StepResult, ResultRowState>;

export const stepResultColumns: readonly TableColumn<StepResult, ResultRowState>[] = [
  { id: "status", heading: "Status", width: "7rem", cell: ({ row }) => <RunStatus status={row.status} /> },
  {
    id: "step",
    heading: "Step",
    width: "minmax(14rem, 1fr)",
    className: "flex min-w-0 items-center gap-2",
    cell: Name,
  },
  {
    id: "record",
    heading: "Record",
    width: "minmax(11rem, 0.8fr)",
    className: "flex min-w-0 text-sm text-muted",
    cell: RecordName,
  },
  {
    id: "outcome",
    heading: "Outcome",
    width: "minmax(0, 2fr)",
    className: "flex min-w-0 text-sm",
    cell: Outcome,
  },
  {
    id: "usage",
    heading: "Usage",
    width: "11rem",
    align: "end",
    hasValue: (row) => usageOf(row) !== "",
    cell: ({ row }) => (
      <span
        className="truncate text-right text-sm text-muted tabular-nums"
        {...(usageOf(row) !== "" && getTooltipProps(usageOf(row), { whenTruncated: true }))}
      >
        {usageOf(row)}
      </span>
    ),
  },
  {
    id: "took",
    heading: "Duration",
    width: "5rem",
    align: "end",
    className: "text-right text-sm whitespace-nowrap text-muted tabular-nums",
    cell: ({ row }) => formatStepDuration(row),
  },
  {
    id: "begun",
    heading: "Started",
    width: "6rem",
    align: "end",
    className: "flex justify-end text-sm text-muted",
    cell: ({ row }) => <RowRelativeTime time={row.createdAt} />,
  },
];

export function CompactStepResultCell(cell: ResultCell) {
  const { row } = cell;
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <Name {...cell} />
      </span>
      <span className="flex min-w-0 gap-3 text-sm">
        <RunStatus status={row.status} className="shrink-0" />
        <Outcome row={row} />
      </span>
      <span className="flex min-w-0 items-center gap-3 text-xs text-muted tabular-nums">
        <RecordName row={row} />
        <span className="shrink-0">{formatStepDuration(row)}</span>
        <span className="shrink-0">{usageOf(row)}</span>
        <span className="ml-auto shrink-0">
          <RowRelativeTime time={row.createdAt} />
        </span>
      </span>
    </span>
  );
}

function Name({ row, isActive, isSelected, onSelect }: ResultCell) {
  return (
    <>
      <StepNode type={row.stepType} enabled={row.status !== "skipped"} size="sm" />
      <RowButton
        name={row.stepName}
        isActive={isActive}
        isSelected={isSelected}
        onSelect={() => onSelect(row.id)}
      />
    </>
  );
}

function RecordName({ row: { recordName, recordId } }: Pick<ResultCell, "row">) {
  const name = recordName ?? recordId ?? "";
  return (
    <span dir="auto" className="min-w-0 truncate" {...getTooltipProps(name, { whenTruncated: true })}>
      {name}
    </span>
  );
}

function Outcome({ row }: Pick<ResultCell, "row">) {
  return row.status === "skipped" ? (
    <StepResultErrorOrOutputText errorMessage={null} outputPreview={describeStepSkipReason(row)} />
  ) : (
    <StepResultErrorOrOutputText {...row} />
  );
}

const usageOf = (row: StepResult) => describeModelTokensAndCost([row]).join(" · ");

import { describeReadError } from "#client/data/api/api-error.ts";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState, useMemo } from "react";
import type { StepResult } from "#contract/run.ts";
import { flowRunQueries } from "#client/data/queries/run-queries.ts";
import { EmptyState } from "#client/ui/controls/state-message.tsx";
import { ErrorState } from "#client/ui/controls/error-state.tsx";
import { IconButton } from "#client/ui/controls/icon-button.tsx";
import { MIN_WIDTH_BESIDE, MIN_WIDTH_SM, useMediaQuery } from "#client/ui/hooks/use-media-query.ts";
import { Dialog } from "#client/ui/overlays/dialog.tsx";
import { SkeletonRows } from "#client/ui/rows/skeleton-rows.tsx";
import { describeStepType } from "#client/flow/describe-step-type.ts";
import { StepNode } from "#client/flow/step-node.tsx";
import { getRootFontSizePx } from "#client/ui/rows/row-window.ts";
import { formatDuration } from "#client/ui/format/format-duration.ts";
import { joinClasses } from "#client/ui/format/join-classes.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { RowButton } from "#client/ui/rows/row-button.tsx";
import { ContainerScrolledTable } from "#client/ui/rows/scrolled-table.tsx";
import { focusRunListRow } from "#client/flow/runs/run-list-load-error.tsx";
import { GoToStepLink, StepResultDetails } from "./step-details.tsx";
import { formatStepDuration } from "./step-result-text.tsx";
import { describeStepSkipReason } from "#client/flow/runs/describe-batch-progress.ts";
import { useRunPlace } from "#client/flow/runs/run-place.ts";
import { RunStatusIcon, formatRunStatus } from "#client/flow/runs/run-status.tsx";

type ExecutionViewProps = {
  readonly steps: readonly StepResult[];
  readonly selectedId: string | undefined;
  /** Whether the window is wide enough to show a step's details below the list instead of in a sheet. */
  readonly hasRoom: boolean;
  readonly onSelect: (id: string | undefined) => void;
};

export function ExecutionTimeline({ steps, selectedId, hasRoom, onSelect }: ExecutionViewProps) {
  const { renderGoToStep } = useRunPlace();
  const selected = steps.find(({ id }) => id === selectedId);
  const details = selected && (
    <StepResultDetails key={selected.id} step={selected}>
      {renderGoToStep ? renderGoToStep(selected) : <GoToStepLink step={selected} />}
    </StepResultDetails>
  );
  const close = () => {
    onSelect(undefined);
    if (selectedId !== undefined) focusRunListRow(selectedId);
  };
  return (
    <>
      <div
        className={selected && hasRoom ? "flex min-h-24 flex-[2] flex-col" : "flex min-h-0 flex-1 flex-col"}
      >
        <Waterfall steps={steps} selectedId={selectedId} onSelect={onSelect} />
      </div>
      {selected && hasRoom && (
        <section
          aria-label={`Result of ${selected.stepName}`}
          className="flex min-h-0 flex-[3] flex-col border-t border-line-strong"
          onKeyDown={(event) => {
            if (event.key !== "Escape" || event.defaultPrevented) return;
            // Marks Escape as handled, so that it closes the step's details but not the record.
            event.preventDefault();
            close();
          }}
        >
          <header className="flex shrink-0 items-center gap-2 pt-2 pr-3 pl-4">
            <h4 dir="auto" className="min-w-0 flex-1 truncate font-semibold">
              {selected.stepName}
            </h4>
            <IconButton label="Close step" icon={X} shortcut="Escape" size="sm" onClick={close} />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-6">{details}</div>
        </section>
      )}
      {selected && !hasRoom && (
        <Dialog title={selected.stepName} variant="sheet" onClose={close}>
          {details}
        </Dialog>
      )}
    </>
  );
}

type ExecutionResultsProps = { readonly flowId: string; readonly executionId: string };

export function ExecutionResults({ flowId, executionId }: ExecutionResultsProps) {
  const { data, error, isFetching, refetch } = useQuery(flowRunQueries.execution(flowId, executionId));
  const [selectedId, setSelectedId] = useState<string>();
  const hasRoom = useMediaQuery(MIN_WIDTH_BESIDE);
  if (data && data.data.length > 0)
    return (
      <ExecutionTimeline
        steps={data.data}
        onSelect={setSelectedId}
        selectedId={selectedId}
        hasRoom={hasRoom}
      />
    );
  if (error) {
    return (
      <ErrorState
        title="Couldn’t load the execution"
        text={describeReadError(error)}
        retrying={isFetching}
        onRetry={() => void refetch()}
      />
    );
  }
  if (!data) return <SkeletonRows label="Loading execution" rows={8} />;
  return <EmptyState title="No results" text="Results may have expired." />;
}

type WaterfallProps = {
  readonly steps: readonly StepResult[];
  readonly selectedId: string | undefined;
  readonly onSelect: (id: string) => void;
};

const ROW_REM = { columns: 2.5, compact: 3.75 } as const;

function Waterfall({ steps, selectedId, onSelect }: WaterfallProps) {
  const { duration, bars } = useMemo(() => computeExecutionTimelineBars(steps), [steps]);
  const columns = useMemo(() => waterfallColumns(duration), [duration]);
  const isNarrow = !useMediaQuery(MIN_WIDTH_SM);
  return (
    <ContainerScrolledTable
      label="Steps of this execution"
      rows={steps}
      columns={columns}
      compact={isNarrow ? CompactStep : undefined}
      stateOf={({ id }) => ({ bar: bars.get(id), isSelected: id === selectedId, onSelect })}
      rowHeight={(isNarrow ? ROW_REM.compact : ROW_REM.columns) * getRootFontSizePx()}
      isComplete
      startAt={selectedId}
      selectedId={selectedId}
      headingsClassName="h-7 gap-x-3 px-gutter text-faint tabular-nums"
      spacing="gap-x-3 px-gutter"
    />
  );
}

interface StepState {
  readonly bar: Bar | undefined;
  readonly isSelected: boolean;
  readonly onSelect: (id: string) => void;
}

type StepCell = TableCellProps<StepResult, StepState>;

function waterfallColumns(duration: number): readonly TableColumn<StepResult, StepState>[] {
  return [
    { id: "step", heading: "Step", width: "minmax(16rem, 30%)", cell: Name },
    {
      id: "track",
      heading: (
        <span className="flex justify-between">
          <span>0</span>
          <span>{formatDuration(duration)}</span>
        </span>
      ),
      width: "minmax(0, 1fr)",
      cell: Track,
    },
    {
      id: "took",
      heading: "Duration",
      width: "4.5rem",
      align: "end",
      className: "text-right text-sm whitespace-nowrap text-muted tabular-nums",
      cell: ({ row }) => formatStepDuration(row),
    },
  ];
}

function CompactStep(cell: StepCell) {
  return (
    <span className="flex min-w-0 flex-1 flex-col gap-1">
      <Name {...cell} />
      <span className="flex min-w-0 items-center gap-2 *:first:flex-1">
        <Track {...cell} />
        <span className="shrink-0 text-xs text-muted tabular-nums">{formatStepDuration(cell.row)}</span>
      </span>
    </span>
  );
}

const MAX_INDENT_LEVEL = 6;

function Name({ row: step, isActive, isSelected, onSelect }: StepCell) {
  const isSkipped = step.status === "skipped";
  return (
    <span
      className="flex min-w-0 items-center gap-2"
      style={{ paddingInlineStart: `${Math.min(step.depth ?? 0, MAX_INDENT_LEVEL)}rem` }}
    >
      <StepNode type={step.stepType} enabled={!isSkipped} size="sm" />
      <RowButton
        name={step.stepName}
        label={`${step.stepName}, ${describeStepType(step.stepType)}, ${formatRunStatus(step.status).toLowerCase()}`}
        isActive={isActive}
        isSelected={isSelected}
        onSelect={() => onSelect(step.id)}
        className={joinClasses("min-h-6 text-sm font-medium", isSkipped && "text-muted")}
      />
      {step.status === "failed" && <RunStatusIcon status="failed" />}
    </span>
  );
}

function Track({ row: step, bar }: StepCell) {
  if (step.status === "skipped" || step.skipReason === "taken") {
    return (
      <span className="flex min-w-0 items-center gap-2 text-xs text-muted">
        <span
          aria-hidden="true"
          className="h-2 w-4 shrink-0 rounded-full border border-dashed border-line-strong"
        />
        <span className="truncate">{describeStepSkipReason(step)}</span>
      </span>
    );
  }
  const error = step.errorMessage;
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span aria-hidden="true" className="relative h-2 rounded-full bg-sunken forced-colors:border">
        {bar && (
          <span
            className={joinClasses(
              "absolute inset-y-0 min-w-1 rounded-full bg-current forced-colors:bg-[Highlight]",
              step.status === "failed" ? "text-danger" : "text-line-strong",
            )}
            // Limits the left edge, so that the bar of a step without a duration stays visible at the right end.
            style={{ left: `min(${100 * bar.start}%, 100% - 0.25rem)`, width: `${100 * bar.length}%` }}
          />
        )}
      </span>
      {error != null && error !== "" && (
        <span dir="auto" className="truncate text-xs text-danger">
          {error.slice(0, 300)}
        </span>
      )}
    </span>
  );
}

/** Position of a step's bar on the timeline, as fractions of the total duration. */
interface Bar {
  readonly start: number;
  readonly length: number;
}

interface Timeline {
  /** Milliseconds from the start of the first step to the end of the last step. */
  readonly duration: number;
  readonly bars: ReadonlyMap<string, Bar>;
}

export function computeExecutionTimelineBars(steps: readonly StepResult[]): Timeline {
  const spans = steps.flatMap((step) => {
    const start = step.startedAt === null ? Number.NaN : Date.parse(step.startedAt);
    if (Number.isNaN(start) || step.status === "skipped" || step.skipReason === "taken") return [];
    const end = step.completedAt === null ? Number.NaN : Date.parse(step.completedAt);
    // The times of an API may be coarser than its durations.
    return [{ id: step.id, start, end: Math.max(start + (step.durationMs ?? 0), end || start) }];
  });
  const first = Math.min(...spans.map(({ start }) => start));
  const duration = spans.length === 0 ? 0 : Math.max(...spans.map(({ end }) => end)) - first;
  // If the execution took no measurable time, every bar spans the full width.
  const share = (ms: number) => (duration === 0 ? 0 : ms / duration);
  const bars = spans.map(
    ({ id, start, end }) =>
      [id, { start: share(start - first), length: duration === 0 ? 1 : share(end - start) }] as const,
  );
  return { duration, bars: new Map(bars) };
}

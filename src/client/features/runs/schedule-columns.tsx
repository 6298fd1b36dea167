import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import type { Schedule } from "#contract/schedule.ts";
import {
  RUNS_AGENT,
  ScheduleSwitch,
  listScheduleMenuEntries,
} from "#client/flow/schedules/schedule-switch.tsx";
import {
  type ScheduleDetails,
  describeSchedule,
  describeTarget,
  explainUnrunnableFlow,
} from "#client/flow/schedules/describe-schedule.ts";
import { getScheduleName, getScheduledFlowName } from "#client/flow/schedules/schedule-name.ts";
import { ScheduleOutcome } from "#client/flow/schedules/schedule-outcome.tsx";
import { ScheduleSparkline } from "#client/flow/schedules/schedule-sparkline.tsx";
import { ScheduleTimes } from "#client/flow/schedules/schedule-times.tsx";
import type { ScheduleActions } from "#client/flow/schedules/use-schedule-actions.tsx";
import { getDisabledReasonProps, getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import type { TableCellProps, TableColumn } from "#client/ui/rows/columns.tsx";
import { ROW_LINK_CLASSES, RowActionsMenu } from "#client/ui/rows/row-actions-menu.tsx";

interface ScheduleRowState extends ScheduleDetails {
  readonly actions: ScheduleActions;
  readonly onShowRuns: (flowId: string) => void;
}

type ScheduleCell = TableCellProps<Schedule, ScheduleRowState>;

export const scheduleColumns: readonly TableColumn<Schedule, ScheduleRowState>[] = [
  {
    id: "name",
    heading: "Schedule",
    width: "minmax(10rem, 1.2fr)",
    className: "flex min-w-0 items-baseline gap-2",
    cell: Name,
  },
  {
    id: "when",
    heading: "When",
    width: "minmax(10rem, 1.5fr)",
    className: "flex min-w-0 text-sm",
    cell: When,
  },
  {
    id: "next",
    heading: "Next",
    width: "minmax(8.5rem, 0.8fr)",
    className: "relative z-10 flex min-w-0 text-sm text-muted",
    cell: Next,
  },
  {
    id: "last",
    heading: "Last run",
    width: "minmax(10.5rem, 0.9fr)",
    className: "flex min-w-0 text-sm",
    cell: (cell) => <ScheduleOutcome schedule={cell.row} run={cell.run} tabIndex={cell.isActive ? 0 : -1} />,
  },
  { id: "days", heading: "7 days", width: "4rem", className: "relative z-10 flex", cell: Days },
  { id: "active", heading: "Active", width: "2.5rem", cell: ActiveSwitch },
  { id: "menu", width: "2rem", cell: Menu },
];

export function CompactSchedule(cell: ScheduleCell) {
  return (
    <>
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 items-baseline gap-2">
          <Name {...cell} />
        </span>
        <span className="flex min-w-0 items-center gap-2 text-xs text-muted">
          <span className="min-w-0 flex-1 truncate">
            <When {...cell} />
          </span>
          <span className="relative z-10 max-w-1/2 shrink-0 truncate">
            <Next {...cell} count={1} />
          </span>
        </span>
        <span className="flex min-w-0 items-center justify-between gap-2">
          <ScheduleOutcome schedule={cell.row} run={cell.run} tabIndex={cell.isActive ? 0 : -1} />
          <span className="relative z-10 max-tiny:hidden">
            <Days {...cell} />
          </span>
        </span>
      </span>
      <ActiveSwitch {...cell} />
      <Menu {...cell} />
    </>
  );
}

function Name({ row, flow, isActive, actions }: ScheduleCell) {
  const name = getScheduleName(row, flow);
  const flowName = getScheduledFlowName(row, flow);
  const shared = {
    dir: "auto",
    tabIndex: isActive ? 0 : -1,
    "data-row-link": "",
    "aria-keyshortcuts": "F2 Delete",
    className: `${ROW_LINK_CLASSES} leading-6 text-left`,
    ...getTooltipProps(name, { whenTruncated: true }),
  } as const;
  const isLinked = row.flowId !== null && flow !== null;
  return (
    <>
      {row.flowId !== null && isLinked ? (
        <Link to="/flows/$flowId" params={{ flowId: row.flowId }} {...shared}>
          {name}
        </Link>
      ) : (
        <button
          type="button"
          {...shared}
          {...getDisabledReasonProps(row.agentId === null ? undefined : RUNS_AGENT)}
          onClick={() => row.agentId === null && actions.edit(row)}
        >
          {name}
        </button>
      )}
      {flowName !== "" && flowName !== name && (
        <span
          dir="auto"
          className="relative z-10 min-w-0 shrink-[99] truncate text-sm text-muted"
          {...getTooltipProps(flowName, { whenTruncated: true })}
        >
          {flowName}
        </span>
      )}
    </>
  );
}

function When({ row }: ScheduleCell) {
  const sentence = describeSchedule(row);
  const text = `${sentence} · ${describeTarget(row)}`;
  return (
    <span className="relative z-10 min-w-0 truncate" {...getTooltipProps(text, { whenTruncated: true })}>
      {sentence}
      <span className="text-muted"> · {describeTarget(row)}</span>
    </span>
  );
}

function Next({ row, flow, count }: ScheduleCell & { readonly count?: number }) {
  const obstacle = explainUnrunnableFlow(row, flow);
  if (!obstacle) return <ScheduleTimes schedule={row} {...(count !== undefined && { count })} />;
  return (
    <span
      className="inline-flex min-w-0 items-center gap-1.5 text-warning"
      {...getTooltipProps(obstacle.text)}
    >
      <TriangleAlert aria-hidden="true" className="size-4 shrink-0" />
      <span className="truncate">{obstacle.label}</span>
      <span className="sr-only">. {obstacle.text}</span>
    </span>
  );
}

function Days({ days }: ScheduleCell) {
  return days ? <ScheduleSparkline days={days} /> : null;
}

function ActiveSwitch({ row, flow, actions, isActive }: ScheduleCell) {
  return (
    <ScheduleSwitch
      schedule={row}
      name={getScheduleName(row, flow)}
      actions={actions}
      tabIndex={isActive ? 0 : -1}
    />
  );
}

function Menu({ row, flow, actions, isActive, onShowRuns }: ScheduleCell) {
  const { flowId } = row;
  const showRuns = flowId === null || flow === null ? undefined : () => onShowRuns(flowId);
  return (
    <RowActionsMenu
      name={getScheduleName(row, flow)}
      isActive={isActive}
      entries={() => listScheduleMenuEntries(row, actions, showRuns)}
    />
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarX } from "lucide-react";
import { MAX_COUNTED_MISSED_TIMES } from "#contract/run-statuses.ts";
import type { Schedule, ScheduleRun } from "#contract/schedule.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { RunStatus } from "#client/flow/runs/run-status.tsx";
import { formatNumber } from "#client/ui/format/format-count.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { RowRelativeTime } from "#client/ui/rows/row-actions-menu.tsx";

type ScheduleOutcomeProps = {
  readonly schedule: Schedule;
  /** As in `ScheduleDetails`. */
  readonly run: ScheduleRun | null | undefined;
  readonly tabIndex?: number;
};

/** The last run with a link to it; a connected API may leave out the outcome, which is then read from its runs. */
export function ScheduleOutcome({ schedule, run, tabIndex = 0 }: ScheduleOutcomeProps) {
  const { lastRunAt, lastRunStatus, lastRunError } = schedule;
  const { data: read } = useQuery({
    ...scheduleQueries.newestRun(schedule),
    enabled: run === null && lastRunAt !== null,
  });
  const newest = run ?? read ?? undefined;
  const status = newest?.status ?? lastRunStatus ?? undefined;
  const time = newest?.startedAt ?? newest?.createdAt ?? lastRunAt;
  if (time === null) return <span className="text-sm text-muted">No runs yet</span>;
  const error = newest?.error ?? lastRunError ?? "";
  const flowId = newest?.flowId ?? schedule.flowId;
  const batchId = newest?.batchExecutionId;
  const label = status !== undefined && <OutcomeLabel status={status} run={newest} />;
  const tooltip = error === "" ? {} : getTooltipProps(error);
  return (
    <span className="flex min-w-0 items-center gap-2">
      {batchId != null && flowId !== null ? (
        <Link
          to="/flows/$flowId/runs/$batchId"
          params={{ flowId, batchId }}
          search={{}}
          tabIndex={tabIndex}
          aria-description={error === "" ? undefined : error}
          {...tooltip}
          className="relative z-10 flex min-w-0 rounded-sm hover:underline pointer-coarse:min-h-9"
        >
          {label || "Last run"}
        </Link>
      ) : (
        <span className="relative z-10 flex min-w-0" {...tooltip}>
          {label}
        </span>
      )}
      <RowRelativeTime label="Last run" time={time} className="text-sm text-muted" />
    </span>
  );
}

type OutcomeLabelProps = { readonly status: string; readonly run: ScheduleRun | undefined };

function OutcomeLabel({ status, run }: OutcomeLabelProps) {
  if (status === "missed") return <MissedRuns count={run?.missedCount ?? 1} />;
  const shown = status === "queued" ? "waiting" : status;
  return <RunStatus status={shown} hasFailures={(run?.failedRecords ?? 0) > 0} />;
}

function MissedRuns({ count }: { readonly count: number }) {
  const shown = formatNumber(Math.min(count, MAX_COUNTED_MISSED_TIMES));
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-warning">
      <CalendarX aria-hidden="true" className="size-4 shrink-0" />
      {count === 1 ? "Missed" : `${count > MAX_COUNTED_MISSED_TIMES ? "More than " : ""}${shown} missed`}
    </span>
  );
}

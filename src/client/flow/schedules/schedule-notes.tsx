import { useQuery } from "@tanstack/react-query";
import { explainMissingFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";

/** Describes the schedules of a flow that is about to be published, such as “Runs on 2 schedules”. */
export function PublishedScheduleNote({ flowId }: { readonly flowId: string }) {
  const { count, next } = useScheduleSummary(flowId);
  const now = useMinuteClock();
  if (count === 0) return null;
  const schedules = formatCount(count, "schedule");
  return (
    <p className="text-sm text-muted">
      {next === undefined
        ? `Runs on ${schedules}. None is due.`
        : `Runs on ${schedules}; the next at ${formatClockTime(next, now)} will use this version.`}
    </p>
  );
}

/** Undefined for a flow without schedules. */
export function useDeletedScheduleNote(flowId: string): string | undefined {
  const { count } = useScheduleSummary(flowId);
  if (count === 0) return undefined;
  return count === 1 ? "Its schedule stops." : `Its ${formatCount(count, "schedule")} stop.`;
}

/** `next`: the next due time in milliseconds. */
function useScheduleSummary(flowId: string): { readonly count: number; readonly next: number | undefined } {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isOffered = server !== undefined && explainMissingFeature(server, "schedules") === undefined;
  const { data = [] } = useQuery({ ...scheduleQueries.ofFlow(flowId), enabled: isOffered });
  const active = data.filter(({ enabled }) => enabled);
  const times = active.flatMap(({ nextRunAt }) => (nextRunAt === null ? [] : [Date.parse(nextRunAt)]));
  return { count: active.length, next: times.length > 0 ? Math.min(...times) : undefined };
}

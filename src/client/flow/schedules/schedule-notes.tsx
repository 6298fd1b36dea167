import { useQuery } from "@tanstack/react-query";
import type { Schedule } from "#contract/schedule.ts";
import { explainMissingFeature, serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";
import { formatCount } from "#client/ui/format/format-count.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";

type ScheduleFields = Pick<Schedule, "flowId" | "enabled" | "nextRunAt" | "missingScopes">;

const NONE: ReadonlySet<string> = new Set();

type PublishedScheduleNoteProps = {
  readonly flowIds: readonly string[];
  /** Those of them that are not published. */
  readonly excluded?: ReadonlySet<string>;
};

/** Describes the schedules of flows that are about to be published, such as “Runs on 2 schedules”. */
export function PublishedScheduleNote({ flowIds, excluded = NONE }: PublishedScheduleNoteProps) {
  const schedules = useActiveSchedules(flowIds).filter(({ flowId }) => !excluded.has(flowId ?? ""));
  const now = useMinuteClock();
  const paused = schedules.filter(({ missingScopes = [] }) => missingScopes.length > 0);
  const others = schedules.filter((schedule) => !paused.includes(schedule));
  const text = describePublishedSchedules(others, flowIds.length, now);
  const warning = describePausedSchedules(paused);
  return (
    <>
      {warning !== undefined && <p className="rounded-md bg-warning-soft px-3 py-2 text-sm">{warning}</p>}
      {text !== undefined && <p className="text-sm text-muted">{text}</p>}
    </>
  );
}

/** What a publish with this key does to schedules whose runs may do more than the key. Undefined without any. */
export function describePausedSchedules(
  schedules: readonly Pick<Schedule, "missingScopes">[],
): string | undefined {
  if (schedules.length === 0) return undefined;
  const scopes = [...new Set(schedules.flatMap(({ missingScopes = [] }) => missingScopes))];
  const [them, have] = schedules.length === 1 ? ["it", "has"] : ["them", "have"];
  return `Pauses ${formatCount(schedules.length, "schedule")} that ${have} scopes your key lacks (${scopes.join(", ")}). A key with these scopes can resume ${them}.`;
}

/** Undefined for flows without active schedules. */
export function useDeletedScheduleNote(flowIds: readonly string[]): string | undefined {
  const { length } = useActiveSchedules(flowIds);
  if (length === 0) return undefined;
  const owner = flowIds.length === 1 ? "Its" : "Their";
  return length === 1 ? `${owner} schedule stops.` : `${owner} ${formatCount(length, "schedule")} stop.`;
}

/** Undefined without schedules. With several flows, says how many of them run on schedules. */
export function describePublishedSchedules(
  schedules: readonly ScheduleFields[],
  flows: number,
  now: number,
): string | undefined {
  if (schedules.length === 0) return undefined;
  const times = schedules.flatMap(({ nextRunAt }) => (nextRunAt === null ? [] : [Date.parse(nextRunAt)]));
  const scheduled = new Set(schedules.map(({ flowId }) => flowId)).size;
  const what = flows === 1 ? "Runs" : `${formatCount(scheduled, "flow")} ${scheduled === 1 ? "runs" : "run"}`;
  const runs = `${what} on ${formatCount(schedules.length, "schedule")}`;
  if (times.length === 0) return `${runs}. None is due.`;
  const version = flows === 1 ? "this" : "the new";
  return `${runs}; the next at ${formatClockTime(Math.min(...times), now)} will use ${version} version.`;
}

function useActiveSchedules(flowIds: readonly string[]): readonly ScheduleFields[] {
  const { data: server } = useQuery(serverCapabilityQueries.current());
  const isOffered = server !== undefined && explainMissingFeature(server, "schedules") === undefined;
  const { data = [] } = useQuery({ ...scheduleQueries.ofFlows(flowIds), enabled: isOffered });
  return data.filter(({ enabled }) => enabled);
}

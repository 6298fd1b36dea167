import { getPublishState } from "#client/flow/publish-state.ts";
import type { Schedule, ScheduleRun } from "#contract/schedule.ts";
import { listDueTimes } from "#core/schedule/cron.ts";
import { describeTrigger } from "#core/schedule/describe-cron.ts";
import { quoteName } from "#core/text/quote-name.ts";
import type { ScheduledFlow } from "./schedule-name.ts";

export interface ScheduleDetails {
  /** Null for a deleted flow, undefined while it is not known. */
  readonly flow: ScheduledFlow | null | undefined;
  readonly days: readonly ScheduleDay[] | undefined;
  /** The newest run; null if it is not among the newest of all schedules, undefined while that is not known. */
  readonly run: ScheduleRun | null | undefined;
}

/** A day in UTC. */
export interface ScheduleDay {
  readonly date: string;
  readonly runs: number;
  readonly failed: number;
}

/** The time zone of the browser. */
export const OWN_TIME_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const SHOWN_TIMES = 3;

export function describeSchedule(schedule: Schedule): string {
  return describeTrigger(schedule, OWN_TIME_ZONE);
}

/** Why the schedule cannot run its flow, and what to do; undefined if it can, as far as is known. */
export function explainUnrunnableFlow(
  { agentId }: Schedule,
  flow: ScheduledFlow | null | undefined,
): { readonly label: string; readonly text: string } | undefined {
  if (agentId !== null) return undefined;
  if (flow === null)
    return {
      label: "Flow deleted",
      text: "The flow was deleted. Choose another one, or delete the schedule.",
    };
  if (flow && getPublishState(flow) === "draft")
    return {
      label: "Not published",
      text: `${quoteName(flow.name)} is not published, so runs fail. Publish the flow, or pause the schedule.`,
    };
  return undefined;
}

/** `ended`: the only time of the schedule has passed. */
export function getScheduleState({ enabled, runAt }: Schedule, now: number): "active" | "paused" | "ended" {
  if (runAt !== null && Date.parse(runAt) <= now) return "ended";
  return enabled ? "active" : "paused";
}

/** Lists the next due times after `now`, in milliseconds; none while the schedule is paused or invalid. */
export function listNextTimes(schedule: Schedule, now: number, count = SHOWN_TIMES): readonly number[] {
  if (getScheduleState(schedule, now) !== "active") return [];
  const { cron, timezone, runAt } = schedule;
  if (cron === null) return runAt === null ? [] : [Date.parse(runAt)];
  try {
    return listDueTimes(cron, timezone ?? "UTC", new Date(now), count).map((time) => time.getTime());
  } catch {
    // The connected API may accept other expressions.
    return schedule.nextRunAt === null ? [] : [Date.parse(schedule.nextRunAt)];
  }
}

/** Describes what the flow runs on, such as “All “customer” records”. */
export function describeTarget({ recordType, recordIds, recordFilter, agentId }: Schedule): string {
  if (agentId !== null) return "An agent";
  if (recordIds) return recordIds.length === 1 ? "1 chosen record" : `${recordIds.length} chosen records`;
  const type = recordType === null ? "" : `${quoteName(recordType)} `;
  if (recordFilter != null) return `Filtered ${type}records`;
  return recordType === null ? "Inputs only" : `All ${type}records`;
}

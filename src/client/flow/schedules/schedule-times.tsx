import type { Schedule } from "#contract/schedule.ts";
import { getTimeZoneCity } from "#core/schedule/describe-cron.ts";
import { toLocalTime } from "#core/schedule/local-time.ts";
import { VisuallyHidden } from "#client/ui/controls/inline-text.tsx";
import { formatRelativeTime } from "#client/ui/format/format-time.ts";
import { useMinuteClock } from "#client/ui/format/minute-clock.ts";
import { getTooltipProps } from "#client/ui/overlays/tooltip.ts";
import { OWN_TIME_ZONE, getScheduleState, listNextTimes } from "./describe-schedule.ts";

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

const STATE_LABELS = { active: "No next time", paused: "Paused", ended: "Ended" } as const;

/** Pauses by the server. */
const PAUSES = {
  user: undefined,
  publisher: {
    label: "Paused by a publish",
    reason:
      "A key that lacks scopes of this schedule published the flow. Resume it with a key that has them.",
  },
  key: {
    label: "Paused: key removed",
    reason: "The API key that made this schedule was removed. Check the schedule, then save or resume it.",
  },
} as const;

type ScheduleTimesProps = { readonly schedule: Schedule; readonly count?: number };

/** The next due times, or why there are none. */
export function ScheduleTimes({ schedule, count }: ScheduleTimesProps) {
  const now = useMinuteClock();
  const times = listNextTimes(schedule, now, count);
  if (times.length === 0) {
    const pause = schedule.enabled ? undefined : PAUSES[schedule.pauseReason ?? "user"];
    if (pause) return <span {...getTooltipProps(pause.reason)}>{pause.label}</span>;
    return <>{STATE_LABELS[getScheduleState(schedule, now)]}</>;
  }
  return (
    <span className="truncate tabular-nums">
      <VisuallyHidden>Next </VisuallyHidden>
      <DueTimes times={times} timezone={schedule.timezone ?? OWN_TIME_ZONE} />
    </span>
  );
}

type DueTimesProps = { readonly times: readonly number[]; readonly timezone: string };

/** Relative times; a tooltip shows each on the clocks of the reader and of the schedule. */
function DueTimes({ times, timezone }: DueTimesProps) {
  const now = useMinuteClock();
  return times.map((time, index) => (
    <span key={time}>
      {index > 0 && ", "}
      <time
        dateTime={new Date(time).toISOString()}
        className={index > 0 ? "text-muted" : "text-ink"}
        {...getTooltipProps(formatDueTime(time, timezone))}
      >
        {formatTimeUntil(time, now)}
      </time>
    </span>
  ));
}

/** Formats the time in the zone of the reader and, if their clocks differ, of the schedule. */
export function formatDueTime(time: number, timezone: string): string {
  const text = exact.format(time);
  try {
    const local = toLocalTime(new Date(time), timezone);
    if (local === toLocalTime(new Date(time), OWN_TIME_ZONE)) return text;
    return `${text} (${local.slice(11)} in ${getTimeZoneCity(timezone)})`;
  } catch {
    return text;
  }
}

function formatTimeUntil(time: number, now: number): string {
  return time - now < 60_000 ? "in under 1m" : formatRelativeTime(time, now);
}

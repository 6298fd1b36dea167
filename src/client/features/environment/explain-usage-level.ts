import type { PeriodUsage } from "#contract/account.ts";
import type { UsageLevel } from "#client/data/queries/usage-level.ts";
import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";
import { formatClockTime } from "#client/ui/format/format-time.ts";

const HOUR_MS = 3_600_000;

/** Describes the executions of a period as “32 of 50 executions”. */
export function describeExecutions({ used, limit, isUnlimited }: PeriodUsage): string {
  if (limit !== undefined) return `${formatNumber(used)} of ${formatCount(limit, "execution")}`;
  return `${formatCount(used, "execution")}${isUnlimited ? ", no limit" : ""}`;
}

/** Clocks may differ: a time up to an hour ago counts as now; an older one is not described. */
export function describeReset(resetsAt: number | undefined, now: number): string | undefined {
  if (resetsAt === undefined || resetsAt < now - HOUR_MS) return undefined;
  if (resetsAt <= now) return "Resets now.";
  const isToday = new Date(resetsAt).toDateString() === new Date(now).toDateString();
  return `Resets ${isToday ? "at" : "on"} ${formatClockTime(resetsAt, now)}.`;
}

/** Explains a level in words; undefined for the normal one. */
export function explainUsageLevel(level: UsageLevel): string | undefined {
  switch (level) {
    case "slow":
      return "Slow mode: each request takes about 10 s, and at most 10 an hour are allowed until the limit resets.";
    case "limit":
      return "The execution limit is reached. Runs may be slowed down, refused or billed.";
    case "warning":
      return "Most of the execution limit is used.";
    case "normal":
      return undefined;
  }
}

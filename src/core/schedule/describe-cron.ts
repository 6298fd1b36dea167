import cronstrue from "cronstrue";
import { type Recurrence, parseRecurrence } from "./recurrence.ts";

export const DAYS_OF_WEEK = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;

interface DescribedTrigger {
  readonly cron: string | null;
  readonly timezone: string | null;
  /** ISO 8601 time of a schedule that runs once. */
  readonly runAt: string | null;
}

const AND = new Intl.ListFormat("en-GB");
const ORDINAL = new Intl.PluralRules("en-GB", { type: "ordinal" });
const ORDINAL_ENDINGS: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd", other: "th" };

/** Returns a sentence such as “Every weekday at 09:00”; an expression that is not valid unchanged. */
export function describeCron(cron: string): string {
  const recurrence = parseRecurrence(cron);
  if (recurrence) return describeRecurrence(recurrence);
  try {
    return cronstrue.toString(cron.trim(), { use24HourTimeFormat: true });
  } catch {
    return cron;
  }
}

/** Returns a sentence such as “Every weekday at 09:00, Berlin”. `ownTimezone` is that of the reader. */
export function describeTrigger({ cron, timezone, runAt }: DescribedTrigger, ownTimezone: string): string {
  if (cron !== null) return `${describeCron(cron)}, ${getTimeZoneCity(timezone ?? "UTC")}`;
  if (runAt === null) return "No time set";
  const zone = timezone ?? ownTimezone;
  const at = Date.parse(runAt);
  const date = formatInZone(at, zone, { day: "numeric", month: "short", year: "numeric" });
  const time = formatInZone(at, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `Once, on ${date} at ${time}, ${getTimeZoneCity(zone)}`;
}

/** Returns “Buenos Aires” for “America/Argentina/Buenos_Aires”. */
export function getTimeZoneCity(timezone: string): string {
  return (timezone.split("/").at(-1) ?? timezone).replaceAll("_", " ");
}

function describeRecurrence(recurrence: Recurrence): string {
  switch (recurrence.type) {
    case "minutes":
      return recurrence.every === 1 ? "Every minute" : `Every ${recurrence.every} minutes`;
    case "hourly":
      return `Every hour at :${String(recurrence.minute).padStart(2, "0")}`;
    case "daily":
      return `Every day at ${recurrence.time}`;
    case "weekdays":
      return `Every weekday at ${recurrence.time}`;
    case "weekly":
      return `Every ${describeDays(recurrence.days)} at ${recurrence.time}`;
    case "monthly": {
      const { day, time } = recurrence;
      return `Every month on the ${day}${ORDINAL_ENDINGS[ORDINAL.select(day)]} at ${time}`;
    }
  }
}

/** The week starts on Monday. */
function describeDays(days: readonly number[]): string {
  if (days.length === DAYS_OF_WEEK.length) return "day";
  const fromMonday = days.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  return AND.format(fromMonday.map((day) => DAYS_OF_WEEK[day] ?? ""));
}

function formatInZone(time: number, timeZone: string, style: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...style, timeZone }).format(time);
  } catch {
    return new Intl.DateTimeFormat("en-GB", { ...style, timeZone: "UTC" }).format(time);
  }
}

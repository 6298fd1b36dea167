/** The recurrences that a form offers. Every other cron expression can only be typed. */
export type Recurrence =
  | { readonly type: "minutes"; readonly every: number }
  | { readonly type: "hourly"; readonly minute: number }
  | { readonly type: "daily" | "weekdays"; readonly time: string }
  /** `days` from 0, Sunday, to 6; sorted. */
  | { readonly type: "weekly"; readonly time: string; readonly days: readonly number[] }
  | { readonly type: "monthly"; readonly time: string; readonly day: number };

/** Divisors of an hour: with other numbers, cron starts anew at each full hour. */
export const MINUTE_INTERVALS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30] as const;

const DAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const WEEKDAYS = /^(1-5|mon-fri)$/i;

/** Times are “HH:MM”. A recurrence on no day of the week gives an incomplete expression. */
export function formatRecurrence(recurrence: Recurrence): string {
  switch (recurrence.type) {
    case "minutes":
      return recurrence.every === 1 ? "* * * * *" : `*/${recurrence.every} * * * *`;
    case "hourly":
      return `${recurrence.minute} * * * *`;
    case "daily":
      return `${formatTimeFields(recurrence.time)} * * *`;
    case "weekdays":
      return `${formatTimeFields(recurrence.time)} * * 1-5`;
    case "weekly":
      return `${formatTimeFields(recurrence.time)} * * ${recurrence.days.join(",")}`.trim();
    case "monthly":
      return `${formatTimeFields(recurrence.time)} ${recurrence.day} * *`;
  }
}

/** Undefined for an expression that is none of the offered recurrences, or not valid. */
export function parseRecurrence(cron: string): Recurrence | undefined {
  const fields = cron.trim().split(/\s+/);
  const [minutes = "", hours = "", dayOfMonth = "", month, daysOfWeek = ""] = fields;
  if (fields.length !== 5 || month !== "*") return undefined;
  if (hours === "*") {
    if (dayOfMonth !== "*" || daysOfWeek !== "*") return undefined;
    const every = minutes === "*" ? 1 : Number(/^\*\/(\d+)$/.exec(minutes)?.[1]);
    if (MINUTE_INTERVALS.some((interval) => interval === every)) return { type: "minutes", every };
    const minute = parseNumber(minutes, 0, 59);
    return minute === undefined ? undefined : { type: "hourly", minute };
  }
  const time = parseTimeFields(minutes, hours);
  if (time === undefined) return undefined;
  if (dayOfMonth !== "*") {
    const day = parseNumber(dayOfMonth, 1, 31);
    return day === undefined || daysOfWeek !== "*" ? undefined : { type: "monthly", time, day };
  }
  if (daysOfWeek === "*") return { type: "daily", time };
  if (WEEKDAYS.test(daysOfWeek)) return { type: "weekdays", time };
  const days = parseDaysOfWeek(daysOfWeek);
  return days && { type: "weekly", time, days };
}

function formatTimeFields(time: string): string {
  const [hours, minutes] = time.split(":").map(Number);
  return `${minutes} ${hours}`;
}

function parseTimeFields(minutes: string, hours: string): string | undefined {
  const minute = parseNumber(minutes, 0, 59);
  const hour = parseNumber(hours, 0, 23);
  if (minute === undefined || hour === undefined) return undefined;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

function parseNumber(text: string, min: number, max: number): number | undefined {
  const number = Number(text);
  return /^\d{1,2}$/.test(text) && number >= min && number <= max ? number : undefined;
}

function parseDaysOfWeek(text: string): readonly number[] | undefined {
  const days = text.split(",").map((part) => {
    const named = DAY_NAMES.indexOf(part.toLowerCase());
    // 0 and 7 are Sunday.
    return named >= 0 ? named : parseNumber(part, 0, 7);
  });
  const known = days.flatMap((day) => (day === undefined ? [] : [day % 7]));
  return known.length < days.length ? undefined : [...new Set(known)].toSorted((a, b) => a - b);
}

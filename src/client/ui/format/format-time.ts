import { createOnFirstUse } from "./create-on-first-use.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// Created once, because formatters are expensive to create and a list formats hundreds of times.
const dateOnly = createOnFirstUse(() => new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }));
const exact = createOnFirstUse(
  () => new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" }),
);

/** Formats a time as “5m ago”, “2h ago” or “3d ago” or, after four weeks, as a date. Times are in milliseconds. */
export function formatRelativeTime(time: number, now: number): string {
  const elapsed = now - time;
  const size = Math.abs(elapsed);
  if (size > 28 * day) return dateOnly().format(time);
  // Includes times slightly after `now`, because `now` is updated only once a minute.
  if (size < minute) return "just now";
  const length = formatLength(size);
  return elapsed < 0 ? `in ${length}` : `${length} ago`;
}

function formatLength(size: number): string {
  if (size < hour) return `${Math.trunc(size / minute)}m`;
  if (size < day) return `${Math.trunc(size / hour)}h`;
  return `${Math.trunc(size / day)}d`;
}

export function formatExactTime(time: number): string {
  return exact().format(time);
}

/** Formats a time as “10:42”, with the date if it is not today. */
export function formatClockTime(time: number, now: number): string {
  const isToday = new Date(time).toDateString() === new Date(now).toDateString();
  const style = isToday
    ? ({ timeStyle: "short" } as const)
    : ({ dateStyle: "medium", timeStyle: "short" } as const);
  return new Intl.DateTimeFormat(undefined, style).format(time);
}

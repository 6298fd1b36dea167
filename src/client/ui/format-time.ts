const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// Formatters are costly to make and a list shows hundreds of times.
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const dateOnly = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

/** “5 min. ago”, “yesterday”; after four weeks the date, which then says more. Times in milliseconds. */
export function formatRelativeTime(time: number, now: number): string {
  const elapsed = now - time;
  const size = Math.abs(elapsed);
  if (size > 28 * day) return dateOnly.format(time);
  // A clock that is read once a minute lags behind what just happened.
  if (size < minute) return "just now";
  if (size < hour) return relative.format(-Math.trunc(elapsed / minute), "minute");
  if (size < day) return relative.format(-Math.trunc(elapsed / hour), "hour");
  return relative.format(-Math.trunc(elapsed / day), "day");
}

/** The whole date and time, in the reader's language and time zone. */
export function formatExactTime(time: number): string {
  return exact.format(time);
}

/** “10:42”; of another day than today with its date. */
export function formatMoment(time: number, now: number): string {
  const isToday = new Date(time).toDateString() === new Date(now).toDateString();
  const style = isToday
    ? ({ timeStyle: "short" } as const)
    : ({ dateStyle: "medium", timeStyle: "short" } as const);
  return new Intl.DateTimeFormat(undefined, style).format(time);
}

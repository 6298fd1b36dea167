const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

/** The clock time in “in 10 minutes (14:32)” keeps the text true; an updated text would be announced again. */
export function describeWait(until: number, now = Date.now()): string {
  const words = new Intl.RelativeTimeFormat("en");
  const seconds = Math.max(1, Math.ceil((until - now) / 1000));
  if (seconds < MINUTE_S) return words.format(seconds, "second");
  const minutes = Math.ceil(seconds / MINUTE_S);
  const length =
    minutes < 60 ? words.format(minutes, "minute") : words.format(Math.round(seconds / HOUR_S), "hour");
  return `${length} (${formatClockTime(until, now)})`;
}

function formatClockTime(time: number, now: number): string {
  const isToday = new Date(time).toDateString() === new Date(now).toDateString();
  return new Date(time).toLocaleString(undefined, {
    ...(!isToday && { dateStyle: "medium" }),
    timeStyle: "short",
  });
}

import { createOnFirstUse } from "./create-on-first-use.ts";
import { formatNumber } from "./format-count.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const tenths = createOnFirstUse(
  () => new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, numberingSystem: "latn" }),
);

/** Formats milliseconds as “340 ms”, “1.4 s”, “2 min 5 s” or “3 h 12 min”. */
export function formatDuration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < second) return `${formatNumber(Math.round(length))} ms`;
  if (length < minute - second / 20) return `${tenths().format(length / second)} s`;
  const seconds = Math.round(length / second);
  if (seconds < 3600) return join(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(length / minute);
  return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

/** Formats an estimate in milliseconds as “a few seconds”, “about 40 s” or “about 3 min”. */
export function formatTimeLeft(ms: number): string {
  if (ms < 10 * second) return "a few seconds";
  if (ms < minute) return `about ${formatNumber(Math.ceil(ms / (10 * second)) * 10)} s`;
  if (ms < hour) return `about ${formatNumber(Math.round(ms / minute))} min`;
  return `about ${formatNumber(Math.round(ms / hour))} h`;
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const first = `${formatNumber(large)} ${largeUnit}`;
  return small === 0 ? first : `${first} ${formatNumber(small)} ${smallUnit}`;
}

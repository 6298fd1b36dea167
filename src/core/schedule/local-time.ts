const MINUTE_MS = 60_000;

/** Returns the time as “2026-12-05T09:00” on the clocks of the time zone, which must be valid. */
export function toLocalTime(time: Date, timezone: string): string {
  return new Date(time.getTime() + getOffsetMs(time.getTime(), timezone)).toISOString().slice(0, 16);
}

/**
 * Converts a time such as “2026-12-05T09:00” on the clocks of the time zone. A time that the clocks skip is moved by the
 * skipped hour, and of one that they repeat the first is taken. Undefined if the text is no time.
 */
export function fromLocalTime(text: string, timezone: string): Date | undefined {
  const asUtc = Date.parse(`${text}Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) || Number.isNaN(asUtc)) return undefined;
  // The offsets on both sides of a possible change of the clocks.
  const offsets = [-24, 24].map((hours) => getOffsetMs(asUtc + hours * 60 * MINUTE_MS, timezone));
  const times = offsets.map((offset) => asUtc - offset);
  const exact = times.filter((time) => time + getOffsetMs(time, timezone) === asUtc);
  return new Date(exact.length > 0 ? Math.min(...exact) : Math.max(...times));
}

function getOffsetMs(time: number, timezone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: timezone, timeZoneName: "longOffset" });
  const name = format.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}

import { expect, it } from "vitest";
import { formatMoment, formatRelativeTime } from "./format-time.ts";

const now = Date.parse("2026-03-20T12:00:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;

it.each([
  ["a moment ago", now - 20_000, "just now"],
  ["a moment ahead of a lagging clock", now + 20_000, "just now"],
  ["minutes ago", now - 5 * minute, /5 min/],
  ["not yet two hours ago", now - 119 * minute, /1 hr/],
  ["yesterday", now - day, "yesterday"],
  ["days ago", now - 6 * day, /6 days/],
  ["long ago, as a date", now - 60 * day, /2026/],
])("says how long ago: %s", (_, time, expected) => {
  expect(formatRelativeTime(time, now)).toMatch(expected);
});

it("names a moment of today by its time, and one of another day by its date too", () => {
  const at = new Date(2026, 2, 20, 10, 42).getTime();
  const isTime = /^10:42(?: AM)?$/;
  expect(formatMoment(at, new Date(2026, 2, 20, 23, 59).getTime())).toMatch(isTime);
  const dated = formatMoment(at, new Date(2026, 2, 21, 0, 1).getTime());
  expect(dated).toMatch(/2026/);
  expect(dated).toMatch(/10:42/);
});

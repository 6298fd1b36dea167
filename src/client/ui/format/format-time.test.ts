import { expect, it } from "vitest";
import { formatClockTime, formatRelativeTime } from "./format-time.ts";

const now = Date.parse("2026-03-20T12:00:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;

it.each([
  ["a moment ago", now - 20_000, "just now"],
  ["a moment ahead of a lagging clock", now + 20_000, "just now"],
  ["minutes ago", now - 5 * minute, "5m ago"],
  ["not yet two hours ago", now - 119 * minute, "1h ago"],
  ["a day ago", now - day, "1d ago"],
  ["days ago", now - 6 * day, "6d ago"],
  ["ahead of a lagging clock", now + 3 * 60 * minute, "in 3h"],
  ["long ago, as a date", now - 60 * day, /2026/],
])("formats a past time relative to now: %s", (_, time, expected) => {
  expect(formatRelativeTime(time, now)).toMatch(expected);
});

it("a time of today is formatted without the date, and one of another day with the date", () => {
  const at = new Date(2026, 2, 20, 10, 42).getTime();
  const isTime = /^10:42(?: AM)?$/;
  expect(formatClockTime(at, new Date(2026, 2, 20, 23, 59).getTime())).toMatch(isTime);
  const dated = formatClockTime(at, new Date(2026, 2, 21, 0, 1).getTime());
  expect(dated).toMatch(/2026/);
  expect(dated).toMatch(/10:42/);
});

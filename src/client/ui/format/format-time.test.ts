import { expect, it } from "vitest";
import { formatClockTime, formatRelativeTime } from "./format-time.ts";

const now = Date.parse("2026-03-20T12:00:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;

it.each([
  ["a moment ago", now - 20_000, "just now"],
  ["seconds in the future, because the clock lags", now + 20_000, "just now"],
  ["minutes ago", now - 5 * minute, "5m ago"],
  ["less than two hours ago", now - 119 * minute, "1h ago"],
  ["a day ago", now - day, "1d ago"],
  ["days ago", now - 6 * day, "6d ago"],
  ["hours in the future", now + 3 * 60 * minute, "in 3h"],
  ["months ago, as a date", now - 60 * day, /2026/],
])("formats a time relative to now: %s", (_, time, expected) => {
  expect(formatRelativeTime(time, now)).toMatch(expected);
});

it("a time is formatted with the date unless it is today", () => {
  const at = new Date(2026, 2, 20, 10, 42).getTime();
  const isTime = /^10:42(?: AM)?$/;
  expect(formatClockTime(at, new Date(2026, 2, 20, 23, 59).getTime())).toMatch(isTime);
  const dated = formatClockTime(at, new Date(2026, 2, 21, 0, 1).getTime());
  expect(dated).toMatch(/2026/);
  expect(dated).toMatch(/10:42/);
});

import { expect, it } from "vitest";
import { formatRelativeTime } from "./format-time.ts";

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

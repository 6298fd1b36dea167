import { expect, it } from "vitest";
import type { JsonValue } from "#core/json/json.ts";
import { readUsage } from "./read-usage.ts";

const period = {
  date: "2026-11-27",
  executionsUsed: 32,
  executionLimit: 50,
  percentUsed: 64,
  remaining: 18,
  isNearLimit: false,
  isAtLimit: false,
  isOverage: false,
  overageCount: 0,
  tier: "build",
  resetsAt: "2026-11-28T00:00:00.000Z",
  isUnlimited: false,
  periodType: "daily",
  inSlowMode: false,
};

it("the usage of the day and of the month is read", () => {
  const usage = readUsage({ daily: period, monthly: { ...period, executionsUsed: 49, executionLimit: 60 } });
  expect(usage).toMatchObject({
    tier: "build",
    periods: [
      { period: "day", used: 32, limit: 50, percent: 64, resetsAt: Date.parse("2026-11-28T00:00:00Z") },
      { period: "month", used: 49, limit: 60, isNearLimit: true },
    ],
  });
});

it("the usage is read without a wrapper, and inside `usage`", () => {
  expect(readUsage(period)?.periods).toMatchObject([{ period: "day", used: 32, limit: 50 }]);
  expect(readUsage({ usage: { daily: period } })?.periods).toHaveLength(1);
  expect(readUsage({ ...period, periodType: "monthly" })?.periods[0]?.period).toBe("month");
});

it("slow mode and a reached limit are read", () => {
  expect(readUsage({ daily: { ...period, inSlowMode: true } })?.periods[0]?.isSlow).toBe(true);
  expect(readUsage({ daily: { ...period, executionsUsed: 50 } })?.periods[0]?.isAtLimit).toBe(true);
});

it("missing, negative and invalid limits and times are ignored", () => {
  expect(readUsage({ daily: { executionsUsed: 3, executionLimit: -1, resetsAt: "soon" } })?.periods).toEqual([
    {
      period: "day",
      used: 3,
      isUnlimited: false,
      isSlow: false,
      isNearLimit: false,
      isAtLimit: false,
      overage: 0,
    },
  ]);
  expect(
    readUsage({ daily: { ...period, isUnlimited: true, executionsUsed: 900 } })?.periods[0],
  ).toMatchObject({
    used: 900,
    isUnlimited: true,
    isAtLimit: false,
    isNearLimit: false,
  });
  expect(readUsage({ daily: { executionLimit: 50, remaining: 20 } })?.periods[0]?.used).toBe(30);
  expect(readUsage({ daily: { ...period, executionsUsed: 500 } })?.periods[0]?.percent).toBe(100);
});

it("other JSON is not read as usage, and an upgrade URL must be an absolute https URL", () => {
  const others: JsonValue[] = [null, "<html>", [], {}, { daily: {} }, { daily: { executionsUsed: -3 } }];
  for (const json of others) expect(readUsage(json)).toBeUndefined();
  expect(readUsage({ daily: period, upgradeUrl: "javascript:alert(1)" })?.upgradeUrl).toBeUndefined();
  const upgradeUrl = "https://example.com/plans";
  expect(readUsage({ daily: period, upgradeUrl })?.upgradeUrl).toBe(upgradeUrl);
});

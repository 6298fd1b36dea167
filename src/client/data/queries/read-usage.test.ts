import { expect, it } from "vitest";
import { getTightestPeriod, getUsageLevel, readUsage } from "./read-usage.ts";
import { readQuotaHeaders } from "./usage-queries.ts";

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
  expect(usage && getTightestPeriod(usage)?.period).toBe("month");
  expect(getUsageLevel(usage)).toBe("warning");
});

it("the usage is read without a wrapper, and inside `usage`", () => {
  expect(readUsage(period)?.periods).toMatchObject([{ period: "day", used: 32, limit: 50 }]);
  expect(readUsage({ usage: { daily: period } })?.periods).toHaveLength(1);
  expect(readUsage({ ...period, periodType: "monthly" })?.periods[0]?.period).toBe("month");
});

it("the usage level shows slow mode and a reached limit", () => {
  expect(getUsageLevel(readUsage({ daily: { ...period, inSlowMode: true } }))).toBe("slow");
  expect(getUsageLevel(readUsage({ daily: { ...period, executionsUsed: 50 } }))).toBe("limit");
  expect(getUsageLevel(readUsage({ daily: period }))).toBe("normal");
  expect(getUsageLevel(undefined)).toBe("normal");
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
  for (const json of [undefined, null, "<html>", [], {}, { daily: {} }, { daily: { executionsUsed: -3 } }])
    expect(readUsage(json)).toBeUndefined();
  expect(readUsage({ daily: period, upgradeUrl: "javascript:alert(1)" })?.upgradeUrl).toBeUndefined();
  const upgradeUrl = "https://example.com/plans";
  expect(readUsage({ daily: period, upgradeUrl })?.upgradeUrl).toBe(upgradeUrl);
});

it("quota headers are read from every response, but Retry-After only from a rejected request", () => {
  const headers = new Headers({
    "x-quota-remaining": "4",
    "ratelimit-remaining": "-1",
    "x-quota-warning": "80% used",
    "retry-after": "60",
  });
  expect(readQuotaHeaders(headers, 200, 1000)).toEqual({ quotaRemaining: 4, warning: "80% used" });
  expect(readQuotaHeaders(headers, 429, 1000)).toMatchObject({ retryAt: 61_000 });
  expect(readQuotaHeaders(new Headers({ "retry-after": "soon" }), 429)).toEqual({});
});

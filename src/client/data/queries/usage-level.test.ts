import { expect, it } from "vitest";
import type { PeriodUsage } from "#contract/account.ts";
import { getTightestPeriod, getUsageLevel } from "./usage-level.ts";

const period: PeriodUsage = {
  period: "day",
  used: 32,
  limit: 50,
  percent: 64,
  isUnlimited: false,
  isSlow: false,
  isNearLimit: false,
  isAtLimit: false,
  overage: 0,
};

it("the usage level is that of the worst period", () => {
  const near = { ...period, isNearLimit: true };
  expect(getUsageLevel(undefined)).toBe("normal");
  expect(getUsageLevel({ periods: [period] })).toBe("normal");
  expect(getUsageLevel({ periods: [period, near] })).toBe("warning");
  expect(getUsageLevel({ periods: [near, { ...period, isAtLimit: true }] })).toBe("limit");
  expect(getUsageLevel({ periods: [{ ...period, isAtLimit: true, isSlow: true }] })).toBe("slow");
});

it("the tightest period is the one in slow mode, or else the one with the highest share of its limit", () => {
  const month = { ...period, period: "month", percent: 82 } as const;
  expect(getTightestPeriod({ periods: [period, month] })).toBe(month);
  const slow = { ...period, isSlow: true };
  expect(getTightestPeriod({ periods: [month, slow] })).toBe(slow);
});

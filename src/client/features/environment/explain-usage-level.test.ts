import { expect, it } from "vitest";
import { describeExecutions, describeReset, explainUsageLevel } from "./explain-usage-level.ts";

const describeUsed = (usage: {
  readonly used: number;
  readonly limit?: number;
  readonly isUnlimited?: boolean;
}) =>
  describeExecutions({
    period: "day",
    isUnlimited: false,
    isSlow: false,
    isNearLimit: false,
    isAtLimit: false,
    overage: 0,
    ...usage,
  });

it("describes the used executions with and without a limit", () => {
  expect(describeUsed({ used: 32, limit: 50 })).toBe("32 of 50 executions");
  expect(describeUsed({ used: 1 })).toBe("1 execution");
  expect(describeUsed({ used: 7, isUnlimited: true })).toBe("7 executions, no limit");
});

it("states when the limit resets, with an hour of tolerance for different clocks", () => {
  const now = new Date(2026, 10, 27, 12).getTime();
  expect(describeReset(now + 3_600_000, now)).toMatch(/^Resets at 1/);
  expect(describeReset(now + 24 * 3_600_000, now)).toMatch(/^Resets on .*28/);
  expect(describeReset(now - 3_500_000, now)).toBe("Resets now.");
  expect(describeReset(now - 3_700_000, now)).toBeUndefined();
  expect(describeReset(undefined, now)).toBeUndefined();
});

it("explains slow mode in words", () => {
  expect(explainUsageLevel("slow")).toContain("each request takes about 10 s");
  expect(explainUsageLevel("normal")).toBeUndefined();
});

import type { AccountUsage, PeriodUsage } from "#contract/account.ts";

export type UsageLevel = "normal" | "warning" | "limit" | "slow";

export function getUsageLevel(usage: AccountUsage | undefined): UsageLevel {
  const periods = usage?.periods ?? [];
  if (periods.some(({ isSlow }) => isSlow)) return "slow";
  if (periods.some(({ isAtLimit }) => isAtLimit)) return "limit";
  return periods.some(({ isNearLimit }) => isNearLimit) ? "warning" : "normal";
}

/** Returns the period that is closest to its limit, which a small meter shows. */
export function getTightestPeriod({ periods }: AccountUsage): PeriodUsage | undefined {
  const share = ({ isSlow, percent }: PeriodUsage) => (isSlow ? 1000 : (percent ?? -1));
  return periods.toSorted((a, b) => share(b) - share(a))[0];
}

import { formatCount, formatNumber } from "#client/ui/format-count.ts";

/** How many steps, and how many of them are off, in words: “7 steps, 1 off”. */
export function describeSteps(count: number, disabled = 0): string {
  const steps = formatCount(count, "step");
  return disabled > 0 ? `${steps}, ${formatNumber(disabled)} off` : steps;
}

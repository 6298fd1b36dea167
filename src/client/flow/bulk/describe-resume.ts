import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";

/** Names the button that resumes a run: it retries the flows that failed, and continues with those never tried. */
export function describeResume(failed: number, untried: number): string {
  if (untried === 0) return `Retry ${formatCount(failed, "flow")}`;
  const count = formatCount(untried, "flow");
  return failed === 0 ? `Continue with ${count}` : `Retry ${formatNumber(failed)} and continue with ${count}`;
}

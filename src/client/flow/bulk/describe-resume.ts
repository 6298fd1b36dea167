import { formatCount, formatNumber } from "#client/ui/format/format-count.ts";

/** Names the button that resumes a run: it retries what failed, and continues with what was never tried. */
export function describeResume(failed: number, untried: number, noun = "flow"): string {
  if (untried === 0) return `Retry ${formatCount(failed, noun)}`;
  const count = formatCount(untried, noun);
  return failed === 0 ? `Continue with ${count}` : `Retry ${formatNumber(failed)} and continue with ${count}`;
}

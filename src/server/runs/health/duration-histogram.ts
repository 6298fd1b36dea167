/** Ratio of the bounds of a bucket: its geometric middle is within 10 % of every duration in it. */
const RATIO = 1.2;
const LOG_RATIO = Math.log(RATIO);
/** The last bucket begins at about a day. */
const LAST_BUCKET = 100;

/** Number of durations by bucket. The first one holds those up to 1 ms; empty buckets at the end are left out. */
export type DurationHistogram = readonly number[];

export function createDurationHistogram(durations: readonly number[]): DurationHistogram {
  const counts: number[] = [];
  for (const duration of durations) {
    const bucket = findBucket(duration);
    while (counts.length <= bucket) counts.push(0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}

function findBucket(ms: number): number {
  // Rounds down a little, because the logarithm of a bound may be slightly more than a whole number.
  return ms <= 1 ? 0 : Math.min(LAST_BUCKET, Math.ceil(Math.log(ms) / LOG_RATIO - 1e-9));
}

export function addHistograms(histograms: readonly DurationHistogram[]): DurationHistogram {
  const sum: number[] = [];
  for (const histogram of histograms)
    for (const [bucket, count] of histogram.entries()) sum[bucket] = (sum[bucket] ?? 0) + count;
  return sum;
}

/** Estimates a quantile (0 to 1) in milliseconds, within 10 % or half a millisecond. Null without durations. */
export function estimateQuantileMs(histogram: DurationHistogram, quantile: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(total * quantile));
  let passed = 0;
  for (const [bucket, count] of histogram.entries()) {
    passed += count;
    if (passed >= rank) return Math.round(RATIO ** Math.max(0, bucket - 0.5));
  }
  return null;
}

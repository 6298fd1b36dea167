import { ApiFailure } from "#server/api-failure.ts";

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

const MINUTE_MS = 60_000;
const MAX_BUCKETS = 10_000;

/** Lets each key make `perMinute` requests a minute, all at once if it likes; throws 429 with `Retry-After` past that. */
export function createRateLimit(perMinute: number, now: () => number): (key: string) => void {
  const buckets = new Map<string, Bucket>();
  return (key) => {
    const at = now();
    const last = buckets.get(key) ?? { tokens: perMinute, at };
    const tokens = Math.min(perMinute, last.tokens + ((at - last.at) * perMinute) / MINUTE_MS);
    if (tokens < 1) {
      buckets.set(key, { tokens, at });
      const seconds = Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute / 1000);
      throw new ApiFailure(429, "Too many requests.", [], { headers: { "retry-after": String(seconds) } });
    }
    if (buckets.size >= MAX_BUCKETS) buckets.clear();
    buckets.set(key, { tokens: tokens - 1, at });
  };
}

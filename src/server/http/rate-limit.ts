import { waitAtMost } from "#server/domain/wait-at-most.ts";
import type { Database } from "#server/store/database.ts";
import { returnRateLimitTokens, takeRateLimitTokens } from "#server/store/rate-limit-tokens.ts";
import type { Store } from "#server/store/store.ts";
import { HttpError } from "./http-error.ts";

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

const MINUTE_MS = 60_000;
const MAX_BUCKETS = 10_000;

/** The headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` of a response. */
export type RateLimitHeaders = Readonly<Record<string, string>>;

/** Throws 429 with `Retry-After` above the limit. A promise if several servers share the counts. */
export type RateLimiter = (key: string) => RateLimitHeaders | Promise<RateLimitHeaders>;

interface RateLimiterDependencies {
  readonly store: Pick<Store, "kind" | "database"> | undefined;
  /** Monotonic, because a system clock that is set back would lock out all keys. */
  readonly monotonic: () => number;
}

/** Creates a rate limiter with one token bucket per key: in the store where several servers may share it. */
export function createRateLimiter(
  perMinute: number,
  { store, monotonic }: RateLimiterDependencies,
): RateLimiter {
  const limitLocally = createLocalRateLimiter(perMinute, monotonic);
  if (store?.kind !== "postgres") return limitLocally;
  return createSharedRateLimiter(perMinute, { database: store.database, monotonic, limitLocally });
}

/** Creates a rate limiter that counts in the memory of this server. */
export function createLocalRateLimiter(
  perMinute: number,
  monotonic: () => number,
): (key: string) => RateLimitHeaders {
  const take = createTokenBuckets(perMinute, monotonic);
  return (key) => {
    const { isGranted, tokens } = take(key);
    if (isGranted) return describeTokens(perMinute, tokens);
    throw tooManyRequests(((1 - tokens) * MINUTE_MS) / perMinute, describeTokens(perMinute, tokens));
  };
}

/** Creates one token bucket per key, in memory. The function takes a token, and returns how many are left. */
export function createTokenBuckets(
  perMinute: number,
  monotonic: () => number,
): (key: string) => { readonly isGranted: boolean; readonly tokens: number } {
  const buckets = new Map<string, Bucket>();
  return (key) => {
    const at = monotonic();
    const last = buckets.get(key) ?? { tokens: perMinute, at };
    const filled = Math.min(perMinute, last.tokens + ((at - last.at) * perMinute) / MINUTE_MS);
    const isGranted = filled >= 1;
    const tokens = isGranted ? filled - 1 : filled;
    if (buckets.size >= MAX_BUCKETS) buckets.clear();
    buckets.set(key, { tokens, at });
    return { isGranted, tokens };
  };
}

/** Part of the limit that a server takes in advance, so that it does not query the store for each request. */
const LEASED_PART = 1 / 20;
/** Milliseconds after which a server returns unused tokens to the store, for the other servers. */
const LEASE_MS = 5000;
/** Minimum milliseconds between two queries of the store for a key without tokens left. */
const DENIED_MS = 250;
/** Maximum milliseconds to wait for the store. */
const ANSWER_MS = 1000;
/** Milliseconds for which requests are counted without the store after it did not respond. */
const AWAY_MS = 5000;

interface Lease {
  tokens: number;
  /** Tokens that were left in the store, at the time of the last query. */
  stored: Bucket;
  /** Times by the monotonic clock. */
  expiresAt: number;
  deniedUntil: number;
  taking: Promise<void> | undefined;
}

interface SharedRateLimiterDependencies {
  readonly database: Database;
  readonly monotonic: () => number;
  readonly limitLocally: RateLimiter;
}

/** Each server reserves a twentieth at most, for five seconds. Without the store, each grants all. */
function createSharedRateLimiter(
  perMinute: number,
  { database, monotonic, limitLocally }: SharedRateLimiterDependencies,
): RateLimiter {
  const leases = new Map<string, Lease>();
  const wanted = Math.max(1, Math.floor(perMinute * LEASED_PART));
  let storeAwayUntil = -Infinity;

  const bucketOf = (key: string) => ({ organizationId: "", key, perMinute });
  /** Estimates the tokens that are left, because other servers take tokens too. */
  const describeLease = ({ tokens, stored }: Lease) =>
    describeTokens(perMinute, tokens + stored.tokens + ((monotonic() - stored.at) * perMinute) / MINUTE_MS);
  const returnUnusedTokens = (key: string, lease: Lease) => {
    const { tokens } = lease;
    lease.tokens = 0;
    lease.stored = { ...lease.stored, tokens: lease.stored.tokens + tokens };
    if (tokens > 0) returnRateLimitTokens(database, bucketOf(key), tokens).catch(() => undefined);
  };
  const take = async (key: string, lease: Lease) => {
    const taken = await waitAtMost(ANSWER_MS, takeRateLimitTokens(database, bucketOf(key), wanted));
    if (!taken) throw new Error("the store does not respond");
    const { granted, tokens } = taken;
    const at = monotonic();
    if (granted === 0) lease.deniedUntil = at + Math.max(DENIED_MS, ((1 - tokens) * MINUTE_MS) / perMinute);
    lease.tokens += granted;
    lease.stored = { tokens, at };
    lease.expiresAt = at + LEASE_MS;
    if (granted > 1)
      setTimeout(() => {
        if (lease.expiresAt <= monotonic()) returnUnusedTokens(key, lease);
      }, LEASE_MS).unref();
  };
  const count = async (key: string, lease: Lease): Promise<RateLimitHeaders> => {
    // Repeats, because concurrent requests may have used all tokens of a lease.
    while (lease.tokens < 1) {
      if (lease.deniedUntil > monotonic())
        throw tooManyRequests(lease.deniedUntil - monotonic(), describeLease(lease));
      lease.taking ??= take(key, lease).finally(() => {
        lease.taking = undefined;
      });
      try {
        await lease.taking;
      } catch {
        storeAwayUntil = monotonic() + AWAY_MS;
        return limitLocally(key);
      }
    }
    lease.tokens -= 1;
    return describeLease(lease);
  };
  return (key) => {
    const at = monotonic();
    if (at < storeAwayUntil) return limitLocally(key);
    const lease = leases.get(key) ?? {
      tokens: 0,
      stored: { tokens: 0, at },
      expiresAt: at,
      deniedUntil: at,
      taking: undefined,
    };
    if (leases.size >= MAX_BUCKETS) leases.clear();
    leases.set(key, lease);
    if (lease.tokens >= 1 && lease.expiresAt > at) {
      lease.tokens -= 1;
      return describeLease(lease);
    }
    if (lease.expiresAt <= at) returnUnusedTokens(key, lease);
    return count(key, lease);
  };
}

/** `RateLimit-Reset` is the number of seconds until the whole limit is available again. */
function describeTokens(perMinute: number, left: number): RateLimitHeaders {
  const tokens = Math.min(perMinute, Math.max(0, left));
  return {
    "ratelimit-limit": String(perMinute),
    "ratelimit-remaining": String(Math.floor(tokens)),
    "ratelimit-reset": String(Math.ceil(((perMinute - tokens) * 60) / perMinute)),
  };
}

function tooManyRequests(waitMs: number, state: RateLimitHeaders): HttpError {
  const headers = { ...state, "ratelimit-remaining": "0", "retry-after": String(Math.ceil(waitMs / 1000)) };
  return new HttpError(429, "Too many requests.", [], { headers });
}

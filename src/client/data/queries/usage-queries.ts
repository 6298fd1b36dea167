import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { createStore } from "zustand/vanilla";
import type { AccountUsage } from "#contract/account.ts";
import { ApiError } from "#client/data/api/api-error.ts";
import { callEndpoint, responseObserver } from "#client/data/api/call-endpoint.ts";
import { callApiFeature } from "./api-features.ts";
import { type UsageLevel, getUsageLevel } from "./usage-level.ts";

const INTERVAL_MS = 300_000;
/** Milliseconds after the start of a run, in which the API counts the run. */
const AFTER_RUN_MS = 3000;
/** The API's slow mode, above a usage limit, delays each response by about 10 s. */
const TIME_LIMIT_MS = 25_000;

export const usageQueries = {
  /** Not refreshed in slow mode, in which each request counts against the few that are allowed. */
  current: () =>
    queryOptions({
      queryKey: ["usage"] as const,
      queryFn: async ({ client, signal }): Promise<AccountUsage> => {
        followQuota(client);
        const usage = await callApiFeature(client, "usage", () =>
          callEndpoint("readUsage", { signal, timeLimitMs: TIME_LIMIT_MS }),
        );
        noteLevel(getUsageLevel(usage));
        return usage;
      },
      retry: false,
      staleTime: INTERVAL_MS,
      refetchOnWindowFocus: false,
      refetchInterval: ({ state: { data, error } }) =>
        (error instanceof ApiError && error.status !== 429 && error.status < 500) ||
        getUsageLevel(data) === "slow"
          ? false
          : INTERVAL_MS,
    }),
};

/** The level of the first answer is not a change. Set by lazily loaded code. */
export const usageLevelObserver: { onWorse?: (level: Exclude<UsageLevel, "normal">) => void } = {};

const LEVELS: readonly UsageLevel[] = ["normal", "warning", "limit", "slow"];

let lastLevel: UsageLevel | undefined;

function noteLevel(level: UsageLevel): void {
  const isWorse = lastLevel !== undefined && LEVELS.indexOf(level) > LEVELS.indexOf(lastLevel);
  lastLevel = level;
  if (isWorse && level !== "normal") usageLevelObserver.onWorse?.(level);
}

export interface QuotaHeaders {
  readonly quotaRemaining?: number;
  readonly requestsRemaining?: number;
  readonly warning?: string;
  /** Milliseconds since the epoch until which the API asked to wait. */
  readonly retryAt?: number;
}

export const quotaHeaderStore = createStore<QuotaHeaders>(() => ({}));

export const STARTS_RUN =
  /\/(?:dispatch|batch\/flow|flows\/[^/]+\/run-on-record-type|batches\/[^/]+\/retry)(?:$|\?)/;

/** Reads the quota headers of every response from now on, and the usage again after runs. */
function followQuota(client: QueryClient): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  responseObserver.onResponse ??= ({ url, status, headers: received }) => {
    note(readQuotaHeaders(received, status));
    if (!STARTS_RUN.test(url)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (getUsageLevel(client.getQueryData(usageQueries.current().queryKey)) !== "slow")
        void client.invalidateQueries({ queryKey: usageQueries.current().queryKey });
    }, AFTER_RUN_MS);
  };
}

function note(found: QuotaHeaders): void {
  const headers = quotaHeaderStore.getState();
  const next = { ...headers, ...found };
  // The API sends the warning with every response while it applies.
  if (found.quotaRemaining !== undefined && found.warning === undefined) delete next.warning;
  if (JSON.stringify(next) !== JSON.stringify(headers)) quotaHeaderStore.setState(next, true);
}

export function readQuotaHeaders(received: Headers, status: number, now = Date.now()): QuotaHeaders {
  const quotaRemaining = readCount(received.get("x-quota-remaining"));
  const requestsRemaining = readCount(received.get("ratelimit-remaining"));
  const warning = received.get("x-quota-warning")?.trim().slice(0, 200);
  const retryAfter = status === 429 ? readCount(received.get("retry-after")) : undefined;
  return {
    ...(quotaRemaining !== undefined && { quotaRemaining }),
    ...(requestsRemaining !== undefined && { requestsRemaining }),
    ...(warning !== undefined && warning !== "" && { warning }),
    ...(retryAfter !== undefined && { retryAt: now + retryAfter * 1000 }),
  };
}

function readCount(text: string | null): number | undefined {
  if (text === null || !/^\d{1,12}$/.test(text.trim())) return undefined;
  return Number(text);
}

import type { Query, QueryCache, QueryObserverOptions } from "@tanstack/react-query";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";

/** Longest wait, in milliseconds, that a page spends in its loading state before it reports the error. */
const MAX_SILENT_WAIT_MS = 1000;

/** Repeats a failed read at once only if the user hardly notices; see {@link retryReadsAfterRequiredWait}. */
export const readRetryOptions = {
  retry: (failures, error) => {
    if (error instanceof NetworkError) return failures < 1;
    const waitMs = getRequiredWaitMs(error);
    if (waitMs !== undefined) return failures < 1 && waitMs <= MAX_SILENT_WAIT_MS;
    return error instanceof ApiError && error.status >= 500 && failures < 2;
  },
  retryDelay: (failures, error) => getRequiredWaitMs(error) ?? 500 * 2 ** failures,
  refetchOnWindowFocus: ({ state }) => !getRequiredWaitMs(state.error),
} satisfies Pick<QueryObserverOptions, "retry" | "retryDelay" | "refetchOnWindowFocus">;

/** Returns the milliseconds until the server accepts the failed request again; undefined if it requires no wait. */
function getRequiredWaitMs(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.retryAt === undefined) return undefined;
  return Math.max(0, error.retryAt - Date.now());
}

/** Longest delay of a timer: browsers run a timer with a longer one at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Repeats a failed read of the current page at the time from which the server accepts it, as the error states. Until
 * then the page shows the error, and only the user repeats the read.
 */
export function retryReadsAfterRequiredWait(cache: QueryCache): void {
  const timers = new WeakMap<Query, ReturnType<typeof setTimeout>>();
  cache.subscribe((event) => {
    const { query } = event;
    if (event.type === "removed") return clearTimeout(timers.get(query));
    if (event.type !== "updated") return;
    const { action } = event;
    if (action.type !== "fetch" && action.type !== "error") return;
    clearTimeout(timers.get(query));
    const waitMs = action.type === "error" ? getRequiredWaitMs(action.error) : undefined;
    if (waitMs === undefined || waitMs > MAX_TIMER_MS) return;
    const retry = () => {
      // Repeats the meta, which says which page of a list was read.
      const meta = query.state.fetchMeta ?? undefined;
      if (query.isActive()) query.fetch(undefined, meta && { meta }).catch(() => undefined);
    };
    timers.set(query, setTimeout(retry, waitMs));
  });
}

import type { Query, QueryObserverOptions } from "@tanstack/react-query";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";

/** Longest wait, in milliseconds, that a page spends in its loading state before it reports the error. */
const MAX_SILENT_WAIT_MS = 1000;

/** Repeats a failed read at once only if the user hardly notices; see {@link retryReadAfterRequiredWait}. */
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

/**
 * Repeats a failed read of the current page at the time from which the server accepts it, as the error states. Until
 * then the page shows the error, and only the user repeats the read.
 */
export function retryReadAfterRequiredWait(error: Error, query: Query<unknown, unknown, unknown>): void {
  const waitMs = getRequiredWaitMs(error);
  // Browsers run a timer with a longer delay at once.
  if (waitMs === undefined || waitMs >= 2 ** 31) return;
  setTimeout(() => {
    const { fetchMeta, error: latest } = query.state;
    // Repeats the meta too, which says which page of a list was read.
    if (latest === error && query.isActive())
      query.fetch(undefined, fetchMeta ? { meta: fetchMeta } : {}).catch(() => undefined);
  }, waitMs);
}

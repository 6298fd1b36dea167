import type { Query, QueryObserverOptions } from "@tanstack/react-query";
import { ApiError, NetworkError } from "#client/data/api/api-error.ts";

/** Longest wait, in milliseconds, that a page spends in its loading state before it reports the error. */
const MAX_SILENT_WAIT_MS = 1000;
const MIN_BACK_OFF_MS = 1000;
const MAX_BACK_OFF_MS = 60_000;

/** Repeats a failed read at once only if the user hardly notices; see {@link retryReadAfterRequiredWait}. */
export const readRetryOptions = {
  retry: (failures, error) => {
    if (error instanceof NetworkError) return failures < 1;
    const waitMs = getRequiredWaitMs(error);
    if (waitMs !== undefined) return failures < 1 && waitMs <= MAX_SILENT_WAIT_MS;
    return error instanceof ApiError && error.status >= 500 && failures < 2;
  },
  retryDelay: (failures, error) => getRequiredWaitMs(error) ?? 500 * 2 ** failures,
  refetchOnWindowFocus: ({ state }) => !mustWaitBeforeRetry(state.error),
} satisfies Pick<QueryObserverOptions, "retry" | "retryDelay" | "refetchOnWindowFocus">;

/** Returns the milliseconds until the server accepts the failed request again; undefined if it requires no wait. */
function getRequiredWaitMs(error: unknown): number | undefined {
  if (!(error instanceof ApiError) || error.retryAt === undefined) return undefined;
  return Math.max(0, error.retryAt - Date.now());
}

/** Whether the server does not accept the failed request again yet. */
export function mustWaitBeforeRetry(error: unknown): boolean {
  return (getRequiredWaitMs(error) ?? 0) > 0;
}

/** Number of errors in a row, and the time of the data before them. */
const errorsInRow = new WeakMap<Query<unknown, unknown, unknown>, { count: number; dataUpdatedAt: number }>();

/** At the time that the error states; until then only the user repeats the read. */
export function retryReadAfterRequiredWait(error: Error, query: Query<unknown, unknown, unknown>): void {
  const requiredMs = getRequiredWaitMs(error);
  const { dataUpdatedAt } = query.state;
  const before = errorsInRow.get(query);
  const count = before?.dataUpdatedAt === dataUpdatedAt ? before.count + 1 : 1;
  errorsInRow.set(query, { count, dataUpdatedAt });
  // Browsers run a timer with a longer delay at once.
  if (requiredMs === undefined || requiredMs >= 2 ** 31 || !query.isActive()) return;
  if (error instanceof ApiError) error.isRepeatedByPage = true;
  const backOffMs = Math.min(MAX_BACK_OFF_MS, MIN_BACK_OFF_MS * 2 ** (count - 1));
  setTimeout(
    () => {
      const { fetchMeta, error: latest } = query.state;
      // Repeats the meta too, which says which page of a list was read.
      if (latest === error && query.isActive())
        query.fetch(undefined, fetchMeta ? { meta: fetchMeta } : {}).catch(() => undefined);
    },
    Math.max(requiredMs, backOffMs),
  );
}

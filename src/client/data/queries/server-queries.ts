import { queryOptions } from "@tanstack/react-query";
import { callEndpoint } from "#client/data/api/call-endpoint.ts";
import { loadAfterPaint } from "#client/data/api/load-after-paint.ts";

/** Longer than the server's own time limits, so that the page receives its report of a timeout. */
const TIME_LIMIT_MS = 12_000;
export const UPSTREAM_CHECK_TIME_LIMIT_MS = 8000;

/** Not retried automatically: the page shows a failure at once, with a Retry button. */
export const serverQueries = {
  all: () => ["server"] as const,

  status: () =>
    queryOptions({
      queryKey: [...serverQueries.all(), "status"] as const,
      queryFn: ({ signal }) => callEndpoint("getServerStatus", { signal, timeLimitMs: TIME_LIMIT_MS }),
      retry: false,
    }),

  modelServer: () =>
    queryOptions({
      queryKey: [...serverQueries.all(), "model server"] as const,
      // The server asks another one, which may take seconds: what the page has by then is shown first.
      queryFn: ({ signal }) =>
        loadAfterPaint(() => callEndpoint("checkModelServer", { signal, timeLimitMs: TIME_LIMIT_MS })),
      retry: false,
      refetchOnWindowFocus: false,
    }),

  secrets: () =>
    queryOptions({
      queryKey: [...serverQueries.all(), "secrets"] as const,
      queryFn: ({ signal }) => callEndpoint("listSecrets", { signal, timeLimitMs: TIME_LIMIT_MS }),
      retry: false,
    }),

  /** Measures the time of a short request to the connected API, in milliseconds. Only for servers in cloud mode. */
  upstream: () =>
    queryOptions({
      queryKey: [...serverQueries.all(), "upstream"] as const,
      queryFn: async ({ signal }) => {
        const begun = performance.now();
        await callEndpoint("listFlows", {
          query: { limit: "1" },
          signal,
          timeLimitMs: UPSTREAM_CHECK_TIME_LIMIT_MS,
        });
        return Math.round(performance.now() - begun);
      },
      retry: false,
      refetchOnWindowFocus: false,
    }),
};

import { MutationCache, QueryCache, QueryClient, type QueryKey } from "@tanstack/react-query";
import { ApiError, NetworkError, needsSignIn } from "./api-error.ts";
import { capabilityQueries } from "./capability-queries.ts";
import { connection } from "./connection.ts";
import { keepErrors } from "./keep-errors.ts";
import { onSignIn } from "./sign-in-news.ts";

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: {
      /** Queries that are out of date once the mutation has ended, well or not. */
      readonly invalidates?: readonly QueryKey[];
    };
  }
}

/**
 * One cache for the page. Requests are tried whatever the browser's offline flag says; a read is tried again only
 * where that can help, a write never by itself.
 */
export function createQueryClient(): QueryClient {
  const reportError = (error: Error) => {
    connection.report(error);
    if (needsSignIn(error)) void client.invalidateQueries({ queryKey: capabilityQueries.current().queryKey });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onSuccess: () => connection.report(undefined), onError: reportError }),
    mutationCache: new MutationCache({
      onSuccess: () => connection.report(undefined),
      onError: reportError,
      onSettled: async (_data, _error, _variables, _result, mutation) => {
        const keys = mutation.meta?.invalidates ?? [];
        await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
      },
    }),
    defaultOptions: {
      queries: { networkMode: "always", staleTime: 10_000, retry: shouldRetry, retryDelay },
      mutations: { networkMode: "always", retry: false },
    },
  });
  // What failed for want of a server is asked again as soon as there is one.
  connection.subscribe(() => {
    if (!connection.isOffline())
      void client.invalidateQueries({ predicate: (query) => query.state.status === "error" });
  });
  onSignIn(() => void client.invalidateQueries());
  keepErrors(client.getQueryCache());
  return client;
}

function shouldRetry(failures: number, error: unknown): boolean {
  if (error instanceof NetworkError) return failures < 1;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500) && failures < 2;
}

function retryDelay(failures: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfter : undefined;
  return asked === undefined ? 500 * 2 ** failures : Math.min(asked * 1000, 30_000);
}

import { MutationCache, QueryCache, QueryClient, type QueryKey } from "@tanstack/react-query";
import { ApiError, NetworkError } from "./api-error.ts";
import { connection } from "./connection.ts";

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
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onSuccess: () => connection.report(undefined),
      onError: (error) => connection.report(error),
    }),
    mutationCache: new MutationCache({
      onSuccess: () => connection.report(undefined),
      onError: (error) => connection.report(error),
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

import { MutationCache, QueryCache, QueryClient, type QueryKey } from "@tanstack/react-query";
import {
  describeRequestErrorForUser,
  findMissingScope,
  getUpgradeUrlFromApiError,
  isSignInRequiredError,
} from "#client/data/api/api-error.ts";
import { serverCapabilityQueries, refetchServerCapabilities } from "./capability-queries.ts";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { keepQueryErrorsDuringRefetch } from "./keep-query-errors.ts";
import { mustWaitBeforeRetry, readRetryOptions, retryReadAfterRequiredWait } from "./read-retries.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";
import { subscribeToSessionEvents } from "#client/data/live/session-events.ts";

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: {
      readonly invalidates?: readonly QueryKey[];
    };
  }
}

export interface PlanUpgradeOffer {
  readonly reason: string;
  readonly url: string;
}

/** Sends requests though the browser is offline: a server on this machine stays reachable. */
export function createQueryClient(onUpgradeOffer: (offer: PlanUpgradeOffer) => void = () => {}): QueryClient {
  const reportError = (error: Error) => {
    serverReachabilityTracker.report(error);
    const url = getUpgradeUrlFromApiError(error);
    if (url !== undefined) onUpgradeOffer({ reason: describeRequestErrorForUser(error), url });
    // A server that was restarted may have other keys, or other scopes for the user's key.
    if (isSignInRequiredError(error) || findMissingScope(error))
      void client.invalidateQueries({ queryKey: serverCapabilityQueries.current().queryKey });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onSuccess: () => serverReachabilityTracker.report(undefined),
      onError: (error, query) => {
        reportError(error);
        retryReadAfterRequiredWait(error, query);
      },
    }),
    mutationCache: new MutationCache({
      onSuccess: () => serverReachabilityTracker.report(undefined),
      onError: reportError,
      onSettled: async (...outcome) => {
        const [, , , , mutation] = outcome;
        const keys = mutation.meta?.invalidates ?? [];
        await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
      },
    }),
    defaultOptions: {
      queries: { networkMode: "always", staleTime: 10_000, ...readRetryOptions },
      mutations: { networkMode: "always", retry: false },
    },
  });
  serverReachabilityTracker.subscribe((isOffline) => {
    if (!isOffline)
      void client.invalidateQueries({
        predicate: ({ state }) => state.status === "error" && !mustWaitBeforeRetry(state.error),
      });
  });
  subscribeToSessionEvents((event) => {
    if (event.type === "signed-in") {
      // Reads the session first: if another user has signed in, the page reloads and must not read any data.
      const ready = refetchServerCapabilities(client).catch(() => undefined);
      void ready.then(() => client.invalidateQueries());
    } else if (event.identity === pageUserIdentityTracker.current()) {
      void pageUserIdentityTracker.end({ to: "/sign-in", isDiscarding: event.isDiscarding });
    }
  });
  keepQueryErrorsDuringRefetch(client.getQueryCache());
  return client;
}

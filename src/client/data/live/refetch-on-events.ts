import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { type ServerChangeOrResyncEvent, liveEventEmitter } from "./live-events.ts";
import { RefreshThrottle, type TabVisibilityObserver, pageVisibilityObserver } from "./refresh-throttle.ts";

interface RefetchOptions {
  readonly queryKey: QueryKey;
  /** Whether the queries may be stale after this event. */
  readonly isStaleAfter: (event: ServerChangeOrResyncEvent) => boolean;
}

/** Refetches queries after events. Returns the unsubscribe function. */
export function refetchOnEvents(
  client: QueryClient,
  { queryKey, isStaleAfter }: RefetchOptions,
  visibility: TabVisibilityObserver = pageVisibilityObserver,
): () => void {
  const throttle = new RefreshThrottle(() => client.invalidateQueries({ queryKey }), visibility);
  const unsubscribe = liveEventEmitter.subscribe((event) => {
    if (isStaleAfter(event)) throttle.ask();
  });
  return () => {
    unsubscribe();
    throttle.stop();
  };
}

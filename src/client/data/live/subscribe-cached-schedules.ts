import type { QueryClient } from "@tanstack/react-query";
import { isActiveBatchStatus } from "#contract/is-active-batch.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import { liveEventEmitter } from "./live-events.ts";
import { RefreshThrottle, type TabVisibilityObserver, pageVisibilityObserver } from "./refresh-throttle.ts";

/** Refetches schedules when a run starts or ends, or a flow is published or deleted. Returns the unsubscribe function. */
export function subscribeCachedSchedules(
  client: QueryClient,
  visibility: TabVisibilityObserver = pageVisibilityObserver,
): () => void {
  const throttle = new RefreshThrottle(
    () => client.invalidateQueries({ queryKey: scheduleQueries.all() }),
    visibility,
  );
  const unsubscribe = liveEventEmitter.subscribe((event) => {
    if (event.type === "batch.progress") {
      if (event.status === "scheduled" || !isActiveBatchStatus(event.status)) throttle.ask();
    } else if (event.type !== "records.changed" && event.type !== "flow.tagged") throttle.ask();
  });
  return () => {
    unsubscribe();
    throttle.stop();
  };
}

import type { QueryClient } from "@tanstack/react-query";
import { isActiveBatchStatus } from "#contract/is-active-batch.ts";
import { scheduleQueries } from "#client/data/queries/schedule-queries.ts";
import type { ServerChangeOrResyncEvent } from "./live-events.ts";
import { refetchOnEvents } from "./refetch-on-events.ts";
import type { TabVisibilityObserver } from "./refresh-throttle.ts";

/** Refetches schedules when one changes, when a run starts or ends, or when a flow is published or deleted. */
export function subscribeCachedSchedules(
  client: QueryClient,
  visibility?: TabVisibilityObserver,
): () => void {
  return refetchOnEvents(client, { queryKey: scheduleQueries.all(), isStaleAfter }, visibility);
}

function isStaleAfter(event: ServerChangeOrResyncEvent): boolean {
  if (event.type === "batch.progress")
    return event.status === "scheduled" || !isActiveBatchStatus(event.status);
  return ["schedules.changed", "flow.changed", "flow.deleted", "resync"].includes(event.type);
}

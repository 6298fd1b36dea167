import type { QueryClient } from "@tanstack/react-query";
import { isActiveBatchStatus } from "#contract/is-active-batch.ts";
import { alertQueries } from "#client/data/queries/alert-queries.ts";
import type { ServerChangeOrResyncEvent } from "./live-events.ts";
import { refetchOnEvents } from "./refetch-on-events.ts";
import type { TabVisibilityObserver } from "./refresh-throttle.ts";

/** Refetches alerts when one changes, when a run ends, about which one may be sent, or when a flow is deleted. */
export function subscribeCachedAlerts(client: QueryClient, visibility?: TabVisibilityObserver): () => void {
  return refetchOnEvents(client, { queryKey: alertQueries.all(), isStaleAfter }, visibility);
}

function isStaleAfter(event: ServerChangeOrResyncEvent): boolean {
  if (event.type === "batch.progress") return !isActiveBatchStatus(event.status);
  return ["alerts.changed", "flow.deleted", "resync"].includes(event.type);
}

import type { QueryClient } from "@tanstack/react-query";
import type { BatchProgress, FlowChanged, FlowDeleted, RecordsChanged } from "#contract/events.ts";
import { capabilityQueries } from "./capability-queries.ts";
import { type LiveEvent, liveEvents } from "./live-events.ts";
import { refreshQueries } from "./refresh-queries.ts";
import type { HeardEvent } from "./server-stream.ts";
import { openSharedStream } from "./shared-stream.ts";
import { findOrigin } from "./tab-id.ts";

/** Hears the server's events from `since` on, tells them to this tab, and keeps its queries fresh. Returns what ends it. */
export function followEvents(client: QueryClient, since: string | undefined): () => void {
  const stopRefreshing = refreshQueries(client);
  const closeStream = openSharedStream({
    since,
    onHeard: (heard) => {
      const event = toLiveEvent(heard);
      if (event) liveEvents.tell(event);
    },
    // A session that ended is known by asking; the page then leads to where one signs in.
    onRefused: () => void client.invalidateQueries({ queryKey: capabilityQueries.current().queryKey }),
  });
  return () => {
    closeStream();
    stopRefreshing();
  };
}

/** The stream has checked the data; `ready` is news to nobody. */
function toLiveEvent({ name, data }: HeardEvent): LiveEvent | undefined {
  switch (name) {
    case "ready":
      return undefined;
    case "resync":
      return { type: name };
    case "flow.changed": {
      const changed = data as FlowChanged;
      return { ...changed, type: name, origin: findOrigin(changed.by.tabId) };
    }
    case "flow.deleted": {
      const deleted = data as FlowDeleted;
      return { ...deleted, type: name, origin: findOrigin(deleted.by.tabId) };
    }
    case "batch.progress":
      return { ...(data as BatchProgress), type: name };
    case "records.changed":
      return { ...(data as RecordsChanged), type: name };
    // For programs that listen.
    case "flow.event":
      return undefined;
  }
}

import type { QueryClient } from "@tanstack/react-query";
import type {
  BatchProgressPayload,
  FlowChangedPayload,
  FlowDeletedPayload,
  FlowTaggedPayload,
  RecordsChangedPayload,
} from "#contract/events.ts";
import { serverCapabilityQueries } from "#client/data/queries/capability-queries.ts";
import { type ServerChangeOrResyncEvent, liveEventEmitter } from "./live-events.ts";
import { refreshQueriesOnRemoteChanges } from "#client/data/queries/refresh-queries.ts";
import { type ServerEventMessage, ReconnectingEventStream } from "./reconnecting-event-stream.ts";
import { getChangeOriginFromAuthorTabId } from "#client/data/api/tab-id.ts";
import { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";
import { openBroadcastChannel } from "#client/data/api/open-broadcast-channel.ts";
import { pageUserIdentityTracker } from "#client/data/api/page-identity.ts";

/** Refetches the queries that the events after `since` affect. Returns the unsubscribe function. */
export function subscribeToServerEvents(client: QueryClient, since: string | undefined): () => void {
  const stopRefreshing = refreshQueriesOnRemoteChanges(client);
  const refetchCapabilities = () =>
    void client.invalidateQueries({ queryKey: serverCapabilityQueries.current().queryKey });
  let isConnected = false;
  const closeStream = openSharedStream({
    since,
    onHeard: (heard) => {
      if (["ready", "resync"].includes(heard.name)) {
        // A new connection may lead to a restarted server, on which the user's key may have other scopes.
        if (isConnected) refetchCapabilities();
        isConnected = true;
      }
      const event = toLiveEvent(heard);
      if (event) liveEventEmitter.publish(event);
    },
    // Refetches the session state: if the session has ended, the page shows the sign-in.
    onRefused: refetchCapabilities,
  });
  return () => {
    closeStream();
    stopRefreshing();
  };
}

function toLiveEvent({ name, data }: ServerEventMessage): ServerChangeOrResyncEvent | undefined {
  switch (name) {
    case "ready":
      return undefined;
    case "resync":
    case "alerts.changed":
    case "schedules.changed":
      return { type: name };
    case "flow.changed": {
      const changed = data as FlowChangedPayload;
      return { ...changed, type: name, origin: getChangeOriginFromAuthorTabId(changed.by.tabId) };
    }
    case "flow.deleted": {
      const deleted = data as FlowDeletedPayload;
      return { ...deleted, type: name, origin: getChangeOriginFromAuthorTabId(deleted.by.tabId) };
    }
    case "flow.tagged": {
      const tagged = data as FlowTaggedPayload;
      return { ...tagged, type: name, origin: getChangeOriginFromAuthorTabId(tagged.by.tabId) };
    }
    case "batch.progress":
      return { ...(data as BatchProgressPayload), type: name };
    case "records.changed":
      return { ...(data as RecordsChangedPayload), type: name };
    case "flow.event":
      return undefined;
  }
}

/** Each signed-in user has a separate stream: tabs of another user must not receive these events. */
const nameStream = (identity: string | undefined) => `flowline-events:${identity ?? ""}`;

interface SharedStreamOptions {
  readonly since: string | undefined;
  readonly onHeard: (event: ServerEventMessage) => void;
  readonly onRefused: () => void;
}

/** Browsers limit connections per server to six. A Web Lock elects the leader, which forwards events. */
function openSharedStream({ since, onHeard, onRefused }: SharedStreamOptions): () => void {
  const identity = pageUserIdentityTracker.current();
  const name = nameStream(identity);
  const channel = "locks" in navigator ? openBroadcastChannel(name) : undefined;
  if (!channel) {
    const stream = new ReconnectingEventStream({
      since,
      identity,
      onHeard,
      onRefused,
      connection: serverReachabilityTracker,
    });
    return () => stream.close();
  }
  let last = since;
  const hear = (event: ServerEventMessage) => {
    last = event.id;
    onHeard(event);
  };
  channel.addEventListener("message", ({ data }: MessageEvent<ServerEventMessage>) => hear(data));

  const stopping = new AbortController();
  const holdStream = () =>
    new Promise<void>((resolve) => {
      if (stopping.signal.aborted) return resolve();
      const stream = new ReconnectingEventStream({
        since: last,
        identity,
        onHeard: (event) => {
          // Disables a lint rule for `window.postMessage`: a `BroadcastChannel` has no target origin.
          // oxlint-disable-next-line unicorn/require-post-message-target-origin
          channel.postMessage(event);
          hear(event);
        },
        onRefused,
        connection: serverReachabilityTracker,
      });
      stopping.signal.addEventListener("abort", () => {
        stream.close();
        resolve();
      });
    });
  const leadOrFollow = async () => {
    const isOurs = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await holdStream();
      return lock !== null;
    });
    if (isOurs) return;
    // Marks cached data as stale, because the leader may have forwarded events before this tab subscribed.
    onHeard({ name: "resync", id: "", data: {} });
    await navigator.locks.request(name, { signal: stopping.signal }, holdStream);
  };
  // Opens a stream of its own if the lock request is rejected, as by some browsers that block site data.
  leadOrFollow().catch(() => {
    if (!stopping.signal.aborted) void holdStream();
  });
  return () => {
    stopping.abort();
    channel.close();
  };
}

import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { flowQueries } from "./flow-queries.ts";
import { type ServerChangeOrResyncEvent, liveEventEmitter } from "#client/data/live/live-events.ts";
import { recordQueries } from "./record-queries.ts";
import {
  RefreshThrottle,
  type TabVisibilityObserver,
  pageVisibilityObserver,
} from "#client/data/live/refresh-throttle.ts";

/** Mutations of this tab invalidate their queries themselves. Returns the unsubscribe function. */
export function refreshQueriesOnRemoteChanges(
  client: QueryClient,
  visibility: TabVisibilityObserver = pageVisibilityObserver,
): () => void {
  let areListsOld = false;
  let areRecordsOld = false;
  /** By flow id; a flow with the token undefined is refetched even if its cached copy seems up to date. */
  const oldFlows = new Map<string, string | undefined>();

  const refresh = async () => {
    const keys: QueryKey[] = [];
    if (areListsOld && !isReading(client, flowQueries.lists())) {
      areListsOld = false;
      keys.push(flowQueries.lists());
    }
    if (areRecordsOld && !isReading(client, recordQueries.all())) {
      areRecordsOld = false;
      keys.push(recordQueries.all());
    }
    for (const [id, token] of oldFlows) {
      if (isReading(client, detailKey(id)) || isSaving(client, id)) continue;
      oldFlows.delete(id);
      keys.push(flowQueries.versions(id));
      if (token === undefined || token !== readToken(client, id)) keys.push(detailKey(id));
    }
    await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })));
    if (areListsOld || areRecordsOld || oldFlows.size > 0) throttle.ask();
  };
  const throttle = new RefreshThrottle(refresh, visibility);

  const hear = (event: ServerChangeOrResyncEvent) => {
    if (event.type === "alerts.changed" || event.type === "schedules.changed") return;
    // Such an event does not identify the tab, so a change by this tab causes one redundant refetch.
    areRecordsOld ||= event.type === "records.changed" || event.type === "resync";
    if (event.type === "records.changed") return throttle.ask();
    if (event.type === "batch.progress") {
      // The lists show only that a batch has started and how it has ended.
      if (event.status === "running") return;
    } else if (event.type !== "resync" && event.origin === "this-tab") return;
    areListsOld = true;
    switch (event.type) {
      case "flow.changed": {
        const mustRead = oldFlows.has(event.id) && oldFlows.get(event.id) === undefined;
        oldFlows.set(event.id, mustRead || event.change === "published" ? undefined : event.versionToken);
        break;
      }
      case "flow.tagged":
        oldFlows.set(event.id, undefined);
        break;
      case "flow.deleted":
        // Keeps the query if the flow is open in the editor.
        client.removeQueries({ queryKey: detailKey(event.id), type: "inactive" });
        break;
      case "batch.progress":
        break;
      case "resync":
        for (const id of cachedFlows(client)) oldFlows.set(id, undefined);
    }
    throttle.ask();
  };
  const unsubscribe = liveEventEmitter.subscribe(hear);
  return () => {
    unsubscribe();
    throttle.stop();
  };
}

/** A refetch waits for that read: concurrent reads may resolve in either order. */
function isReading(client: QueryClient, queryKey: QueryKey): boolean {
  return client.isFetching({ queryKey }) > 0;
}

/** A refetch waits for the save: a read could return the version before it. */
function isSaving(client: QueryClient, id: string): boolean {
  return client.isMutating({ mutationKey: ["saveFlow", id] }) > 0;
}

/** Skips a refetch of an up-to-date cache: the server sends recent events again to every new page. */
function readToken(client: QueryClient, id: string): string | undefined {
  return client.getQueryData(detailKey(id))?.flow.versionToken;
}

const detailKey = (id: string) => flowQueries.detail(id).queryKey;

function cachedFlows(client: QueryClient): readonly string[] {
  const [scope, kind] = detailKey("");
  return client
    .getQueryCache()
    .findAll({ queryKey: [scope, kind] })
    .map(({ queryKey }) => String(queryKey[2]));
}

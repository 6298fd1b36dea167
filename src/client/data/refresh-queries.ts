import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { flowQueries } from "./flow-queries.ts";
import { type LiveEvent, liveEvents } from "./live-events.ts";
import { isActiveBatch } from "./batch-progress.ts";
import { recordQueries } from "./record-queries.ts";
import { RefreshPace, type Sight, pageSight } from "./refresh-pace.ts";

/**
 * Reads again what is shown of flows and records that were changed elsewhere. What this tab writes is read again by the write itself.
 * Returns what ends it.
 */
export function refreshQueries(client: QueryClient, sight: Sight = pageSight): () => void {
  let areListsOld = false;
  let areRecordsOld = false;
  /** By flow: the token of the version to be had, or undefined where only a read tells what is new. */
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
    if (areListsOld || areRecordsOld || oldFlows.size > 0) pace.ask();
  };
  const pace = new RefreshPace(refresh, sight);

  const hear = (event: LiveEvent) => {
    // Whose change it was is not said: what this tab wrote is read once more.
    areRecordsOld ||= event.type === "records.changed" || event.type === "resync";
    if (event.type === "records.changed") return pace.ask();
    if (event.type === "batch.progress") {
      // The lists say when a flow ran last and how that ended; how far it is meanwhile is for whoever shows the run.
      if (isActiveBatch(event.status)) return;
    } else if (event.type !== "resync" && event.origin === "this-tab") return;
    areListsOld = true;
    switch (event.type) {
      case "flow.changed": {
        const mustRead = oldFlows.has(event.id) && oldFlows.get(event.id) === undefined;
        oldFlows.set(event.id, mustRead || event.change === "published" ? undefined : event.versionToken);
        break;
      }
      case "flow.deleted":
        // An editor that has it open keeps what it shows; nobody else is to be shown a flow that is gone.
        client.removeQueries({ queryKey: detailKey(event.id), type: "inactive" });
        break;
      case "batch.progress":
        break;
      case "resync":
        for (const id of cachedFlows(client)) oldFlows.set(id, undefined);
    }
    pace.ask();
  };
  const leave = liveEvents.subscribe(hear);
  return () => {
    leave();
    pace.stop();
  };
}

/** One that began before the change may not show it; another beside it would make it luck which of them comes last. */
function isReading(client: QueryClient, queryKey: QueryKey): boolean {
  return client.isFetching({ queryKey }) > 0;
}

/** A read beside it may be overtaken by it, and bring the old version back. */
function isSaving(client: QueryClient, id: string): boolean {
  return client.isMutating({ mutationKey: ["saveFlow", id] }) > 0;
}

/** Of the version that was read already: a page that opens hears again what was told in the seconds before. */
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

import type { FlowChangedPayload } from "#contract/events.ts";
import type { Caller } from "#server/domain/caller.ts";
import type { EventHub } from "#server/events/event-hub.ts";
import {
  type FlowChangeEvent,
  addOriginToFlowChangeEvent,
  buildFlowDeletedEvent,
} from "#server/flows/flow-events.ts";
import { addIdToChangeEvent } from "#server/store/change-listeners.ts";
import type { AccountStore } from "./account-store.ts";
import type { ServedEndpointName } from "./other-endpoints.ts";

interface ChangeOrigin {
  readonly caller: Pick<Caller, "keyName">;
  readonly headers?: { readonly tab: string | undefined };
}

/** Publishes the changes that go through this server to its pages: the connected API has no change events. */
export class CloudEvents {
  readonly #hub: EventHub | undefined;
  readonly #accountStore: AccountStore;

  constructor(hub: EventHub | undefined, accountStore: AccountStore) {
    this.#hub = hub;
    this.#accountStore = accountStore;
  }

  /** Does not wait for other servers to receive the event, and does not fail: the change is already made. */
  publish({ caller, headers }: ChangeOrigin, event: FlowChangeEvent): void {
    const { organizationId } = this.#accountStore;
    const change = addOriginToFlowChangeEvent(
      event,
      { organizationId, keyName: caller.keyName },
      headers?.tab,
    );
    const publishHere = () => this.#hub?.onChange(addIdToChangeEvent(change));
    void this.#accountStore.findStore().then(async (store) => {
      if (store?.kind !== "postgres") return publishHere();
      // Reaches all servers that use the database, this one too.
      await store.write(async (_, publish) => publish(change)).catch(publishHere);
    });
  }

  publishChange(
    origin: ChangeOrigin,
    change: FlowChangedPayload["change"],
    id: string,
    versionToken?: string,
  ): void {
    const data = { id, change, ...(versionToken !== undefined && { versionToken }) };
    this.publish(origin, { event: "flow.changed", data });
  }

  /** Publishes the change that a program's request to `path` has made. A new flow has no id in its path. */
  publishForwarded(origin: ChangeOrigin, endpoint: ServedEndpointName | undefined, path: string): void {
    const [, , , id = ""] = path.split("/");
    if (endpoint === "updateFlow") this.publishChange(origin, "updated", id);
    if (endpoint === "publishFlow" || endpoint === "publishVersion")
      this.publishChange(origin, "published", id);
    if (endpoint === "deleteFlow") this.publish(origin, buildFlowDeletedEvent(id));
  }
}

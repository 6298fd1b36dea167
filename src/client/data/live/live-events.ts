import type {
  BatchProgressPayload,
  FlowChangedPayload,
  FlowDeletedPayload,
  FlowTaggedPayload,
  RecordsChangedPayload,
} from "#contract/events.ts";
import type { ChangeOriginRelativeToTab } from "#client/data/api/tab-id.ts";

export type FlowChangedEvent = FlowChangedPayload & {
  readonly type: "flow.changed";
  readonly origin: ChangeOriginRelativeToTab;
};
export type FlowDeletedEvent = FlowDeletedPayload & {
  readonly type: "flow.deleted";
  readonly origin: ChangeOriginRelativeToTab;
};

export type FlowTaggedEvent = FlowTaggedPayload & {
  readonly type: "flow.tagged";
  readonly origin: ChangeOriginRelativeToTab;
};
export type BatchProgressEvent = BatchProgressPayload & { readonly type: "batch.progress" };
export type RecordsChangedEvent = RecordsChangedPayload & { readonly type: "records.changed" };

/** `resync`: events may have been lost, so all cached data may be stale. */
export type ServerChangeOrResyncEvent =
  | { readonly type: "resync" }
  | { readonly type: "alerts.changed" }
  | { readonly type: "schedules.changed" }
  | FlowChangedEvent
  | FlowDeletedEvent
  | FlowTaggedEvent
  | BatchProgressEvent
  | RecordsChangedEvent;

const MAX_REMEMBERED_CHANGES = 100;

class LiveEvents {
  readonly #listeners = new Set<(event: ServerChangeOrResyncEvent) => void>();
  readonly #foreign = new Map<string, FlowChangedEvent>();

  subscribe(listener: (event: ServerChangeOrResyncEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A publication does not count as a change. */
  findForeignChange(flowId: string): FlowChangedEvent | undefined {
    return this.#foreign.get(flowId);
  }

  publish(event: ServerChangeOrResyncEvent): void {
    if (event.type === "flow.changed" && event.change !== "published" && event.origin !== "this-tab")
      this.#remember(event);
    for (const listener of this.#listeners) listener(event);
  }

  #remember(event: FlowChangedEvent): void {
    this.#foreign.delete(event.id);
    this.#foreign.set(event.id, event);
    const [oldest] = this.#foreign.keys();
    if (this.#foreign.size > MAX_REMEMBERED_CHANGES && oldest !== undefined) this.#foreign.delete(oldest);
  }
}

export const liveEventEmitter = new LiveEvents();

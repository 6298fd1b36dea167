import type { BatchProgress, FlowChanged, FlowDeleted, RecordsChanged } from "#contract/events.ts";
import type { Origin } from "./tab-id.ts";

export type FlowChangedEvent = FlowChanged & { readonly type: "flow.changed"; readonly origin: Origin };
export type FlowDeletedEvent = FlowDeleted & { readonly type: "flow.deleted"; readonly origin: Origin };

export type BatchProgressEvent = BatchProgress & { readonly type: "batch.progress" };
export type RecordsChangedEvent = RecordsChanged & { readonly type: "records.changed" };

/** `resync`: events may have been missed, so whatever is shown may be old. */
export type LiveEvent =
  | { readonly type: "resync" }
  | FlowChangedEvent
  | FlowDeletedEvent
  | BatchProgressEvent
  | RecordsChangedEvent;

const KEPT_CHANGES = 100;

/**
 * What the server says of changes as they happen, in this tab or anywhere. Where the server sends no events, nothing is
 * ever said here.
 */
class LiveEvents {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  readonly #foreign = new Map<string, FlowChangedEvent>();

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The last change of a flow's definition that was not made in this tab: it says whose version is shown. */
  findForeignChange(flowId: string): FlowChangedEvent | undefined {
    return this.#foreign.get(flowId);
  }

  /** Hands on what was heard. */
  tell(event: LiveEvent): void {
    if (event.type === "flow.changed" && event.change !== "published" && event.origin !== "this-tab")
      this.#keep(event);
    for (const listener of this.#listeners) listener(event);
  }

  #keep(event: FlowChangedEvent): void {
    // Taken out first, so that the order of the map is that of the last changes.
    this.#foreign.delete(event.id);
    this.#foreign.set(event.id, event);
    const [oldest] = this.#foreign.keys();
    if (this.#foreign.size > KEPT_CHANGES && oldest !== undefined) this.#foreign.delete(oldest);
  }
}

export const liveEvents = new LiveEvents();

import { randomBytes } from "node:crypto";

/** A change that a committed transaction made, published to every server that uses the store. */
export interface ChangeEvent {
  /** Servers that share the store could create the same sequential id, which would reveal a count. */
  readonly id: string;
  readonly organizationId: string;
  readonly event: string;
  /** JSON text. Must be short: PostgreSQL notifications carry less than 8,000 bytes. */
  readonly data: string;
}

export type ChangeEventWithoutId = Omit<ChangeEvent, "id">;

export type PublishChangeEvent = (event: ChangeEventWithoutId) => void;

export interface ChangeListener {
  readonly onChange: (event: ChangeEvent) => void;
  /** Called when events may have been missed, for example while the connection was lost. */
  readonly onGap: () => void;
}

export class ChangeListeners {
  readonly #all = new Set<ChangeListener>();

  add(listener: ChangeListener): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  publish(event: ChangeEvent): void {
    for (const listener of this.#all) listener.onChange(event);
  }

  publishGap(): void {
    for (const listener of this.#all) listener.onGap();
  }
}

export function addIdToChangeEvent(event: ChangeEventWithoutId): ChangeEvent {
  return { id: createChangeEventId(), ...event };
}

export function createChangeEventId(): string {
  return randomBytes(9).toString("base64url");
}

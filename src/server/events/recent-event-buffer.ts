import { type ChangeEvent, createChangeEventId } from "#server/store/change-listeners.ts";

/** Longer than a laptop's short sleep or a server's restart. */
const MAX_AGE_MS = 5 * 60_000;
const MAX_BYTES = 2 * 1024 * 1024;
/** Estimated bytes of an entry besides its JSON. */
const ENTRY_BYTES = 200;

interface Entry {
  readonly id: string;
  readonly at: number;
  readonly event: ChangeEvent | undefined;
}

/** Five minutes, up to 2 MB. The first entry may be only an id, to resume from before the first event. */
export class RecentEventBuffer {
  #entries: Entry[];
  /** Number of removed entries at the start of `#entries`, which is compacted from time to time. */
  #removed = 0;
  #bytes = 0;

  constructor(at: number) {
    this.#entries = [mark(at)];
  }

  add(event: ChangeEvent, at: number): void {
    this.#entries.push({ id: event.id, at, event });
    this.#bytes += sizeOf(event);
    // The entry before the oldest event stays: clients resume after it.
    for (;;) {
      const next = this.#entries[this.#removed + 1];
      if (next === undefined || (at - next.at <= MAX_AGE_MS && this.#bytes <= MAX_BYTES)) break;
      const oldest = this.#entries[this.#removed];
      this.#bytes -= oldest?.event ? sizeOf(oldest.event) : 0;
      this.#removed += 1;
    }
    if (this.#removed < 1000 || this.#removed * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#removed);
    this.#removed = 0;
  }

  /** The server may have missed events: a client that resumes from before `at` must refetch. */
  forget(at: number): void {
    this.#entries = [mark(at)];
    this.#removed = 0;
    this.#bytes = 0;
  }

  get latest(): string {
    return this.#entries.at(-1)?.id ?? "";
  }

  /** Without those that a later one replaces. Undefined if `id` is no longer in the buffer. */
  after(id: string): readonly ChangeEvent[] | undefined {
    const index = this.#entries.findLastIndex((entry) => entry.id === id);
    if (index < this.#removed) return undefined;
    const replaced = new Set<string>();
    return this.#entries
      .slice(index + 1)
      .toReversed()
      .flatMap(({ event }) => {
        if (!event) return [];
        const subject = replacementKeyOf(event);
        if (subject !== undefined && replaced.has(subject)) return [];
        if (subject !== undefined) replaced.add(subject);
        return event;
      })
      .toReversed();
  }
}

/** Returns a key that events share if each replaces the earlier ones; undefined for events that all count. */
function replacementKeyOf({ organizationId, event, data }: ChangeEvent): string | undefined {
  if (event === "batch.progress")
    return `${organizationId} ${event} ${(JSON.parse(data) as { readonly id: string }).id}`;
  return /^(?:records|alerts|schedules)\.changed$/.test(event)
    ? `${organizationId} ${event} ${data}`
    : undefined;
}

function sizeOf({ data }: ChangeEvent): number {
  return data.length + ENTRY_BYTES;
}

function mark(at: number): Entry {
  return { id: createChangeEventId(), at, event: undefined };
}

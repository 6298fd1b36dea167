import { DomainError } from "#server/domain/domain-error.ts";
import { type Caller, isScopeGrantedToCaller } from "#server/domain/caller.ts";
import type { ChangeEvent, ChangeListener } from "#server/store/change-listeners.ts";
import type { Store } from "#server/store/store.ts";
import { RecentEventBuffer } from "./recent-event-buffer.ts";
import { EventStream } from "./event-stream.ts";

const MAX_STREAMS = 1000;
/** Shorter than the idle timeout of proxies (30 s or more), which close a silent stream. */
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1000;
/** Plus 0–50 %. Limits how long a client with revoked scopes receives events. */
const LIFE_MS = 4 * 60_000;

export interface EventStreamRequest {
  readonly caller: Pick<Caller, "organizationId" | "scopes">;
  readonly lastEventId: string | undefined;
  readonly disconnect: () => void;
  /** Hash of the browser session that opens the stream; the stream ends when the session ends. */
  readonly session?: string | undefined;
}

/** Internal event that ends a session's streams on every server. Its data is the session's hash. */
export const SESSION_ENDED = "session.ended";

export class EventHub implements ChangeListener {
  readonly #streams = new Set<EventStream>();
  readonly #sessions = new WeakMap<EventStream, string>();
  // Begins before any time, since no page has read data from this server before it started.
  readonly #log = new RecentEventBuffer(-Infinity);
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #stopListening: (() => void) | undefined;
  #isEnding = false;

  async listenTo(store: Pick<Store, "listen">): Promise<void> {
    this.#stopListening = await store.listen(this);
  }

  readonly onChange = (changeEvent: ChangeEvent): void => {
    if (changeEvent.event === SESSION_ENDED) return this.#endSession(JSON.parse(changeEvent.data));
    this.#log.add(changeEvent, performance.now());
    for (const stream of this.#streams) if (stream.isFor(changeEvent)) stream.send(changeEvent);
  };

  readonly onGap = (): void => {
    this.#log.forget(performance.now());
    for (const stream of this.#streams) stream.send(this.#position("resync"));
  };

  get streams(): number {
    return this.#streams.size;
  }

  /** A page that resumes after this event misses no change to data that it reads from now on. */
  get latestEventId(): string {
    return this.#log.latest;
  }

  /** Resumes after `lastEventId`. Throws `unavailable` if there are too many or the server is stopping. */
  open({ caller, lastEventId, disconnect, session }: EventStreamRequest): ReadableStream<Uint8Array> {
    if (this.#isEnding || this.#streams.size >= MAX_STREAMS) {
      throw new DomainError("unavailable", "Too many event streams.", {
        retryAfter: 30,
      });
    }
    const life = setTimeout(() => stream.end(), LIFE_MS * (1 + Math.random() / 2));
    life.unref();
    const stream = new EventStream({
      isFor: (changeEvent) => isFor(caller, changeEvent),
      disconnect,
      onEnd: () => {
        clearTimeout(life);
        this.#streams.delete(stream);
        if (this.#streams.size === 0) clearInterval(this.#heartbeat);
      },
    });
    if (this.#streams.size === 0) this.#startHeartbeat();
    this.#streams.add(stream);
    if (session !== undefined) this.#sessions.set(stream, session);
    const missed = lastEventId === undefined ? [] : this.#log.after(lastEventId);
    stream.sendRetry(RETRY_MS);
    if (missed) stream.sendMissed(missed.filter((changeEvent) => stream.isFor(changeEvent)));
    stream.send(this.#position(missed ? "ready" : "resync"));
    return stream.body;
  }

  end(): void {
    this.#isEnding = true;
    this.#stopListening?.();
    for (const stream of this.#streams) stream.end();
  }

  #endSession(hash: string): void {
    for (const stream of this.#streams) if (this.#sessions.get(stream) === hash) stream.end();
  }

  #position(event: "ready" | "resync") {
    return { event, data: "{}", id: this.#log.latest };
  }

  #startHeartbeat(): void {
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#streams) stream.send({ event: "heartbeat", data: "{}" });
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }
}

/** Only callers with RECORDS:READ receive these. Flows may put record data into `flow.event`. */
const OF_RECORDS: ReadonlySet<string> = new Set(["records.changed", "flow.event"]);

function isFor(caller: EventStreamRequest["caller"], { organizationId, event }: ChangeEvent): boolean {
  if (organizationId !== caller.organizationId) return false;
  return !OF_RECORDS.has(event) || isScopeGrantedToCaller(caller, "RECORDS:READ");
}

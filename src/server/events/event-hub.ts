import { ApiFailure } from "#server/api-failure.ts";
import type { News, NewsListener } from "#server/store/news.ts";
import type { Store } from "#server/store/store.ts";
import { EventLog } from "./event-log.ts";
import { EventStream } from "./event-stream.ts";

const MAX_STREAMS = 1000;
/** Under the 30 s after which the most impatient proxies give a silent connection up. */
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1000;
/** Who may hear is asked when a stream begins, so none goes on for longer than this, half as long again at most. */
const LIFE_MS = 4 * 60_000;
/** What a page reads together with its first position may have been read this much earlier. */
const READ_TOGETHER_MS = 10_000;

export interface StreamRequest {
  readonly organizationId: string;
  readonly lastEventId: string | undefined;
  readonly disconnect: () => void;
}

/** Hands the store's news on to whoever listens over HTTP, each within their organisation. */
export class EventHub implements NewsListener {
  readonly #streams = new Set<EventStream>();
  readonly #log = new EventLog(performance.now());
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #stopListening: (() => void) | undefined;
  #isEnding = false;

  async listenTo(store: Pick<Store, "listen">): Promise<void> {
    this.#stopListening = await store.listen(this);
  }

  readonly onNews = (news: News): void => {
    this.#log.add(news, performance.now());
    for (const stream of this.#streams) if (isFor(stream, news)) stream.send(news);
  };

  readonly onGap = (): void => {
    this.#log.forget(performance.now());
    for (const stream of this.#streams) stream.send(this.#position("resync"));
  };

  /** How many are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /** What to name as the last event so that nothing is missed that a page may not have read by now. */
  get recentPosition(): string | undefined {
    return this.#log.before(performance.now() - READ_TOGETHER_MS);
  }

  /** Begins a stream that goes on from `lastEventId`. 503 when there are too many, or the server is about to stop. */
  open({ organizationId, lastEventId, disconnect }: StreamRequest): ReadableStream<Uint8Array> {
    if (this.#isEnding || this.#streams.size >= MAX_STREAMS) {
      throw new ApiFailure(503, "No more streams of events can be served now.", [], {
        headers: { "retry-after": "30" },
      });
    }
    const life = setTimeout(() => stream.end(), LIFE_MS * (1 + Math.random() / 2));
    life.unref();
    const stream = new EventStream({
      organizationId,
      disconnect,
      onEnd: () => {
        clearTimeout(life);
        this.#streams.delete(stream);
        if (this.#streams.size === 0) clearInterval(this.#heartbeat);
      },
    });
    if (this.#streams.size === 0) this.#startHeartbeat();
    this.#streams.add(stream);
    const missed = lastEventId === undefined ? [] : this.#log.after(lastEventId);
    stream.sendRetry(RETRY_MS);
    const owed = missed?.filter((news) => isFor(stream, news));
    // Whoever were sent more than may wait would be cut off, and would come back for the same again and again.
    const isWhole = owed !== undefined && stream.hasRoomFor(owed);
    if (isWhole) stream.send(...owed);
    stream.send(this.#position(isWhole ? "ready" : "resync"));
    return stream.body;
  }

  /** Ends every stream, and lets no other begin. */
  end(): void {
    this.#isEnding = true;
    this.#stopListening?.();
    for (const stream of this.#streams) stream.end();
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

function isFor(stream: EventStream, news: News): boolean {
  return stream.organizationId === news.organizationId;
}

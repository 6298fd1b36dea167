import { safeParse } from "zod/v4/core";
import { localEndpoints } from "#contract/local-endpoints.ts";
import { serverEvents } from "#contract/events.ts";
import { NetworkError } from "./api-error.ts";
import type { connection } from "./connection.ts";

type EventName = Exclude<keyof typeof serverEvents, "heartbeat">;

/** An event as the server sent it; plain data, so that it can be handed on to other tabs. */
export interface HeardEvent {
  readonly name: EventName;
  /** Where to go on from after this one. */
  readonly id: string;
  readonly data: unknown;
}

export interface ServerStreamOptions {
  /** The last event that is known: the stream goes on after it. */
  readonly since: string | undefined;
  readonly onHeard: (event: HeardEvent) => void;
  /** The server answered, but not with a stream: it may no longer know us. */
  readonly onRefused: () => void;
  readonly connection: Pick<typeof connection, "isOffline" | "report" | "subscribe">;
  readonly openSource?: (url: string) => EventSource;
}

const FIRST_DELAY_MS = 1000;
const LAST_DELAY_MS = 30_000;
/** Three heartbeats of the server's: a stream that is silent for longer is dead, though nobody said so. */
const SILENCE_MS = 45_000;

/**
 * The server's stream of events, opened again whenever it ends. A browser would do so by itself, but not after an answer
 * such as 401 or 503, not after a silence, and not with our knowledge of whether there is a server at all.
 */
export class ServerStream {
  readonly #options: ServerStreamOptions;
  #since: string | undefined;
  #source: EventSource | undefined;
  #hasBegun = false;
  #delayMs = FIRST_DELAY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #leaveConnection: () => void;

  constructor(options: ServerStreamOptions) {
    this.#options = options;
    this.#since = options.since;
    this.#leaveConnection = options.connection.subscribe(() => {
      if (!this.#source && !options.connection.isOffline()) this.#openLater(FIRST_DELAY_MS);
    });
    this.#open();
  }

  close(): void {
    this.#leaveConnection();
    this.#drop();
  }

  #open(): void {
    this.#drop();
    // Whoever finds the server again says so, and that opens this too.
    if (this.#options.connection.isOffline()) return;
    const { path } = localEndpoints.streamEvents;
    const query = this.#since === undefined ? "" : `?${new URLSearchParams({ lastEventId: this.#since })}`;
    const source = (this.#options.openSource ?? defaultSource)(`${path}${query}`);
    this.#source = source;
    this.#hasBegun = false;
    for (const name of Object.keys(serverEvents) as (keyof typeof serverEvents)[])
      source.addEventListener(name, (event: MessageEvent<string>) => this.#hear(name, event));
    source.addEventListener("error", () => this.#fail(source.readyState === CLOSED));
    this.#awaitSign();
  }

  #hear(name: keyof typeof serverEvents, { data, lastEventId }: MessageEvent<string>): void {
    this.#awaitSign();
    if (name === "heartbeat") return;
    const isPosition = name === "ready" || name === "resync";
    if (isPosition) {
      this.#hasBegun = true;
      this.#delayMs = FIRST_DELAY_MS;
      this.#options.connection.report(undefined);
    }
    // What began nowhere has missed whatever came before, and what this release cannot read is as good as missed.
    const parsed = parse(data);
    const isLost = isPosition ? this.#since === undefined : !safeParse(serverEvents[name], parsed).success;
    this.#since = lastEventId;
    this.#options.onHeard(
      isLost ? { name: "resync", id: lastEventId, data: {} } : { name, id: lastEventId, data: parsed },
    );
  }

  #fail(isRefused: boolean): void {
    const { connection, onRefused } = this.#options;
    const hadBegun = this.#hasBegun;
    this.#drop();
    this.#openLater(this.#delayMs);
    if (hadBegun) return;
    this.#delayMs = Math.min(this.#delayMs * 2, LAST_DELAY_MS);
    if (isRefused) onRefused();
    else connection.report(new NetworkError("The stream of events did not begin"));
  }

  /** Not all tabs of all people at once: a server that starts again would have them all in the same moment. */
  #openLater(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), delayMs * (0.5 + Math.random()));
  }

  #awaitSign(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), SILENCE_MS);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }
}

/** `EventSource.CLOSED`: the answer was no stream, so the browser does not try again. */
const CLOSED = 2;

const defaultSource = (url: string) => new EventSource(url);

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

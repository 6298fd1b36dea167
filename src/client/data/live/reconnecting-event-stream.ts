import { parseJson } from "#core/json/json.ts";
import { safeParse } from "zod/v4/core";
import { eventEndpoints, serverEventSchemas } from "#contract/events.ts";
import { NetworkError } from "#client/data/api/api-error.ts";
import type { serverReachabilityTracker } from "#client/data/api/server-reachability.ts";

type EventName = Exclude<keyof typeof serverEventSchemas, "heartbeat">;

/** An event from the server, as plain data so that `postMessage` can forward it to other tabs. */
export interface ServerEventMessage {
  readonly name: EventName;
  readonly id: string;
  readonly data: unknown;
}

export interface ReconnectingStreamOptions {
  readonly since: string | undefined;
  readonly identity?: string | undefined;
  readonly onHeard: (event: ServerEventMessage) => void;
  readonly onRefused: () => void;
  readonly connection: Pick<typeof serverReachabilityTracker, "isOffline" | "report" | "subscribe">;
  readonly openSource?: (url: string) => EventSource;
}

const FIRST_DELAY_MS = 1000;
const LAST_DELAY_MS = 30_000;
/** Milliseconds without data after which the connection counts as dead: the time of three heartbeats. */
const SILENCE_MS = 45_000;

/** `EventSource` gives up on responses such as 401 or 503 and does not detect silent streams. */
export class ReconnectingEventStream {
  readonly #options: ReconnectingStreamOptions;
  #since: string | undefined;
  #source: EventSource | undefined;
  #hasBegun = false;
  #delayMs = FIRST_DELAY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #leaveConnection: () => void;

  constructor(options: ReconnectingStreamOptions) {
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
    if (this.#options.connection.isOffline()) return;
    const { path } = eventEndpoints.streamEvents;
    const query = new URLSearchParams();
    if (this.#since !== undefined) query.set("lastEventId", this.#since);
    if (this.#options.identity !== undefined) query.set("identity", this.#options.identity);
    const source = (this.#options.openSource ?? defaultSource)(query.size > 0 ? `${path}?${query}` : path);
    this.#source = source;
    this.#hasBegun = false;
    for (const name of Object.keys(serverEventSchemas) as (keyof typeof serverEventSchemas)[])
      source.addEventListener(name, (event: MessageEvent<string>) => this.#hear(name, event));
    source.addEventListener("error", () => this.#fail(source.readyState === CLOSED));
    this.#restartSilenceTimer();
  }

  #hear(name: keyof typeof serverEventSchemas, { data, lastEventId }: MessageEvent<string>): void {
    this.#restartSilenceTimer();
    if (name === "heartbeat") return;
    const isPosition = name === "ready" || name === "resync";
    if (isPosition) {
      this.#hasBegun = true;
      this.#delayMs = FIRST_DELAY_MS;
      this.#options.connection.report(undefined);
    }
    // The stream has started without a resume position, or the event cannot be parsed: events may be missing.
    const parsed = parseJson(data);
    const isLost = isPosition
      ? this.#since === undefined
      : !safeParse(serverEventSchemas[name], parsed).success;
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

  /** Adds jitter, so that clients do not all reconnect to a restarted server at once. */
  #openLater(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), delayMs * (0.5 + Math.random()));
  }

  #restartSilenceTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), SILENCE_MS);
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }
}

/** `EventSource.CLOSED`: the response was not an event stream, so the browser does not retry. */
const CLOSED = 2;

const defaultSource = (url: string) => new EventSource(url);

import type { ChangeEvent } from "#server/store/change-listeners.ts";

/** Unread bytes above which a client is disconnected. Missed events are written as the client reads. */
const MAX_WAITING_BYTES = 64 * 1024;

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}

interface EventStreamOptions {
  readonly isFor: (changeEvent: ChangeEvent) => boolean;
  /** Merely ending the stream would wait for a client that does not read. */
  readonly disconnect: () => void;
  readonly onEnd: () => void;
}

/** A response with server-sent events. Disconnects a client that does not read, to limit the memory for its queue. */
export class EventStream {
  readonly isFor: (changeEvent: ChangeEvent) => boolean;
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: EventStreamOptions;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #missed: readonly ServerSentEvent[] = [];
  /** Events that must follow the missed ones. */
  #later: string[] = [];

  constructor(options: EventStreamOptions) {
    this.isFor = options.isFor;
    this.#options = options;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#writeMissed(),
        cancel: () => this.#forget(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
    );
  }

  send(event: ServerSentEvent): void {
    if (this.#missed.length === 0) {
      this.#write(format(event));
      return;
    }
    this.#later.push(format(event));
    const waiting = this.#later.reduce((sum, text) => sum + text.length, 0);
    if (waiting > MAX_WAITING_BYTES) this.#disconnect();
  }

  /** Sends events that the client missed, before all others and as fast as the client reads. */
  sendMissed(events: readonly ServerSentEvent[]): void {
    this.#missed = events;
    this.#writeMissed();
  }

  sendRetry(milliseconds: number): void {
    this.#write(`retry: ${milliseconds}\n\n`);
  }

  end(): void {
    this.#controller?.close();
    this.#forget();
  }

  #write(text: string): void {
    if (!this.#controller) return;
    this.#controller.enqueue(this.#encoder.encode(text));
    if ((this.#controller.desiredSize ?? 0) <= 0) this.#disconnect();
  }

  #writeMissed(): void {
    if (!this.#controller || this.#missed.length === 0) return;
    let count = 0;
    // Fills half of the queue, so that a new event still fits in.
    for (const event of this.#missed) {
      if ((this.#controller.desiredSize ?? 0) < MAX_WAITING_BYTES / 2) break;
      this.#controller.enqueue(this.#encoder.encode(format(event)));
      count += 1;
    }
    this.#missed = this.#missed.slice(count);
    if (this.#missed.length > 0) return;
    const later = this.#later.join("");
    this.#later = [];
    if (later !== "") this.#write(later);
  }

  #disconnect(): void {
    this.end();
    this.#options.disconnect();
  }

  #forget(): void {
    this.#missed = [];
    this.#later = [];
    if (!this.#controller) return;
    this.#controller = undefined;
    this.#options.onEnd();
  }
}

function format({ event, data, id }: ServerSentEvent): string {
  return `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}

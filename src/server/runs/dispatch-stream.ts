import type { NumberedDispatchEvent } from "./dispatch-events.ts";

const PING_MS = 15_000;
const MAX_WAITING_BYTES = 256 * 1024;
const SLOW_READER_TIMEOUT_MS = 60_000;

export function formatDispatchEvent({ type, json }: NumberedDispatchEvent): string {
  return `event: ${type}\ndata: ${json}\n\n`;
}

/** Streams the texts of events, and pings between them. */
export class DispatchEventResponseStream {
  readonly body: ReadableStream<Uint8Array>;
  onCancel: () => void = () => undefined;
  readonly #encoder = new TextEncoder();
  readonly #ping: ReturnType<typeof setInterval>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #hasRoom: () => void = () => undefined;

  constructor(ping: () => string) {
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#hasRoom(),
        cancel: () => {
          this.#release();
          this.onCancel();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
    );
    this.#ping = setInterval(() => this.#write(ping()), PING_MS);
    this.#ping.unref();
  }

  /** Sends an event. Resolves when the queue has room or the client has disconnected. */
  async send(event: string): Promise<void> {
    this.#write(event);
    if (!this.#controller || (this.#controller.desiredSize ?? 0) > 0) return;
    const timeout = setTimeout(() => this.#giveUp(), SLOW_READER_TIMEOUT_MS);
    await new Promise<void>((resolve) => {
      this.#hasRoom = resolve;
    });
    clearTimeout(timeout);
  }

  /** Call this before the last event gets its number, or a ping with a higher one could precede it. */
  stopPings(): void {
    clearInterval(this.#ping);
  }

  end(): void {
    this.#controller?.close();
    this.#release();
  }

  #giveUp(): void {
    this.#controller?.error(new Error("the client reads too slowly"));
    this.#release();
    this.onCancel();
  }

  #write(event: string): void {
    this.#controller?.enqueue(this.#encoder.encode(event));
  }

  #release(): void {
    this.stopPings();
    this.#controller = undefined;
    this.#hasRoom();
  }
}

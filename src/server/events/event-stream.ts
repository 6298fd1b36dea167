/** What may wait for one reader. An event has some 300 bytes, so whoever is this far behind does not read. */
const MAX_WAITING_BYTES = 64 * 1024;
const SHORT_WORD_BYTES = 512;

export interface StreamEvent {
  readonly event: string;
  /** JSON text. */
  readonly data: string;
  readonly id?: string;
}

interface EventStreamOptions {
  readonly organizationId: string;
  /** Cuts the connection: what waits for a reader who does not read never gets out. */
  readonly disconnect: () => void;
  /** The stream is over, whoever ended it. */
  readonly onEnd: () => void;
}

/** One answer of server-sent events. A reader who does not read is cut off instead of being waited for. */
export class EventStream {
  readonly organizationId: string;
  readonly body: ReadableStream<Uint8Array>;
  readonly #options: EventStreamOptions;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor(options: EventStreamOptions) {
    this.organizationId = options.organizationId;
    this.#options = options;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.#forget(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
    );
  }

  send(...events: readonly StreamEvent[]): void {
    this.#write(events.map(format).join(""));
  }

  /** Whether these can wait for the reader together, with a short word after them. */
  hasRoomFor(events: readonly StreamEvent[]): boolean {
    const room = this.#controller?.desiredSize ?? 0;
    return Buffer.byteLength(events.map(format).join("")) + SHORT_WORD_BYTES < room;
  }

  /** How long a browser waits before it comes back by itself. */
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
    if ((this.#controller.desiredSize ?? 0) > 0) return;
    this.end();
    this.#options.disconnect();
  }

  #forget(): void {
    if (!this.#controller) return;
    this.#controller = undefined;
    this.#options.onEnd();
  }
}

function format({ event, data, id }: StreamEvent): string {
  return `event: ${event}\n${id === undefined ? "" : `id: ${id}\n`}data: ${data}\n\n`;
}

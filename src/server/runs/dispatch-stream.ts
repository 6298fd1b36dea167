import type { NamedEvent } from "./dispatch-events.ts";

const PING_MS = 15_000;
/** What may wait for a reader before the run waits for them. */
const MAX_WAITING_BYTES = 256 * 1024;
/** How long a run waits for a reader who does not read. */
const PATIENCE_MS = 60_000;

/** One answer of server-sent events, as fast as its reader takes them. */
export class DispatchStream {
  readonly body: ReadableStream<Uint8Array>;
  /** The reader went away. */
  onCancel: () => void = () => undefined;
  readonly #encoder = new TextEncoder();
  readonly #ping: ReturnType<typeof setInterval>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #hasRoom: () => void = () => undefined;

  constructor() {
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#hasRoom(),
        cancel: () => {
          this.#forget();
          this.onCancel();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_WAITING_BYTES }),
    );
    this.#ping = setInterval(() => this.#write("ping", { type: "ping" }), PING_MS);
    this.#ping.unref();
  }

  /** Resolves when there is room for more; at once where nobody reads any more. */
  async send({ type, data }: NamedEvent): Promise<void> {
    this.#write(type, data);
    if (!this.#controller || (this.#controller.desiredSize ?? 0) > 0) return;
    const patience = setTimeout(() => this.#giveUp(), PATIENCE_MS);
    await new Promise<void>((resolve) => {
      this.#hasRoom = resolve;
    });
    clearTimeout(patience);
  }

  end(): void {
    this.#controller?.close();
    this.#forget();
  }

  #giveUp(): void {
    this.#controller?.error(new Error("the reader does not read"));
    this.#forget();
    this.onCancel();
  }

  #write(event: string, data: object): void {
    this.#controller?.enqueue(this.#encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  }

  #forget(): void {
    clearInterval(this.#ping);
    this.#controller = undefined;
    this.#hasRoom();
  }
}

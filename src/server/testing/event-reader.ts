export interface ReceivedServerSentEvent {
  readonly event: string;
  readonly id: string | undefined;
  /** The parsed data, as `any` to keep assertions short. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

export class ServerSentEventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** Returns the next event, or undefined at the end of the stream. Rejects if the stream was cut. */
  async next(): Promise<ReceivedServerSentEvent | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const event = parse(block);
        if (event) return event;
      } else {
        const part = await this.#reader.read();
        if (part.done) return undefined;
        this.#text += this.#decoder.decode(part.value, { stream: true });
      }
    }
  }

  async take(count: number): Promise<readonly (ReceivedServerSentEvent | undefined)[]> {
    const events: (ReceivedServerSentEvent | undefined)[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

/** Parses one block of the event stream; undefined for a block without data, such as `retry:`. */
function parse(block: string): ReceivedServerSentEvent | undefined {
  const lines = block.split("\n").map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)] as const;
  });
  const fields = new Map(lines);
  const data = fields.get("data");
  if (data === undefined) return undefined;
  return { event: fields.get("event") ?? "message", id: fields.get("id"), data: JSON.parse(data) };
}

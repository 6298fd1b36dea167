export interface HeardEvent {
  readonly event: string;
  readonly id: string | undefined;
  /** The parsed data, to be read without ceremony. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

/** Reads server-sent events one by one, as they come. */
export class EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** The next event, or undefined at the end of the stream. Rejects when it was cut. */
  async next(): Promise<HeardEvent | undefined> {
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

  async take(count: number): Promise<readonly (HeardEvent | undefined)[]> {
    const events: (HeardEvent | undefined)[] = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

/** Undefined for a block without data, such as one that only says when to come back. */
function parse(block: string): HeardEvent | undefined {
  const lines = block.split("\n").map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)] as const;
  });
  const fields = new Map(lines);
  const data = fields.get("data");
  if (data === undefined) return undefined;
  return { event: fields.get("event") ?? "message", id: fields.get("id"), data: JSON.parse(data) };
}

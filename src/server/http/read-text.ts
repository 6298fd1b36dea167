import { FLOW_LIMITS } from "#contract/flow.ts";
import { HttpError, createBadRequestError } from "./http-error.ts";
import type { BodyMemoryReservation } from "./body-budget.ts";

export async function readBodyText(
  request: Request,
  lease?: BodyMemoryReservation,
  limit: number = FLOW_LIMITS.bytes,
): Promise<string> {
  const bytes = await readBodyBytes(request, limit, lease);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw createBadRequestError("The body is not valid UTF-8.", {
      message: "Send JSON in UTF-8.",
      code: "MALFORMED_JSON",
    });
  }
}

/** Throws 413 if it is too long, 408 if the client stops, 503 if the memory budget is exhausted. */
export async function readBodyBytes(
  request: Request,
  limit: number,
  lease?: BodyMemoryReservation,
): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (!request.body) return Buffer.alloc(0);
  const blocks = new BodyBlocks();
  const reader = request.body.getReader();
  for (let part = await readPart(reader, lease); !part.done; part = await readPart(reader, lease)) {
    lease?.take(part.value.byteLength);
    if (blocks.size + part.value.byteLength > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    blocks.add(part.value);
  }
  return blocks.join();
}

const SMALLEST_BLOCK = 4096;

/** A client may send single bytes, each held as an object. At most twice the received bytes. */
export class BodyBlocks {
  readonly #full: Buffer[] = [];
  #last = Buffer.alloc(0);
  #used = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get count(): number {
    return this.#full.length + 1;
  }

  add(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.byteLength) {
      if (this.#used === this.#last.byteLength) this.#grow(chunk.byteLength - at);
      const part = chunk.subarray(at, at + this.#last.byteLength - this.#used);
      this.#last.set(part, this.#used);
      this.#used += part.byteLength;
      this.#size += part.byteLength;
      at += part.byteLength;
    }
  }

  join(): Buffer<ArrayBuffer> {
    return Buffer.concat([...this.#full, this.#last.subarray(0, this.#used)]);
  }

  #grow(needed: number): void {
    if (this.#used > 0) this.#full.push(this.#last);
    this.#last = Buffer.allocUnsafeSlow(Math.max(SMALLEST_BLOCK, this.#size, needed));
    this.#used = 0;
  }
}

/** Milliseconds by which a timer must be late to show that the event loop was blocked. */
const LATE_MS = 500;

/** Throws a 400 if the client disconnects: any other error would be logged as a server error. */
async function readPart(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  lease: BodyMemoryReservation | undefined,
) {
  let timer: NodeJS.Timeout | undefined;
  const idle = new Promise<never>((_, reject) => {
    if (!lease) return;
    const { idleMs } = lease;
    // Waits again if the event loop was blocked: bytes that arrived meanwhile have not been read yet.
    const wait = () => {
      const due = performance.now() + idleMs;
      timer = setTimeout(
        () => (performance.now() > due + LATE_MS ? wait() : reject(tooSlow(idleMs))),
        idleMs,
      );
    };
    wait();
  });
  try {
    return await Promise.race([reader.read(), idle]);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw createBadRequestError("The body ended early.", {
      message: "Send the whole body.",
      code: "MALFORMED_JSON",
    });
  } finally {
    clearTimeout(timer);
  }
}

function tooSlow(ms: number): HttpError {
  const message = `No data for ${ms / 1000} s.`;
  return new HttpError(408, message, [{ message, code: "BODY_TOO_SLOW" }], {
    headers: { connection: "close" },
  });
}

function tooLarge(limit: number): HttpError {
  const message = `The body is larger than ${limit} bytes.`;
  return new HttpError(413, message, [{ message, code: "BODY_TOO_LARGE" }], {
    headers: { connection: "close" },
  });
}

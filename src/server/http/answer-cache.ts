import { createHash } from "node:crypto";
import { type EndpointHandlerResponse, serializeAnswerBody } from "./answer.ts";
import { MIN_COMPRESSED_LENGTH, acceptsGzip, gzipJson } from "./compressed-response.ts";

const MAX_BYTES = 32 * 1024 * 1024;
/** Maximum share of the cache for one answer; a larger answer is not cached. */
const MAX_SHARE = 1 / 8;
/** Estimated bytes of an entry besides its body and its key. */
const ENTRY_BYTES = 500;

/** A successful JSON answer as bytes, for every encoding in which it was sent. */
export interface CachedAnswer {
  /** The value of `Store.flowChanges`, read before the answer's data. */
  readonly changes: number | undefined;
  /** The entity tag without quotes; undefined on a server without extensions. */
  readonly tag: string | undefined;
  readonly body: Uint8Array<ArrayBuffer>;
  gzip?: Promise<Uint8Array<ArrayBuffer>>;
}

/** Limits their bytes, and evicts the least recently used answers first. */
export class AnswerCache {
  readonly #maxBytes: number;
  readonly #answers = new Map<string, { readonly answer: CachedAnswer; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string, changes: number): CachedAnswer | undefined {
    const entry = this.#answers.get(key);
    if (!entry) return undefined;
    this.#answers.delete(key);
    if (entry.answer.changes === changes) {
      this.#answers.set(key, entry);
      return entry.answer;
    }
    this.#bytes -= entry.bytes;
    return undefined;
  }

  add(key: string, answer: CachedAnswer): void {
    this.#remove(key);
    const bytes = ENTRY_BYTES + 2 * key.length + answer.body.byteLength;
    if (bytes > this.#maxBytes * MAX_SHARE) return;
    this.#answers.set(key, { answer, bytes });
    this.#bytes += bytes;
    this.#evict();
  }

  /** Compresses an answer at most once, and counts the compressed bytes. */
  compress(key: string, answer: CachedAnswer): Promise<Uint8Array<ArrayBuffer>> {
    answer.gzip ??= gzipJson(answer.body).then((packed) => {
      const entry = this.#answers.get(key);
      if (entry?.answer === answer) {
        entry.bytes += packed.byteLength;
        this.#bytes += packed.byteLength;
        this.#evict();
      }
      return packed;
    });
    return answer.gzip;
  }

  #evict(): void {
    for (const key of this.#answers.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#remove(key);
    }
  }

  #remove(key: string): void {
    this.#bytes -= this.#answers.get(key)?.bytes ?? 0;
    this.#answers.delete(key);
  }
}

/** The entity tag has a hash besides the version token, which stays when tags, runs or a publish change. */
export function encodeAnswer(
  answer: EndpointHandlerResponse,
  { changes, isTagged }: { readonly changes: number | undefined; readonly isTagged: boolean },
): CachedAnswer {
  const body = Buffer.from(serializeAnswerBody(answer) ?? "");
  if (!isTagged) return { changes, tag: undefined, body };
  const hash = createHash("sha1").update(body).digest("base64url");
  const token = answer.headers?.["etag"]?.replaceAll('"', "");
  return { changes, tag: token === undefined ? hash : `${token}.${hash}`, body };
}

interface ConditionalHeaders {
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

interface EncodedResponse {
  readonly status: 200 | 304;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns the answer in an encoding that the client accepts, or 304 if the client has it. */
export async function selectEncodedResponse(
  answer: CachedAnswer,
  { acceptEncoding, ifNoneMatch }: ConditionalHeaders,
  compress: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<EncodedResponse> {
  const { tag, body } = answer;
  const isLong = body.byteLength >= MIN_COMPRESSED_LENGTH;
  const isPacked = isLong && acceptsGzip(acceptEncoding);
  const headers = {
    "cache-control": tag === undefined ? "private, no-store" : "private, no-cache",
    // Makes the tag of a compressed body weak: a strong tag must not identify two encodings of a response.
    ...(tag !== undefined && { etag: isPacked ? `W/"${tag}"` : `"${tag}"` }),
    ...(isLong && { vary: "accept-encoding" }),
  };
  if (tag !== undefined && hasCurrentAnswer(ifNoneMatch, tag)) return { status: 304, body: null, headers };
  const sent = isPacked ? await compress() : body;
  return {
    status: 200,
    body: sent,
    headers: {
      ...headers,
      ...(isPacked && { "content-encoding": "gzip" }),
      "content-type": "application/json; charset=utf-8",
      "content-length": String(sent.byteLength),
    },
  };
}

/** Whether the client has the answer. Compares weakly, and ignores suffixes that compressing proxies add. */
function hasCurrentAnswer(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((part) => {
    const text = part.trim();
    return text === "*" || text.replace(/^W\//, "").replace(/-(?:gzip|br)"$/, '"') === `"${tag}"`;
  });
}

import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { type EndpointHandlerResponse, createJsonResponse, serializeAnswerBody } from "./answer.ts";

/** Minimum characters of a compressed body: for a shorter one, compression takes longer than it saves. */
export const MIN_COMPRESSED_LENGTH = 4_096;

/** Holds most compressed bodies, because the thread pool returns to this thread for each block. */
const BLOCK_BYTES = 65_536;

const gzipInThreadPool = promisify(gzip);

/** Compresses a long JSON body if the client accepts gzip, because a mobile network is slower than any compression. */
export async function toCompressedResponse(
  answer: EndpointHandlerResponse,
  acceptEncoding: string | undefined,
): Promise<Response> {
  const body = serializeAnswerBody(answer);
  if (body === undefined || body.length < MIN_COMPRESSED_LENGTH || !acceptsGzip(acceptEncoding))
    return createJsonResponse(body, answer);
  const { etag } = answer.headers ?? {};
  const headers = {
    ...answer.headers,
    "content-encoding": "gzip",
    vary: "accept-encoding",
    // Makes the tag weak: a strong tag must not identify two encodings. `If-Match` accepts the weak form too.
    ...(etag?.startsWith('"') && { etag: `W/${etag}` }),
  };
  return createJsonResponse(await (answer.packed ?? gzipJson(body)), { ...answer, headers });
}

/** Begins to compress a body that {@link toCompressedResponse} will compress, while the caller waits for something else. */
export function startCompression(body: string | undefined, acceptEncoding: string | undefined) {
  if (body === undefined || body.length < MIN_COMPRESSED_LENGTH || !acceptsGzip(acceptEncoding)) return {};
  const packed = gzipJson(body);
  // The caller may fail meanwhile, and then never awaits it.
  packed.catch(() => undefined);
  return { packed };
}

/** Compresses at the fastest level: flows and lists repeat so much that higher levels gain little. */
export async function gzipJson(body: string | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    await gzipInThreadPool(body, { level: constants.Z_BEST_SPEED, chunkSize: BLOCK_BYTES }),
  );
}

export function acceptsGzip(acceptEncoding = ""): boolean {
  return acceptEncoding.split(",").some((entry) => {
    const [coding = "", quality = ""] = entry.split(";").map((part) => part.trim().toLowerCase());
    return coding === "gzip" && !/^q=0(?:\.0*)?$/.test(quality);
  });
}

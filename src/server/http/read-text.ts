import { FLOW_LIMITS } from "#contract/flow.ts";
import { ApiFailure, invalid } from "#server/api-failure.ts";

/** The body's text, or 400 if it is not UTF-8. */
export async function readText(request: Request, limit: number = FLOW_LIMITS.bytes): Promise<string> {
  const bytes = await readBytes(request, limit);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalid("The body is not valid UTF-8.", { message: "Send JSON in UTF-8.", code: "MALFORMED_JSON" });
  }
}

/** The body. 413 as soon as it is known to be too long, whatever `Content-Length` says. */
export async function readBytes(request: Request, limit: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (let part = await readPart(reader); !part.done; part = await readPart(reader)) {
    size += part.value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks);
}

/** A client that goes away while it sends is no fault of the server's. */
async function readPart(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch {
    throw invalid("The body ended early.", { message: "Send the whole body.", code: "MALFORMED_JSON" });
  }
}

function tooLarge(limit: number): ApiFailure {
  const message = `The body is larger than ${limit} bytes.`;
  return new ApiFailure(413, message, [{ message, code: "BODY_TOO_LARGE" }], {
    headers: { connection: "close" },
  });
}

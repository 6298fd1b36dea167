import { HttpError } from "./http-error.ts";
import type { BodyMemoryReservation } from "./body-budget.ts";
import { readBodyBytes } from "./read-text.ts";

export const MAX_FORM_OVERHEAD_BYTES = 64 * 1024;
const MAX_PARTS = 20;
const HEAD_BYTES = 16 * 1024;
/** RFC 2046, 5.1.1, without spaces and escapes, which the parser would decode to another boundary. */
const BOUNDARY = /^[\w'()+,./:=?-]{1,70}$/;

/** Throws 413 for a file of more than `limit` bytes, 400 for a malformed form. */
export async function readMultipartForm(
  request: Request,
  limit: number,
  lease: BodyMemoryReservation,
): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    const message = "Send multipart/form-data, with the file in the field “file”.";
    throw new HttpError(400, "The body must be a form.", [{ message, code: "INVALID_TYPE" }]);
  }
  const bytes = await readBodyBytes(request, limit + MAX_FORM_OVERHEAD_BYTES, lease);
  if (!hasFewParts(bytes, type)) throw malformed();
  try {
    return await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    throw malformed();
  }
}

/** Checked before parsing, which takes seconds for hundreds of thousands of parts. */
function hasFewParts(bytes: Buffer, type: string): boolean {
  const [, quoted, plain] = /\bboundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(type) ?? [];
  const boundary = quoted ?? plain;
  // The parser would decode escapes and split the form at another boundary than the counted one.
  if (boundary === undefined || !BOUNDARY.test(boundary)) return false;
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  let parts = 1;
  for (let at = 0; at >= 0; at = bytes.indexOf(delimiter, at + 2)) {
    const hasHead = bytes.subarray(at, at + HEAD_BYTES).includes("\r\n\r\n");
    if (parts > MAX_PARTS || (!hasHead && at + HEAD_BYTES < bytes.length)) return false;
    parts += 1;
  }
  return true;
}

function malformed(): HttpError {
  const message = `The form is incomplete or has more than ${MAX_PARTS} parts.`;
  return new HttpError(400, "The form is not valid.", [{ message, code: "MALFORMED_FORM" }]);
}

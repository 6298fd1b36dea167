import { ApiFailure } from "#server/api-failure.ts";
import { readBytes } from "./read-text.ts";

/** What a form needs beside its file: the other fields and the lines between them. */
const FORM_BYTES = 64 * 1024;

/** A form (multipart/form-data) with a file of at most `limit` bytes. 413 for more, 400 for what is no form. */
export async function readForm(request: Request, limit: number): Promise<FormData> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    const message = "Send multipart/form-data, with the file in the field “file”.";
    throw new ApiFailure(400, "The body must be a form.", [{ message, code: "INVALID_TYPE" }]);
  }
  const bytes = await readBytes(request, limit + FORM_BYTES);
  try {
    return await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    const message = "The form does not parse; it may have ended early.";
    throw new ApiFailure(400, "The form is not valid.", [{ message, code: "MALFORMED_FORM" }]);
  }
}

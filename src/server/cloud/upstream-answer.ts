import { NOTHING_WRITTEN_HEADER } from "#contract/flow.ts";
import { type JsonObject, type JsonValue, isJsonObject, parseJson } from "#core/json/json.ts";
import type { CursorPage } from "#core/read-all-pages.ts";
import { HttpError } from "#server/http/http-error.ts";
import { UpstreamAnswerError } from "#server/http/upstream-answer-error.ts";

/** Headers of a response that no longer apply when its body is rewritten. */
const BODY_HEADERS = ["content-type", "content-length", "content-encoding", "etag", "last-modified"];

/** Whether the API itself answered that something does not exist. A proxy in between answers 404 without JSON. */
export async function isUpstreamNotFound(error: unknown): Promise<boolean> {
  if (!(error instanceof UpstreamAnswerError) || error.response.status !== 404) return false;
  return isJsonObject(parseJson(await error.response.clone().text()));
}

export interface UpstreamAnswer {
  readonly value: JsonObject;
  readonly text: string;
  readonly status: number;
  /** The headers that still apply if the body is rewritten. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads a response that must be a JSON object which `accepts` accepts. Throws `UpstreamAnswerError` for any other. */
export async function readUpstreamAnswer(
  response: Response,
  accepts: (value: JsonObject) => boolean,
): Promise<UpstreamAnswer> {
  const read = (json: JsonValue) => (isJsonObject(json) && accepts(json) ? json : undefined);
  const { value, text, headers } = await readUpstreamValue(response, read);
  return { value, text, status: response.status, headers };
}

/** Throws `UpstreamAnswerError` for an error, for no JSON, and if `read` returns undefined. */
export async function readUpstreamValue<T>(response: Response, read: (json: JsonValue) => T | undefined) {
  const text = await readText(response);
  const json = response.ok ? parseJson(text) : undefined;
  const value = json === undefined ? undefined : read(json);
  if (value === undefined) throw createAnswerError(response, text);
  const headers = new Headers(response.headers);
  for (const name of BODY_HEADERS) headers.delete(name);
  return { value, text, headers: Object.fromEntries(headers) };
}

/** Reads where the next page of a list begins. */
export function readPagination({ pagination }: JsonObject): CursorPage<unknown>["pagination"] {
  if (!isJsonObject(pagination)) return undefined;
  const { hasMore, nextCursor } = pagination;
  return {
    ...(typeof hasMore === "boolean" && { hasMore }),
    nextCursor: typeof nextCursor === "string" ? nextCursor : null,
  };
}

/** Throws `HttpError` 502 for a body that breaks off. A write may have been processed all the same. */
async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch {
    const message = "The response of the API broke off.";
    throw new HttpError(502, message, [{ message, code: "UPSTREAM_UNREACHABLE" }]);
  }
}

function createAnswerError(response: Response, text: string): UpstreamAnswerError {
  const { status } = response;
  const headers = new Headers(response.headers);
  // Decoding drops a byte order mark and replaces invalid bytes, so the length may differ.
  headers.delete("content-length");
  return new UpstreamAnswerError(
    new Response(status === 204 || status === 304 ? null : text, { status, headers }),
  );
}

/** Returns the error with a header that marks the request as not carried out. */
export function markAsUnwritten(error: unknown): unknown {
  const mark = { [NOTHING_WRITTEN_HEADER]: "1" };
  if (error instanceof UpstreamAnswerError) {
    const { body, status, headers } = error.response;
    return new UpstreamAnswerError(
      new Response(body, { status, headers: { ...Object.fromEntries(headers), ...mark } }),
    );
  }
  if (!(error instanceof HttpError)) return error;
  const { status, message, details, extra, headers } = error;
  return new HttpError(status, message, details, {
    ...(extra !== undefined && { extra }),
    headers: { ...headers, ...mark },
  });
}

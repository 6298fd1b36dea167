import type { Context } from "hono";
import { TAB_HEADER } from "#contract/events.ts";
import { SAVE_HEADER } from "#contract/flow.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { AppContext } from "./app-context.ts";

/** Headers that belong to one connection, or that would carry a browser's secrets to the upstream or back. */
const DROPPED = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
  "expect",
  "cookie",
  "set-cookie",
  "authorization",
  "x-api-key",
  TAB_HEADER,
  SAVE_HEADER,
  "origin",
  "referer",
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "accept-encoding",
  // These speak of the upstream's own address; to a browser they would speak of ours, or empty what it keeps for us.
  "alt-svc",
  "clear-site-data",
  "strict-transport-security",
];

const KEY_REFUSED = "x-server-key-refused";

/** `fetch` unpacks the body, so these no longer describe it. */
const UNPACKED = ["content-encoding", "content-length"];

/**
 * Cloud mode: hands a request for `/v1/…` to the one upstream, with the key added, and streams its answer back as it
 * is. The key is in no answer, log or error.
 */
export async function passThrough(app: AppContext, context: Context): Promise<Response> {
  const { upstream } = app.config;
  if (!upstream) throw new Error("there is no upstream");
  const { pathname, search } = new URL(context.req.url);
  if (!pathname.startsWith("/v1/") || /%2f|%5c|\\/i.test(pathname)) throw new ApiFailure(404, "Not found.");
  const { method, body, signal } = context.req.raw;
  const headers = keepHeaders(context.req.raw.headers, "sec-");
  headers.set("authorization", `Bearer ${upstream.key}`);
  try {
    const hasBody = method !== "GET" && method !== "HEAD" && body !== null;
    const options: RequestInit = {
      method,
      headers,
      redirect: "manual",
      signal,
      ...(hasBody && { body, duplex: "half" }),
    };
    const answer = await fetch(`${upstream.url}${pathname}${search}`, options);
    const kept = keepHeaders(answer.headers, "access-control-");
    if (answer.headers.has("content-encoding")) for (const name of UNPACKED) kept.delete(name);
    // The browser has to know that signing in there would not help: it is this server's key that was refused.
    kept.delete(KEY_REFUSED);
    if (answer.status === 401) kept.set(KEY_REFUSED, "1");
    return new Response(answer.body, { status: answer.status, headers: kept });
  } catch (error) {
    if (signal.aborted) throw error;
    app.logger.warn({ code: causeCode(error) }, "the upstream API did not answer");
    const message = `${new URL(upstream.url).host} did not answer.`;
    throw new ApiFailure(502, message, [{ message, code: "UPSTREAM_UNREACHABLE" }]);
  }
}

/** The scope that a path of the API needs where this server demands keys of its own. */
export function scopeOf(method: string, path: string): string {
  const action = method === "GET" || method === "HEAD" ? "READ" : "WRITE";
  if (/^\/v1\/flow(?:s|-versions|-steps)(?:\/|$)/.test(path)) return `FLOWS:${action}`;
  // The upstream asks nobody for a key there, but is sent this server's with every request.
  if (/^\/v1\/public\/flows(?:\/|$)/.test(path)) return "FLOWS:READ";
  if (/^\/v1\/records(?:\/|$)/.test(path)) return `RECORDS:${action}`;
  return "*";
}

function keepHeaders(from: Headers, droppedPrefix: string): Headers {
  const kept = new Headers(from);
  const named = from.get("connection")?.split(",") ?? [];
  for (const name of [...DROPPED, ...named.map((name) => name.trim()).filter(Boolean)]) kept.delete(name);
  for (const name of Array.from(kept.keys())) if (name.startsWith(droppedPrefix)) kept.delete(name);
  return kept;
}

function causeCode(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
}

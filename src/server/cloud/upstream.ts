import {
  PAGE_USER_IDENTITY_HEADER,
  SERVER_KEY_REFUSED_HEADER,
  UPSTREAM_HOST_HEADER,
} from "#contract/local.ts";
import type { ServerConfig } from "#server/config/config.ts";
import type { ServerLogger } from "#server/telemetry/create-logger.ts";
import { HttpError } from "#server/http/http-error.ts";
import { KeyMasker } from "./key-masker.ts";

/** Further headers could change what the upstream does with the server's key. */
const FORWARDED = [
  "accept",
  "accept-language",
  "content-encoding",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "last-event-id",
  "user-agent",
  "x-persona-version",
];

/** Response headers that are not forwarded, because they describe the upstream's connection, address or cookies. */
const DROPPED = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "set-cookie",
  "alt-svc",
  "clear-site-data",
  "refresh",
  "strict-transport-security",
  PAGE_USER_IDENTITY_HEADER,
  SERVER_KEY_REFUSED_HEADER,
  UPSTREAM_HOST_HEADER,
];

/** Response headers that no longer apply after `fetch` has decompressed the body. */
const UNPACKED = ["content-encoding", "content-length"];

/** Encoded separators and dot segments, which could name another resource than the one whose scopes were checked. */
const UNSAFE_PATH = /%2f|%5c|\\|\/(?:\.|%2e){1,2}(?:\/|$)/i;

const CONNECT_MS = 10_000;

let loading: ReturnType<typeof loadFetch> | undefined;

async function loadFetch() {
  const { Agent, fetch } = await import("undici");
  // Disables the agent's own time limits, because `UpstreamTimeLimit` depends on the request.
  const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: CONNECT_MS } });
  return { fetch, dispatcher };
}

type Upstream = NonNullable<ServerConfig["upstream"]>;

export interface UpstreamRequest {
  readonly method: string;
  /** The path with the query string, starting with `/v1/`. */
  readonly target: string;
  /** The caller's headers, of which only some are forwarded. */
  readonly headers: Headers;
  readonly body?: Buffer<ArrayBuffer> | string | undefined;
  /** Whether the response may come only when a run ends. */
  readonly isRun?: boolean;
  readonly signal: AbortSignal;
  readonly requestId: string | undefined;
}

/** Sends requests to the connected API with the server's key, which must never appear in an error, log or header. */
export class UpstreamClient {
  readonly #upstream: Upstream;
  readonly #runMs: number;
  readonly #logger: ServerLogger;

  constructor(upstream: Upstream, runMs: number, logger: ServerLogger) {
    this.#upstream = upstream;
    this.#runMs = runMs;
    this.#logger = logger;
  }

  /** Throws `HttpError` 404 for an unsafe path, 502 or 504 without a response, and the signal's reason. */
  async send({ method, target, body, isRun = false, ...request }: UpstreamRequest): Promise<Response> {
    if (UNSAFE_PATH.test(target.split("?", 1)[0] ?? "")) throw new HttpError(404, "Not found.");
    const upstream = this.#upstream;
    const ms = isRun ? Math.max(upstream.ms, this.#runMs) : upstream.ms;
    const wait = new UpstreamTimeLimit(ms, request.signal);
    const url = `${upstream.url}${target}`;
    try {
      const { fetch, dispatcher } = await (loading ??= loadFetch());
      const send = () =>
        wait.on(
          fetch(url, {
            method,
            headers: [...requestHeaders(request.headers, upstream.key)],
            redirect: "manual",
            signal: wait.signal,
            dispatcher,
            ...(body !== undefined && { body }),
          }),
        );
      const answer = await send().catch((error: unknown) => {
        if (!isRead(method) || !isBrokenConnection(error)) throw error;
        return send();
      });
      const mask = new KeyMasker(upstream.key);
      const headers = responseHeaders(new Headers([...answer.headers]), url, upstream.url, mask);
      headers.set(UPSTREAM_HOST_HEADER, new URL(upstream.url).host);
      // The upstream refused the server's key, not the user's, so the dashboard must not ask the user to sign in.
      if (answer.status === 401 || answer.status === 403) headers.set(SERVER_KEY_REFUSED_HEADER, "1");
      // Other successes stay: a flow may contain the key's text, and the page would save the mask over it.
      const isMasked = answer.status >= 400 || isRun;
      const stream = answer.body && passBody(answer.body, wait, isMasked ? mask : undefined);
      return new Response(stream, { status: answer.status, headers });
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw this.#describeFailure(error, wait.isOver ? ms : undefined, method, request.requestId);
    }
  }

  #describeFailure(
    error: unknown,
    overMs: number | undefined,
    method: string,
    requestId: string | undefined,
  ): HttpError {
    const { host } = new URL(this.#upstream.url);
    if (overMs !== undefined) {
      this.#logger.warn({ requestId, ms: overMs }, "the upstream API did not respond in time");
      return timeout(host, overMs, method);
    }
    this.#logger.warn({ requestId, code: causeCode(error) }, "the upstream API did not respond");
    const message = `${host} did not respond.`;
    return new HttpError(502, message, [{ message, code: "UPSTREAM_UNREACHABLE" }]);
  }
}

/** Aborts if one operation passed to `on` takes longer than `ms`, or if the client disconnects. */
class UpstreamTimeLimit {
  readonly signal: AbortSignal;
  readonly #ms: number;
  readonly #end = new AbortController();

  constructor(ms: number, gone: AbortSignal) {
    this.#ms = ms;
    this.signal = AbortSignal.any([gone, this.#end.signal]);
  }

  get isOver(): boolean {
    return this.#end.signal.aborted;
  }

  async on<T>(work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#end.abort(new Error("the upstream took too long")), this.#ms);
    return work.finally(() => clearTimeout(timer));
  }
}

function requestHeaders(from: Headers, key: string): Headers {
  const headers = new Headers();
  for (const name of FORWARDED) {
    const value = from.get(name);
    if (value !== null) headers.set(name, value);
  }
  for (const name of namedByConnection(from)) headers.delete(name);
  headers.set("authorization", `Bearer ${key}`);
  return headers;
}

function responseHeaders(headers: Headers, url: string, root: string, mask: KeyMasker): Headers {
  const isPacked = headers.has("content-encoding");
  for (const name of [...DROPPED, ...namedByConnection(headers), ...(isPacked ? UNPACKED : [])])
    headers.delete(name);
  for (const [name, value] of Array.from(headers)) {
    if (name.startsWith("access-control-") || mask.isIn(value)) headers.delete(name);
  }
  for (const name of ["location", "content-location"]) {
    const location = ownLocation(headers.get(name), url, root);
    if (location === undefined) headers.delete(name);
    else headers.set(name, location);
  }
  return headers;
}

function namedByConnection(headers: Headers): readonly string[] {
  const names = headers.get("connection")?.split(",") ?? [];
  return names.map((name) => name.trim()).filter((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name));
}

function ownLocation(location: string | null, url: string, root: string): string | undefined {
  if (location === null || !URL.canParse(location, url)) return undefined;
  const to = new URL(location, url);
  const { origin, pathname } = new URL(root);
  const base = pathname === "/" ? "" : pathname;
  if (to.origin !== origin || !to.pathname.startsWith(`${base}/v1/`)) return undefined;
  return `${to.pathname.slice(base.length)}${to.search}${to.hash}`;
}

function passBody(
  body: ReadableStream<Uint8Array>,
  wait: UpstreamTimeLimit,
  mask: KeyMasker | undefined,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        for (;;) {
          const part = await wait.on(reader.read());
          const bytes = part.done ? mask?.end() : mask ? mask.push(part.value) : part.value;
          if (bytes && bytes.length > 0) controller.enqueue(bytes);
          if (part.done) return controller.close();
          if (bytes && bytes.length > 0) return;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function timeout(host: string, ms: number, method: string): HttpError {
  const message = `${host} did not respond within ${ms / 1000} s.`;
  const unknown = isRead(method) ? "" : " The request may have been processed. Check before you retry.";
  return new HttpError(504, `${message}${unknown}`, [{ message, code: "UPSTREAM_TIMEOUT" }]);
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** The upstream may have closed an idle connection: a read is sent again, a write might run twice. */
function isBrokenConnection(error: unknown): boolean {
  return ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(String(causeCode(error)));
}

function causeCode(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
}

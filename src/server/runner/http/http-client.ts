import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import type { Dispatcher, Response, fetch } from "undici";
import { StepFailure, asSentence } from "#server/runner/step-failure.ts";
import { isPublicAddress } from "./address-rules.ts";
import { type HttpAnswer, readAnswer } from "./read-answer.ts";

const MAX_REDIRECTS = 5;
const CONNECT_MS = 10_000;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** HTTP as steps do it: to public addresses, and to those that the server's owner listed. */
export interface HttpClient {
  /** Throws a `StepFailure`, or the signal's reason. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

interface Agents {
  readonly fetch: typeof fetch;
  readonly guarded: Dispatcher;
  /** For the addresses that are allowed by name. */
  readonly open: Dispatcher;
}

/** What is sent on to another origin: anything else may be a credential. */
const HARMLESS_HEADERS = new Set(["accept", "accept-language", "content-type", "user-agent"]);

/** `allowed` are `host:port` pairs that are not checked; `resolve` is for tests. */
export function createHttpClient(allowed: readonly string[], resolve: typeof lookup = lookup): HttpClient {
  const isAllowed = new Set(allowed.map((place) => place.toLowerCase()));
  let agents: Promise<Agents> | undefined;

  const load = async (): Promise<Agents> => {
    const { Agent, fetch } = await import("undici");
    const connect = { timeout: CONNECT_MS };
    return {
      fetch,
      guarded: new Agent({ connect: { ...connect, lookup: guardLookup(resolve) } }),
      open: new Agent({ connect }),
    };
  };

  const send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    agents ??= load();
    const { fetch, guarded, open } = await agents;
    let { method, body } = request;
    let headers = new Headers(readHeaders(request.headers));
    if (!headers.has("user-agent")) headers.set("user-agent", "Flowline");
    let url = readUrl(request.url);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const isOpen = isAllowed.has(placeOf(url));
      if (!isOpen) refusePrivateHost(url);
      let response: Response;
      try {
        response = await fetch(url, {
          method,
          headers: [...headers],
          body,
          redirect: "manual",
          dispatcher: isOpen ? open : guarded,
          signal,
        });
      } catch (error) {
        signal.throwIfAborted();
        throw new StepFailure(describeFetchError(error, url));
      }
      const location = response.headers.get("location");
      if (![301, 302, 303, 307, 308].includes(response.status) || location === null) {
        return readAnswer(response, signal);
      }
      // An unread body would hold the connection.
      await response.body?.cancel().catch(() => {});
      const next = readUrl(location, url);
      if (next.origin !== url.origin) {
        headers = new Headers([...headers].filter(([name]) => HARMLESS_HEADERS.has(name)));
      }
      const becomesGet = response.status === 303 || (response.status < 303 && method === "POST");
      if (becomesGet && method !== "HEAD") {
        method = "GET";
        body = undefined;
        headers.delete("content-type");
      }
      url = next;
    }
    throw new StepFailure(`${request.url} redirects more than ${MAX_REDIRECTS} times.`);
  };

  return {
    send,
    close: async () => {
      const loaded = await agents;
      await Promise.all([loaded?.guarded.destroy(), loaded?.open.destroy()]);
    },
  };
}

function readUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) {
    throw new StepFailure(`“${text}” is not an address: it must begin with http:// or https://.`);
  }
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new StepFailure(`Only http:// and https:// addresses are called, not “${url.protocol}”.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new StepFailure(
      `The address of ${url.host} holds a name or a password: give them as the step's authentication instead.`,
    );
  }
  return url;
}

function readHeaders(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      throw new StepFailure(`The header “${name}” has a name or a value that HTTP cannot send.`);
    }
  }
  // What belongs to the connection is not the flow's to set.
  for (const name of ["host", "connection", "content-length", "transfer-encoding", "upgrade"])
    headers.delete(name);
  return headers;
}

function placeOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}

/** The look-up is not asked for addresses that are written out. `URL` has put every spelling of those into one form. */
function refusePrivateHost(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refusal(url.host);
}

function refusal(host: string): StepFailure {
  return new StepFailure(
    `${host} is an address of this machine or of a private network, which flows may not call. To allow it, list its host and port in ALLOW_PRIVATE_HTTP.`,
  );
}

/** Refuses a name as soon as one of its addresses is not public; the one that was checked is connected to. */
function guardLookup(resolve: typeof lookup): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${host} has no address`), "", 0);
      if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(refusal(host), "", 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function describeFetchError(error: unknown, url: URL): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (cause instanceof AggregateError) [cause] = cause.errors as unknown[];
  if (cause instanceof StepFailure) return cause.message;
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/ENOTFOUND|EAI_AGAIN/.test(said)) return `${url.host} was not found: look at the address.`;
  if (/ECONNREFUSED/.test(said)) return `${url.host} refused the connection.`;
  return `${url.host} could not be reached: ${asSentence(said)}`;
}

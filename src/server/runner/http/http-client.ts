import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import type { Dispatcher, Response, fetch } from "undici";
import { StepFailure, ensureFinalPeriod } from "#server/domain/step-failure.ts";
import { type ManagedSecret, maySendSecretToUrl } from "#server/domain/managed-secret.ts";
import { isPublicIpAddress } from "./is-public-ip-address.ts";
import type { TemporaryRunMemory } from "#server/runner/run-memory.ts";
import { type StepHttpResponse, readStepHttpResponse } from "./read-step-http-response.ts";
import { quoteValue } from "#core/text/quote-name.ts";

const MAX_REDIRECTS = 5;
const CONNECT_MS = 10_000;

export interface HttpRequestOfStep {
  readonly method: string;
  readonly url: string;
  /** Replaces `url` and its host in messages: the URL with its templates, if a secret was filled in. */
  readonly writtenUrl?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly secrets?: ReadonlyMap<string, Pick<ManagedSecret, "hosts">>;
  /** Returns the first response, without its text, even if it redirects. */
  readonly needsOnlyStatus?: boolean;
}

type NamedRequest = Pick<HttpRequestOfStep, "url" | "writtenUrl">;

/** HTTP client for steps: calls public addresses, and private ones only if FLOWLINE_ALLOW_PRIVATE_HTTP lists them. */
export interface HttpClientForSteps {
  /** Charges the response to `memory`. Throws a `StepFailure`, or the signal's reason. */
  send(
    request: HttpRequestOfStep,
    signal: AbortSignal,
    memory: Pick<TemporaryRunMemory, "take">,
  ): Promise<StepHttpResponse>;
  /** Throws a `StepFailure` for a URL that `send` would refuse. A host that is not found may be found later. */
  check(url: string): Promise<void>;
  close(): Promise<void>;
}

interface Agents {
  readonly fetch: typeof fetch;
  readonly guarded: Dispatcher;
  readonly open: Dispatcher;
}

/** Sent again after a redirect to another origin. Others may contain credentials. */
const HARMLESS_HEADERS = new Set(["accept", "accept-language", "content-type", "user-agent"]);

/** `allowed` lists `host:port` pairs that may be on a private network. `resolve` replaces the DNS lookup in tests. */
export function createHttpClientForSteps(
  allowed: readonly string[],
  resolve: typeof lookup = lookup,
): HttpClientForSteps {
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

  const send: HttpClientForSteps["send"] = async (request, signal, memory) => {
    agents ??= load();
    const { fetch, guarded, open } = await agents;
    let { method, body } = request;
    let headers = new Headers(readHeaders(request.headers));
    if (!headers.has("user-agent")) headers.set("user-agent", "Flowline");
    let url = readUrl(request, request.url);
    refuseSecrets(request, url);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const isOpen = isAllowed.has(placeOf(url));
      if (!isOpen) refusePrivateHost(request, url);
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
        throw new StepFailure(describeFetchError(error, request, url), { code: "REQUEST_FAILED" });
      }
      if (request.needsOnlyStatus) {
        await response.body?.cancel().catch(() => {});
        return { status: response.status, contentType: "", text: "" };
      }
      const location = response.headers.get("location");
      if (![301, 302, 303, 307, 308].includes(response.status) || location === null) {
        return readStepHttpResponse(response, signal, memory);
      }
      // Discards the body of the redirect: an unread body would keep the connection open.
      await response.body?.cancel().catch(() => {});
      const next = readUrl(request, location, url);
      const becomesGet = response.status === 303 || (response.status < 303 && method === "POST");
      if (becomesGet && method !== "HEAD") {
        method = "GET";
        body = undefined;
        headers.delete("content-type");
      }
      if (next.origin !== url.origin) {
        headers = new Headers([...headers].filter(([name]) => HARMLESS_HEADERS.has(name)));
        // Any header, or a resent body, may contain a secret that may not go to the new origin.
        if (findRefusedSecret(request, next) !== undefined)
          headers = new Headers({ "user-agent": "Flowline" });
        if (body !== undefined) refuseSecrets(request, next);
      }
      url = next;
    }
    throw new StepFailure(`${request.writtenUrl ?? request.url} redirects more than ${MAX_REDIRECTS} times.`);
  };

  const check: HttpClientForSteps["check"] = async (text) => {
    const request = { url: text };
    const url = readUrl(request, text);
    if (isAllowed.has(placeOf(url))) return;
    refusePrivateHost(request, url);
    const error = await new Promise<Error | null>((done) => {
      guardLookup(resolve)(url.hostname, { all: true }, (failure) => done(failure));
    });
    if (error instanceof PrivateAddressError) throw new StepFailure(describePrivateHost(request, url));
  };

  return {
    send,
    check,
    close: async () => {
      const loaded = await agents;
      await Promise.all([loaded?.guarded.destroy(), loaded?.open.destroy()]);
    },
  };
}

function findRefusedSecret({ secrets = new Map() }: HttpRequestOfStep, url: URL): string | undefined {
  return [...secrets].find(([, secret]) => !maySendSecretToUrl(secret, url))?.[0];
}

function refuseSecrets(request: HttpRequestOfStep, url: URL): void {
  const key = findRefusedSecret(request, url);
  if (key === undefined) return;
  throw new StepFailure(
    `The secret ${key} may not be sent to ${nameTarget(request, url)}, which is not among the hosts of FLOWLINE_SECRET_${key}_ALLOW.`,
  );
}

/** The URL as written if it has a secret: parsing may respell it, which hides it from redaction. */
function nameTarget({ writtenUrl }: NamedRequest, url: URL): string {
  return writtenUrl ?? url.host;
}

function readUrl({ writtenUrl }: NamedRequest, text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) {
    throw new StepFailure(
      `${quoteValue(writtenUrl ?? text)} is not a valid URL. Start it with http:// or https://.`,
    );
  }
  const url = new URL(text, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const quoted = quoteValue(writtenUrl ?? url.protocol);
    throw new StepFailure(`Only http:// and https:// URLs are supported, not ${quoted}.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new StepFailure("The URL contains credentials. Use the step’s authentication instead.");
  }
  return url;
}

function readHeaders(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      throw new StepFailure(`The header ${quoteValue(name)} is not a valid HTTP header.`);
    }
  }
  // Removes these headers from the step's request, because the HTTP client sets them for each connection.
  for (const name of ["host", "connection", "content-length", "transfer-encoding", "upgrade"])
    headers.delete(name);
  return headers;
}

function placeOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}

/** `guardLookup` does not cover IP addresses: it is called only for host names. */
function refusePrivateHost(request: NamedRequest, url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isPublicIpAddress(host)) throw new StepFailure(describePrivateHost(request, url));
}

function describePrivateHost(request: NamedRequest, url: URL): string {
  return `${nameTarget(request, url)} is on a private network, which flows cannot call. To allow it, add its host and port to FLOWLINE_ALLOW_PRIVATE_HTTP.`;
}

class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
}

/** The connection uses the checked addresses: no second lookup (DNS rebinding). */
function guardLookup(resolve: typeof lookup): LookupFunction {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${host} has no address`), "", 0);
      if (!addresses.every(({ address }) => isPublicIpAddress(address)))
        return callback(new PrivateAddressError(), "", 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function describeFetchError(error: unknown, request: HttpRequestOfStep, url: URL): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause;
  if (cause instanceof AggregateError) [cause] = cause.errors as unknown[];
  if (cause instanceof PrivateAddressError) return describePrivateHost(request, url);
  const target = nameTarget(request, url);
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return `Host not found: ${target}. Check the URL.`;
  if (/ECONNREFUSED/.test(message)) return `${target} refused the connection.`;
  if (request.writtenUrl === undefined)
    return `${target} could not be reached: ${ensureFinalPeriod(message)}`;
  // Reports only the code: messages of DNS, TLS and sockets contain the host or its address.
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `${target} could not be reached${code}.`;
}

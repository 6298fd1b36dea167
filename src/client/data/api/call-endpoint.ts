import { parseJson } from "#core/json/json.ts";
import { type $ZodType, type output, safeParse } from "zod/v4/core";
import type { EndpointDefinition, ParamName } from "#contract/endpoint.ts";
import type { EndpointName, endpoints } from "#contract/endpoints.ts";
import { errorBodySchema } from "#contract/error-body.ts";
import { NOTHING_WRITTEN_HEADER, SAVE_KEY_HEADER, LENIENT_SAVE_HEADER } from "#contract/flow.ts";
import { PAGE_USER_IDENTITY_HEADER, SERVER_KEY_REFUSED_HEADER, TAB_ID_HEADER } from "#contract/local.ts";
import { ApiError, NetworkError } from "./api-error.ts";
import { pageUserIdentityTracker } from "./page-identity.ts";
import { currentBrowserTabId } from "./tab-id.ts";
import { failToLoad, findEndpoint } from "./find-endpoint.ts";

type Endpoints = typeof endpoints;

type Of<E, Key extends string> = E extends { readonly [key in Key]: infer Schema extends $ZodType }
  ? output<Schema>
  : undefined;

type AnswerOf<E extends EndpointDefinition> = {
  [status in keyof E["answers"]]: E["answers"][status] extends $ZodType
    ? output<E["answers"][status]>
    : undefined;
}[keyof E["answers"]];

export type EndpointResponseBody<Name extends EndpointName> = AnswerOf<Endpoints[Name]>;

type WithParams<Name extends EndpointName> = [ParamName<Endpoints[Name]["path"]>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: { readonly [name in ParamName<Endpoints[Name]["path"]>]: string } };

export type EndpointCallInput<Name extends EndpointName> = WithParams<Name> &
  RequestOptions & {
    readonly query?: Of<Endpoints[Name], "query">;
    readonly body?: Of<Endpoints[Name], "body">;
  };

interface RequestOptions {
  readonly form?: FormData;
  /** Version token of the flow to change: the server responds with 412 if the flow has another version. */
  readonly ifMatch?: string | undefined;
  readonly idempotencyKey?: string;
  /** Stored with the version: after a lost response, a later read shows whether the save was written. */
  readonly saveKey?: string | undefined;
  /** Whether the save may delete fields of steps that could not be read. */
  readonly isLenient?: boolean;
  /** Whether the server should answer before it has done the work, if it can (RFC 7240, 4.1). */
  readonly isAsync?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly timeLimitMs?: number;
  /** Lets the request outlive the page; browsers limit the bodies of all such requests to 64 KiB in total. */
  readonly keepalive?: boolean;
}

/** Throws `ApiError`, `NetworkError` if no complete response arrived, or the signal's abort reason. */
export async function callEndpoint<Name extends EndpointName>(
  name: Name,
  input: EndpointCallInput<Name>,
): Promise<EndpointResponseBody<Name>> {
  const { value } = await callEndpointForValueAndText(name, input);
  return value;
}

/** The text shows which numbers `JSON.parse` changes. */
export async function callEndpointForValueAndText<Name extends EndpointName>(
  name: Name,
  input: EndpointCallInput<Name>,
): Promise<{ readonly value: EndpointResponseBody<Name>; readonly text: string }> {
  const found = findEndpoint(name);
  // Awaits only an endpoint that is not loaded yet: a closing page must send the request synchronously.
  const endpoint = found instanceof Promise ? await found : found;
  const { response, text } = await send(endpoint, input);
  const { status, headers } = response;
  const value = parseJson(text);
  // Validations are reads with a body; an endpoint without a scope stores nothing.
  const isRead = endpoint.method === "GET" || (endpoint.scope ?? ":READ").endsWith(":READ");
  if (status < 200 || status > 299) throw createApiErrorFromResponse(status, headers, value, isRead);
  const isText = value === undefined && text !== "";
  // Checks an answer with another success status too, since a proxy's page has 200.
  const schema = status in endpoint.answers ? endpoint.answers[status] : Object.values(endpoint.answers)[0];
  const issues = schema ? safeParse(schema, value).error?.issues : undefined;
  if (isText || issues) {
    const { createUnreadableAnswerError } = await import("./unreadable-answer.ts").catch(failToLoad);
    throw createUnreadableAnswerError({ response, text, value, issues, isRead });
  }
  return { value: value as EndpointResponseBody<Name>, text };
}

const TIME_LIMIT_MS = 30_000;

interface RequestInput extends RequestOptions {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: object | undefined;
  readonly body?: unknown;
}

declare global {
  /** The responses to requests that client/app/boot.js sent before this code had loaded, by URL. */
  var flowlineFirstRequests: Record<string, Promise<Response>> | undefined;
}

/** Receives every response. Set by lazily loaded code, such as the reader of quota headers. */
export const responseObserver: { onResponse?: (response: Response) => void } = {};

async function send(endpoint: EndpointDefinition, input: RequestInput) {
  const headers = new Headers({ accept: "application/json" });
  if (input.body !== undefined) headers.set("content-type", "application/json");
  if (input.ifMatch !== undefined) headers.set("if-match", `"${input.ifMatch}"`);
  if (input.idempotencyKey !== undefined) headers.set("idempotency-key", input.idempotencyKey);
  if (input.saveKey !== undefined) headers.set(SAVE_KEY_HEADER, input.saveKey);
  if (input.isLenient) headers.set(LENIENT_SAVE_HEADER, "1");
  if (input.isAsync) headers.set("prefer", "respond-async");
  if (endpoint.method !== "GET") headers.set(TAB_ID_HEADER, currentBrowserTabId);
  if (!endpoint.isForAnyIdentity)
    headers.set(PAGE_USER_IDENTITY_HEADER, pageUserIdentityTracker.current() ?? "");
  const timeLimit = AbortSignal.timeout(input.timeLimitMs ?? TIME_LIMIT_MS);
  const url = toUrl(endpoint.path, input.params ?? {}, input.query ?? {});
  const first = globalThis.flowlineFirstRequests;
  try {
    const early = endpoint.method === "GET" ? first?.[url] : undefined;
    if (early) delete first?.[url];
    const response = await (early ??
      fetch(url, {
        method: endpoint.method,
        headers,
        // Revalidates a cached response: after “back”, browsers would otherwise use it without a request.
        cache: "no-cache",
        body: input.form ?? (input.body === undefined ? null : JSON.stringify(input.body)),
        keepalive: input.keepalive ?? false,
        signal: input.signal ? AbortSignal.any([input.signal, timeLimit]) : timeLimit,
      }));
    responseObserver.onResponse?.(response);
    return { response, text: await response.text() };
  } catch (error) {
    if (input.signal?.aborted) throw error;
    throw new NetworkError("No response from the server", { cause: error });
  }
}

function toUrl(path: string, params: Readonly<Record<string, string>>, query: object): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    for (const text of [value].flat()) if (typeof text === "string" && text !== "") search.append(key, text);
  return search.size > 0 ? `${filled}?${search}` : filled;
}

export function createApiErrorFromResponse(
  status: number,
  headers: Headers,
  value: unknown,
  isRead = false,
): ApiError {
  const body = errorBodySchema.safeParse(value);
  const about = {
    retryAfter: readRetryAfter(headers),
    isRead: isRead || headers.has(NOTHING_WRITTEN_HEADER),
    isServerKeyRefused: headers.has(SERVER_KEY_REFUSED_HEADER),
    requestId: headers.get("x-request-id") ?? undefined,
  };
  if (body.success)
    return new ApiError(status, body.data.error, { details: body.data.details ?? [], body: value, ...about });
  const message = status === 429 ? "Too many requests." : `The server responded with status ${status}.`;
  return new ApiError(status, message, about);
}

/** Seconds from now; the header has seconds or a date (RFC 9110, 10.2.3), by the server's clock. */
function readRetryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (!text) return undefined;
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const seconds = Number(text);
  const left = Number.isNaN(seconds) ? Math.ceil((Date.parse(text) - now) / 1000) : seconds;
  return Number.isFinite(left) ? Math.max(0, left) : undefined;
}

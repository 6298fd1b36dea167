import { type $ZodType, type output, safeParse } from "zod/v4/core";
import type { Endpoint } from "#contract/endpoint.ts";
import type { EndpointName, endpoints } from "#contract/endpoints.ts";
import { errorBody } from "#contract/error-body.ts";
import { TAB_HEADER } from "#contract/events.ts";
import { SAVE_HEADER } from "#contract/flow.ts";
import { ApiError, NetworkError } from "./api-error.ts";
import { findEndpoint } from "./find-endpoint.ts";
import { tabId } from "./tab-id.ts";

type Endpoints = typeof endpoints;

type ParamName<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type Of<E, Key extends string> = E extends { readonly [key in Key]: infer Schema extends $ZodType }
  ? output<Schema>
  : undefined;

type AnswerOf<E extends Endpoint> = {
  [status in keyof E["answers"]]: E["answers"][status] extends $ZodType
    ? output<E["answers"][status]>
    : undefined;
}[keyof E["answers"]];

export type Answer<Name extends EndpointName> = AnswerOf<Endpoints[Name]>;

type WithParams<Name extends EndpointName> = [ParamName<Endpoints[Name]["path"]>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: { readonly [name in ParamName<Endpoints[Name]["path"]>]: string } };

export type CallInput<Name extends EndpointName> = WithParams<Name> & {
  readonly query?: Of<Endpoints[Name], "query">;
  readonly body?: Of<Endpoints[Name], "body">;
  /** The body of an endpoint that takes a form. */
  readonly form?: FormData;
  /** A version token; the write is refused with 412 where the server holds another. */
  readonly ifMatch?: string | undefined;
  /** Makes a repeated creation one: the server answers a second request with the first one's answer. */
  readonly idempotencyKey?: string;
  /** What a save calls itself, to be known again by. */
  readonly saveKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where an answer may take longer than those of most requests do. */
  readonly timeLimitMs?: number;
};

/**
 * One request, typed by the endpoint table. Throws `ApiError` for any answer that is not a documented success and
 * `NetworkError` where no whole answer came; an aborted call rethrows the abort.
 */
export async function callEndpoint<Name extends EndpointName>(
  name: Name,
  input: CallInput<Name>,
): Promise<Answer<Name>> {
  const { value } = await callEndpointForText(name, input);
  return value;
}

/** As {@link callEndpoint}, with the answer's text, for those who must know what `JSON.parse` made of it. */
export async function callEndpointForText<Name extends EndpointName>(
  name: Name,
  input: CallInput<Name>,
): Promise<{ readonly value: Answer<Name>; readonly text: string }> {
  const found = findEndpoint(name);
  // Without a turn of the event loop where it is known: a page that is left sends what it still can.
  const endpoint = found instanceof Promise ? await found : found;
  const { status, headers, text } = await send(endpoint, input);
  const value = parseAnswer(text);
  if (status < 200 || status > 299) throw toApiError(status, headers, value);
  const schema = endpoint.answers[status];
  if (schema && !safeParse(schema, value).success) {
    throw new ApiError(status, "The server's answer is not one that this dashboard understands.", {
      body: value,
    });
  }
  return { value: value as Answer<Name>, text };
}

/** A request without an answer ends here, as one that the network lost: nothing spins for ever. */
const TIME_LIMIT_MS = 30_000;

interface RequestInput {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly form?: FormData;
  readonly ifMatch?: string | undefined;
  readonly idempotencyKey?: string;
  readonly saveKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeLimitMs?: number;
}

async function send(endpoint: Endpoint, input: RequestInput) {
  const headers = new Headers({ accept: "application/json" });
  if (input.body !== undefined) headers.set("content-type", "application/json");
  if (input.ifMatch !== undefined) headers.set("if-match", `"${input.ifMatch}"`);
  if (input.idempotencyKey !== undefined) headers.set("idempotency-key", input.idempotencyKey);
  if (input.saveKey !== undefined) headers.set(SAVE_HEADER, input.saveKey);
  if (endpoint.method !== "GET") headers.set(TAB_HEADER, tabId);
  const timeLimit = AbortSignal.timeout(input.timeLimitMs ?? TIME_LIMIT_MS);
  try {
    const response = await fetch(toUrl(endpoint.path, input.params ?? {}, input.query ?? {}), {
      method: endpoint.method,
      headers,
      // Of a form the browser writes the content type itself, with the mark between its parts.
      body: input.form ?? (input.body === undefined ? null : JSON.stringify(input.body)),
      signal: input.signal ? AbortSignal.any([input.signal, timeLimit]) : timeLimit,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    if (input.signal?.aborted) throw error;
    throw new NetworkError("No answer from the server", { cause: error });
  }
}

function toUrl(path: string, params: Readonly<Record<string, string>>, query: object): string {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (typeof value === "string" && value !== "") search.set(key, value);
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/** Undefined for what is no JSON. */
export function parseAnswer(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function toApiError(status: number, headers: Headers, value: unknown): ApiError {
  const body = errorBody.safeParse(value);
  const retryAfter = readRetryAfter(headers.get("retry-after") ?? "");
  const about = { retryAfter, isServerKeyRefused: headers.has("x-server-key-refused") };
  if (!body.success) return new ApiError(status, `The server answered ${status}.`, about);
  return new ApiError(status, body.data.error, { details: body.data.details ?? [], body: value, ...about });
}

/** Seconds from now; they are said as a number or as a date (RFC 9110, 10.2.3). Undefined for anything else. */
function readRetryAfter(text: string): number | undefined {
  if (text === "") return undefined;
  const seconds = Number(text);
  const left = Number.isNaN(seconds) ? Math.ceil((Date.parse(text) - Date.now()) / 1000) : seconds;
  return Number.isFinite(left) ? Math.max(0, left) : undefined;
}

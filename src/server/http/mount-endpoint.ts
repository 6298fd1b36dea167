import { setImmediate as nextTurn } from "node:timers/promises";
import type { Context } from "hono";
import { toJSONSchema } from "zod/v4/core";
import { type ApiScope, type EndpointDefinition, listRequiredScopes } from "#contract/endpoint.ts";
import { type EndpointName, endpoints } from "#contract/endpoints.ts";
import { TAB_ID_HEADER } from "#contract/local.ts";
import { SAVE_KEY_HEADER } from "#contract/flow.ts";
import type { JsonObject } from "#core/json/json.ts";
import { assertMatchesSchema } from "#server/domain/assert-matches-schema.ts";
import { HEAP_BYTES_PER_VALUE, measureJsonSize } from "#core/json/json-size.ts";
import { DomainError, createInvalidRequestError } from "#server/domain/domain-error.ts";
import { type EndpointHandlerResponse, convertToFetchResponse } from "./answer.ts";
import type { HonoApp, HonoEnvironment } from "./http-app-dependencies.ts";
import {
  type AuthenticationDependencies,
  type CallerIdentity,
  IDENTITY_PARAM,
  requireIdentityWithScopes,
  identifyCaller,
} from "./identify-caller.ts";
import type { BodyMemoryReservation } from "./body-budget.ts";
import { answerAdmittedRead } from "./cached-reads.ts";
import { toCompressedResponse } from "./compressed-response.ts";
import { closeConnectionOnStreamError } from "./close-connection-on-stream-error.ts";
import { HttpError } from "./http-error.ts";
import { parseJsonObjectRequestBody, assertStorableBody } from "./parse-request-body.ts";
import type { RequestLimiter } from "./request-limiter.ts";
import { readBodyText } from "./read-text.ts";
import type {
  EndpointBody,
  EndpointPathParams,
  EndpointQuery,
  RequestHeaders,
  EndpointHandlers,
} from "./endpoint-handlers.ts";

type Texts = Readonly<Record<string, string>>;
type QueryParams = Readonly<Record<string, string | readonly string[]>>;

/** Above this, the server yields to other requests before validation and the handler. */
const LARGE_BODY_CHARACTERS = 100_000;

/** Maximum number of unknown parameters that a response names. */
const MAX_UNKNOWN_PARAMS = 50;

const EXTENSION_QUERY_PARAMS: Partial<Record<EndpointName, readonly string[]>> = {
  listFlows: ["status", "sort", "order", "tag", "ids"],
  listVersions: ["limit", "cursor"],
  listStepResults: ["executionId", "cursor"],
  getBatch: ["flowId"],
  listBatchRecordSteps: ["flowId"],
};

/** Query parameters that may be repeated: handlers receive an array. Of other repeated parameters, the first counts. */
const REPEATED_QUERY_PARAMS: Partial<Record<EndpointName, readonly string[]>> = { listFlows: ["tag"] };

/** Counted by address: sign-in has no key yet, and a program that uses up a key's limit must not prevent sign-out. */
const SESSION_PATH = endpoints.createSession.path;

const ANONYMOUS: CallerIdentity = { organizationId: "", userId: "", scopes: [], name: "nobody" };

interface MountOptions {
  readonly context: AuthenticationDependencies;
  readonly limit: RequestLimiter;
  /** Requests that it rejects are left to the handlers that are mounted later. By default, it accepts all. */
  readonly accepts?: ((request: Context<HonoEnvironment>) => boolean) | undefined;
  /** Whether the bodies are for another API, which may allow more than this one. Only JSON objects are accepted. */
  readonly isForOtherApi?: boolean;
  /** By default, the scopes of the endpoint table. */
  readonly listScopes?: (endpoint: EndpointDefinition) => readonly ApiScope[];
}

export function mountEndpointHandlers<Name extends EndpointName>(
  app: HonoApp,
  routes: EndpointHandlers<Name>,
  {
    context,
    limit,
    accepts = () => true,
    isForOtherApi = false,
    listScopes = listRequiredScopes,
  }: MountOptions,
): void {
  for (const name in routes) {
    const endpoint: EndpointDefinition = endpoints[name];
    const knownParams = listKnownParams(endpoint);
    app.on(endpoint.method, endpoint.path, async (request: Context<HonoEnvironment>, next) => {
      if (!accepts(request)) return next();
      request.set("endpoint", name);
      const admittedRead = request.get("admittedRead");
      const identity = admittedRead?.identity ?? (await identifyCaller(context, request));
      const caller =
        endpoint.scope === undefined
          ? (identity ?? ANONYMOUS)
          : requireIdentityWithScopes(request, identity, listScopes(endpoint));
      if (!admittedRead) await limit(request, endpoint.path === SESSION_PATH ? undefined : identity);
      const hasExtensions = context.config.extras || isForOtherApi;
      const ignored = hasExtensions ? [] : (EXTENSION_QUERY_PARAMS[name] ?? []);
      const query = dropKeys(readQuery(name, request), ignored);
      if (knownParams) refuseUnknownParams(query, knownParams);
      assertQuery(name, query);
      const params: Texts = request.req.param();
      assertParams(name, params);
      const lease = context.bodies.open(identity?.name);
      try {
        const { body, bodyText } = await readRequestBody(request, endpoint, lease);
        // Parsing and validation each block the event loop for a noticeable time if the body is large.
        if (bodyText.length > LARGE_BODY_CHARACTERS) await nextTurn();
        assertBody(name, body, bodyText, isForOtherApi);
        if (bodyText.length > LARGE_BODY_CHARACTERS) await nextTurn();
        const headers = readHeaders(request);
        const call = { caller, identity, params, query, body, bodyText, headers, lease, request };
        const answer: EndpointHandlerResponse = await routes[name]({
          ...call,
          // Reading `raw.signal` makes the framework build a full `Request`.
          get signal() {
            return request.req.raw.signal;
          },
        });
        const { stream } = answer;
        if (admittedRead)
          return await answerAdmittedRead(request, admittedRead, answer, context.config.extras);
        if (!stream) return await toCompressedResponse(answer, request.req.header("accept-encoding"));
        const guarded = closeConnectionOnStreamError(stream, request, context.logger);
        return convertToFetchResponse({ ...answer, stream: guarded });
      } finally {
        lease.release();
      }
    });
  }
}

/** 405 for a known path. Mount this after all endpoints, which must match first. */
export function mountMethodNotAllowedHandlers(app: HonoApp): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of Object.values(endpoints)) {
    const pattern = path.replaceAll(/:\w+/g, ":id");
    methods.set(pattern, [...(methods.get(pattern) ?? []), method]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, () => {
      const allow = [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : [])].join(", ");
      throw new HttpError(405, `Allowed methods: ${allow}.`, [], { headers: { allow } });
    });
  }
}

function readQuery(name: EndpointName, request: Context): QueryParams {
  const repeated = (REPEATED_QUERY_PARAMS[name] ?? []).flatMap((param) => {
    const values = request.req.queries(param);
    return values ? [[param, values] as const] : [];
  });
  return { ...request.req.query(), ...Object.fromEntries(repeated) };
}

function dropKeys(given: QueryParams, ignored: readonly string[]): QueryParams {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !ignored.includes(name)));
}

function assertQuery<Name extends EndpointName>(
  name: Name,
  query: QueryParams,
): asserts query is QueryParams & EndpointQuery<Name> {
  const endpoint: EndpointDefinition = endpoints[name];
  if (!endpoint.query) return;
  const bad = Object.entries(query).find(([, value]) => [value].flat().some((text) => text.includes("\0")));
  assertMatchesSchema(endpoint.query, query, (details) =>
    createInvalidRequestError("The query is not valid.", ...details),
  );
  if (!bad) return;
  const message = "A parameter contains a NUL character.";
  throw createInvalidRequestError("The query is not valid.", { message, path: bad[0], code: "INVALID_TEXT" });
}

/**
 * Undefined if unknown parameters are ignored: documented endpoints tolerate them, because programs may send those of a
 * newer description.
 */
function listKnownParams({ path, query }: EndpointDefinition): readonly string[] | undefined {
  if (!query || !path.startsWith("/local/")) return undefined;
  const { properties = {}, additionalProperties } = toJSONSchema(query, { unrepresentable: "any" });
  return additionalProperties === false ? Object.keys(properties) : undefined;
}

/** Ignoring a misspelled filter would answer with a list that it does not narrow. */
function refuseUnknownParams(query: QueryParams, known: readonly string[]): void {
  const unknown = Object.keys(query).filter((name) => !known.includes(name) && name !== IDENTITY_PARAM);
  if (unknown.length === 0) return;
  const message = "There is no such parameter.";
  const suggestion = `Must be one of ${known.join(", ")}.`;
  const details = unknown.map((path) => ({ message, path, code: "INVALID_VALUE" as const, suggestion }));
  throw createInvalidRequestError("The query is not valid.", ...details.slice(0, MAX_UNKNOWN_PARAMS));
}

function assertParams<Name extends EndpointName>(
  name: Name,
  params: Texts,
): asserts params is Texts & EndpointPathParams<Name> {
  for (const [, param = ""] of endpoints[name].path.matchAll(/:(\w+)/g)) {
    if (params[param] === undefined) throw new Error(`${name} has no parameter ${param}`);
  }
}

function assertBody<Name extends EndpointName>(
  name: Name,
  body: JsonObject,
  text: string,
  isForOtherApi: boolean,
): asserts body is JsonObject & EndpointBody<Name> {
  const endpoint: EndpointDefinition = endpoints[name];
  if (
    isForOtherApi ||
    !endpoint.body ||
    endpoint.validatesBodyItself ||
    (text === "" && endpoint.isBodyOptional)
  )
    return;
  assertStorableBody(text, body);
  assertMatchesSchema(endpoint.body, body, (details) =>
    createInvalidRequestError("The request is not valid.", ...details),
  );
}

async function readRequestBody(
  request: Context,
  endpoint: EndpointDefinition,
  lease: BodyMemoryReservation,
): Promise<{ readonly body: JsonObject; readonly bodyText: string }> {
  if (!endpoint.body) return { body: {}, bodyText: "" };
  const bodyText = await readBodyText(request.req.raw, lease);
  if (bodyText === "" && endpoint.isBodyOptional) return { body: {}, bodyText };
  // Charges the parsed values before they exist: a text of 2 MB may become 45 MB.
  lease.take(measureJsonSize(bodyText).values * HEAP_BYTES_PER_VALUE);
  return {
    body: endpoint.validatesBodyItself ? readCodedObject(bodyText) : parseJsonObjectRequestBody(bodyText),
    bodyText,
  };
}

/** With the error code at the top level of the response, as the API documents for some endpoints. */
function readCodedObject(text: string): JsonObject {
  try {
    return parseJsonObjectRequestBody(text);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const extra = `"code":${JSON.stringify(error.details[0]?.code)}`;
    throw new HttpError(400, error.message, error.details, { extra });
  }
}

function readHeaders(request: Context): RequestHeaders {
  return {
    ifMatch: request.req.header("if-match"),
    idempotencyKey: request.req.header("idempotency-key"),
    lastEventId: request.req.header("last-event-id"),
    tab: request.req.header(TAB_ID_HEADER),
    saveKey: request.req.header(SAVE_KEY_HEADER),
  };
}

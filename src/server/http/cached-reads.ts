import type { Context, MiddlewareHandler } from "hono";
import { type EndpointDefinition, listRequiredScopes } from "#contract/endpoint.ts";
import { type EndpointName, endpoints } from "#contract/endpoints.ts";
import type { Store } from "#server/store/store.ts";
import type { EndpointHandlerResponse } from "./answer.ts";
import { type AnswerCache, type CachedAnswer, encodeAnswer, selectEncodedResponse } from "./answer-cache.ts";
import {
  type AdmittedRead,
  type HonoApp,
  type HonoEnvironment,
  readRequestHeader,
} from "./http-app-dependencies.ts";
import {
  type AuthenticationDependencies,
  type CallerIdentity,
  identifyCaller,
  isRequestOfPage,
  requireIdentityWithScopes,
} from "./identify-caller.ts";
import { createCrossSiteCheck } from "./cross-site-check.ts";
import { observeAnsweredRequest } from "./observe-requests.ts";
import type { RequestLimiter } from "./request-limiter.ts";
import { REQUEST_ID_HEADER, createRequestId } from "./request-id.ts";
import { listApiSecurityHeaders } from "./security-headers.ts";

/** Endpoints whose answers depend only on the organization, the request, and the data that `Store.flowChanges` counts. */
const CACHED_ENDPOINTS = ["listFlows", "getFlow", "listFlowTags"] as const satisfies readonly EndpointName[];

interface CachedReadDependencies {
  readonly context: AuthenticationDependencies;
  readonly store: Store;
  readonly cache: AnswerCache;
  readonly limit: RequestLimiter;
  /** False if middleware in front of this one adds the headers and counts the request. */
  readonly isFirst: boolean;
}

/** Before all middleware. Anything unusual goes to the endpoint's handler, which reports errors. */
export function mountCachedReads(app: HonoApp, dependencies: CachedReadDependencies): void {
  for (const name of CACHED_ENDPOINTS) {
    const endpoint: EndpointDefinition = endpoints[name];
    app.on(endpoint.method, endpoint.path, createCachedReadHandler(name, endpoint, dependencies));
  }
}

function createCachedReadHandler(
  name: EndpointName,
  endpoint: EndpointDefinition,
  dependencies: CachedReadDependencies,
): MiddlewareHandler<HonoEnvironment> {
  const { context, store, cache, limit, isFirst } = dependencies;
  const { metrics, logger, config } = context;
  const isForeign = createCrossSiteCheck(context);
  const securityHeaders = listApiSecurityHeaders(config);
  const scopes = listRequiredScopes(endpoint);

  const readChanges = async ({ organizationId }: CallerIdentity) => {
    try {
      return await store.flowChanges.read(organizationId);
    } catch {
      // The endpoint's handler reads the store too, and reports that it failed.
      return undefined;
    }
  };
  const admit = async (request: Context): Promise<AdmittedRead | undefined> => {
    if (isForeign(request)) return undefined;
    try {
      const identity = requireIdentityWithScopes(request, await identifyCaller(context, request), scopes);
      await limit(request, identity);
      const key = buildCacheKey(name, identity, request);
      return { identity, cache, key, changes: await readChanges(identity) };
    } catch {
      // The request continues to the endpoint's handler, which fails the same check and reports the error.
      return undefined;
    }
  };

  return async (request, next) => {
    // The page gets version tokens even if programs do not.
    if (!config.extras && isRequestOfPage(request)) return next();
    const started = performance.now();
    const read = await admit(request);
    if (!read) return next();
    request.set("admittedRead", read);
    const answer = read.changes === undefined ? undefined : cache.find(read.key, read.changes);
    metrics.countCachedRead(answer ? "hit" : "miss");
    if (!answer) return next();
    const { status, body, headers } = await selectFor(request, read, answer);
    if (!isFirst) return new Response(body, { status, headers });
    const requestId = createRequestId(request);
    observeAnsweredRequest(request, metrics, { route: endpoint.path, status, started, requestId });
    const { method, path } = request.req;
    const ms = Math.round(performance.now() - started);
    logger.debug({ requestId, method, path, status, ms }, "request");
    const allHeaders = {
      ...headers,
      ...request.get("rateLimitHeaders"),
      ...securityHeaders,
      [REQUEST_ID_HEADER]: requestId,
    };
    return new Response(body, { status, headers: allHeaders });
  };
}

/** Converts the answer of a cached endpoint to a response, and adds the answer to the cache. */
export async function answerAdmittedRead(
  request: Context,
  read: AdmittedRead,
  answer: EndpointHandlerResponse,
  isTagged: boolean,
): Promise<Response> {
  const encoded = encodeAnswer(answer, { changes: read.changes, isTagged });
  if (read.changes !== undefined) read.cache.add(read.key, encoded);
  const { status, body, headers } = await selectFor(request, read, encoded);
  return new Response(body, { status, headers });
}

function selectFor(request: Context, { cache, key }: AdmittedRead, answer: CachedAnswer) {
  const conditions = {
    acceptEncoding: readRequestHeader(request, "accept-encoding"),
    ifNoneMatch: readRequestHeader(request, "if-none-match"),
  };
  return selectEncodedResponse(answer, conditions, () => cache.compress(key, answer));
}

/** All that the answer depends on; of the caller, only organization and scopes. */
function buildCacheKey(
  name: EndpointName,
  { organizationId, scopes }: CallerIdentity,
  request: Context,
): string {
  const parts = [name, organizationId, scopes, request.req.param()];
  if (!request.req.url.includes("?")) return JSON.stringify(parts);
  const query = Object.entries(request.req.queries()).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return JSON.stringify([...parts, query]);
}

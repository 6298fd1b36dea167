import type { Context } from "hono";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import type { HonoApp, HonoEnvironment, HttpAppDependencies } from "#server/http/http-app-dependencies.ts";
import type { CallerIdentity } from "#server/http/identify-caller.ts";
import type { BodyMemoryBudget, BodyMemoryReservation } from "#server/http/body-budget.ts";
import { closeConnectionOnStreamError } from "#server/http/close-connection-on-stream-error.ts";
import { HttpError } from "#server/http/http-error.ts";
import type { RequestLimiter } from "#server/http/request-limiter.ts";
import { MAX_FORM_OVERHEAD_BYTES } from "#server/http/read-form.ts";
import { readBodyBytes } from "#server/http/read-text.ts";
import { getRequestId } from "#server/http/request-id.ts";
import type { ServedEndpointName } from "./other-endpoints.ts";
import {
  type RequiredScopes,
  assertCallerMaySend,
  findEndpointName,
  findRequiredScopes,
  isDryRun,
} from "./required-scopes.ts";
import type { UpstreamClient } from "./upstream.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

interface PassThroughDependencies extends Pick<HttpAppDependencies, "logger"> {
  readonly bodies: BodyMemoryBudget;
  readonly limit: RequestLimiter;
  /** Throws if the caller is unknown or lacks a scope. */
  readonly authorize: (request: Context<HonoEnvironment>, needed: RequiredScopes) => Promise<CallerIdentity>;
  /** Called with the endpoint and the path of a request that the upstream has carried out. */
  readonly onSuccess: (
    identity: CallerIdentity,
    endpoint: ServedEndpointName | undefined,
    path: string,
  ) => Promise<void>;
}

/** Forwards the requests for `/v1/…` that no earlier route answers. */
export function mountPassThrough(
  app: HonoApp,
  upstream: UpstreamClient,
  { logger, bodies, limit, authorize, onSuccess }: PassThroughDependencies,
): void {
  app.on(METHODS, "/v1/*", async (request) => {
    // The raw path is forwarded: the decoded one could name another resource than the upstream sees.
    const { pathname } = new URL(request.req.url);
    const needed = findRequiredScopes(request.req.method, pathname);
    request.set("endpoint", findEndpointName(request.req.method, pathname));
    const identity = await authorize(request, needed);
    await limit(request, identity);
    const lease = bodies.open(identity.name);
    try {
      const body = await readRequestBody(request.req.raw, lease);
      assertCallerMaySend(identity, pathname, body);
      request.set("isDryRun", isDryRun(pathname, body));
      const answer = await forwardRequest(logger, upstream, request, { needed, body });
      if (answer.ok) await onSuccess(identity, request.get("endpoint"), pathname);
      return answer;
    } finally {
      lease.release();
    }
  });
}

interface ForwardedRequest {
  readonly needed: RequiredScopes;
  readonly body: Buffer<ArrayBuffer> | undefined;
}

/** Forwards a request for `/v1/…` as it is. */
async function forwardRequest(
  logger: HttpAppDependencies["logger"],
  upstream: UpstreamClient,
  context: Context,
  { needed, body }: ForwardedRequest,
): Promise<Response> {
  const { pathname, search } = new URL(context.req.url);
  if (!pathname.startsWith("/v1/")) throw new HttpError(404, "Not found.");
  const { method, headers, signal } = context.req.raw;
  const isRun = mayRun(method, needed);
  const requestId = getRequestId(context);
  const answer = await upstream.send({
    method,
    target: `${pathname}${search}`,
    headers,
    body,
    isRun,
    signal,
    requestId,
  });
  if (!answer.body) return answer;
  const stream = closeConnectionOnStreamError(answer.body, context, logger);
  return new Response(stream, { status: answer.status, headers: answer.headers });
}

/** Some upstreams reject chunked bodies. Throws 413 if the body is too long. */
async function readRequestBody(
  request: Request,
  lease: BodyMemoryReservation,
): Promise<Buffer<ArrayBuffer> | undefined> {
  if (["GET", "HEAD"].includes(request.method) || !request.body) return undefined;
  const isForm = /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "");
  return readBodyBytes(
    request,
    isForm ? RECORD_LIMITS.csvBytes + MAX_FORM_OVERHEAD_BYTES : FLOW_LIMITS.bytes,
    lease,
  );
}

/** The response of a run comes when it ends. True for an unknown path. */
function mayRun(method: string, needed: RequiredScopes): boolean {
  return method === "POST" && needed.some((scope) => scope === "*" || scope.endsWith(":EXECUTE"));
}

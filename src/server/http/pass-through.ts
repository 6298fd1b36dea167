import type { Context } from "hono";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { RECORD_LIMITS } from "#contract/record.ts";
import type { UpstreamClient } from "#server/cloud/upstream.ts";
import { HttpError } from "./http-error.ts";
import type { HttpAppDependencies } from "./app-context.ts";
import type { BodyMemoryReservation } from "./body-budget.ts";
import { closeConnectionOnStreamError } from "./guard-stream.ts";
import { MAX_MULTIPART_FORM_OVERHEAD_BYTES } from "./read-form.ts";
import { readBodyBytes } from "./read-text.ts";
import { getRequestId } from "./request-id.ts";
import type { RequiredScopes } from "./upstream-scopes.ts";

interface ForwardedRequest {
  readonly needed: RequiredScopes;
  readonly body: Buffer<ArrayBuffer> | undefined;
}

/** Forwards a request for `/v1/…` as it is. */
export async function forwardRequestToUpstream(
  { logger }: Pick<HttpAppDependencies, "logger">,
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

/**
 * Buffers the body to send its length, because some upstreams reject chunked bodies. Throws 413 if the body is too long.
 */
export async function readUpstreamRequestBody(
  request: Request,
  lease: BodyMemoryReservation,
): Promise<Buffer<ArrayBuffer> | undefined> {
  if (["GET", "HEAD"].includes(request.method) || !request.body) return undefined;
  const isForm = /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "");
  return readBodyBytes(
    request,
    isForm ? RECORD_LIMITS.csvBytes + MAX_MULTIPART_FORM_OVERHEAD_BYTES : FLOW_LIMITS.bytes,
    lease,
  );
}

/**
 * Whether the request may start a run, which needs a longer time limit because the response comes when the run ends.
 * True for an unknown path.
 */
function mayRun(method: string, needed: RequiredScopes): boolean {
  return method === "POST" && needed.some((scope) => scope === "*" || scope.endsWith(":EXECUTE"));
}

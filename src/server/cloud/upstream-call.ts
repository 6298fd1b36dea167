import type { EndpointRequest } from "#server/http/endpoint-handlers.ts";
import { getRequestId } from "#server/http/request-id.ts";
import type { UpstreamRequest } from "./upstream.ts";

/** The parts of a page's request that the requests to the connected API take over. */
export type UpstreamCall = Pick<UpstreamRequest, "headers" | "signal" | "requestId">;

const READ_HEADERS = ["accept", "accept-language", "user-agent"];
const WRITE_HEADERS = [...READ_HEADERS, "content-type", "idempotency-key"];

export const createReadCall = (request: EndpointRequest) => createCall(request, READ_HEADERS);

export const createWriteCall = (request: EndpointRequest) => createCall(request, WRITE_HEADERS);

function createCall({ request, signal }: EndpointRequest, forwarded: readonly string[]): UpstreamCall {
  const headers = new Headers();
  for (const name of forwarded) {
    const value = request.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  return { headers, signal, requestId: getRequestId(request) };
}

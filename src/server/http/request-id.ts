import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { type HonoApp, readRequestHeader } from "./app-context.ts";

export const REQUEST_ID_HEADER = "x-request-id";

const GIVEN_ID = /^[\w.:-]{8,128}$/;
const ID_LENGTH = 16;

/**
 * Gives each request an id, which is in the response, in log entries about the request, and in the body of server
 * errors. Keeps the id of a reverse proxy if the server is configured to trust one.
 */
export function mountRequestIds(app: HonoApp, trustedProxies: number): void {
  app.use("*", async (context, next) => {
    const id = createRequestId(context, trustedProxies);
    context.set("requestId", id);
    await next();
    context.res.headers.set(REQUEST_ID_HEADER, id);
  });
}

export function createRequestId(context: Context, trustedProxies: number): string {
  const given = trustedProxies > 0 ? readRequestHeader(context, REQUEST_ID_HEADER) : undefined;
  if (given !== undefined && GIVEN_ID.test(given)) return given;
  return randomUUID().replaceAll("-", "").slice(0, ID_LENGTH);
}

export function getRequestId(context: Context): string | undefined {
  return context.get("requestId") as string | undefined;
}

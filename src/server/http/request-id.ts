import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { type HonoApp, readRequestHeader } from "./http-app-dependencies.ts";

export const REQUEST_ID_HEADER = "x-request-id";

const GIVEN_ID = /^[\w.:-]{8,128}$/;
const ID_LENGTH = 16;

/** In the response and the log. Keeps a well-formed id of the client or a proxy. */
export function mountRequestIds(app: HonoApp): void {
  app.use("*", async (context, next) => {
    const id = createRequestId(context);
    context.set("requestId", id);
    await next();
    context.res.headers.set(REQUEST_ID_HEADER, id);
  });
}

export function createRequestId(context: Context): string {
  const given = readRequestHeader(context, REQUEST_ID_HEADER);
  if (given !== undefined && GIVEN_ID.test(given)) return given;
  return randomUUID().replaceAll("-", "").slice(0, ID_LENGTH);
}

export function getRequestId(context: Context): string | undefined {
  return context.get("requestId") as string | undefined;
}

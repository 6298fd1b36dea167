import { randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";

/** Sent with everything. An answer of the API that is opened as a page may load and run nothing. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "same-origin");
  headers.set("x-frame-options", "DENY");
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-resource-policy", "same-origin");
  if (!headers.has("content-security-policy") || isApi(context.req.path)) {
    headers.set("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox");
  }
};

/** The policy of the dashboard's page. The nonce is for styles only: no script but the built ones ever runs. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export function createNonce(): string {
  return randomBytes(16).toString("base64");
}

function isApi(path: string): boolean {
  return path.startsWith("/v1/") || path.startsWith("/local/");
}

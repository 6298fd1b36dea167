import { createHash, randomBytes } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { type ServerConfig, hasHttpsAddress } from "#server/config/config.ts";

const API_SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // The dashboard uses none of these, so that injected content cannot ask for them either.
  "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
} as const;

export const VIOLATION_REPORTS_PATH = "/local/policy-reports";
const REPORT_GROUP = "policy";
/** Defines the endpoint that `report-to` of the policies below names. */
export const PAGE_REPORTING_HEADERS = {
  "reporting-endpoints": `${REPORT_GROUP}="${VIOLATION_REPORTS_PATH}"`,
} as const;

/** A year. Leaves out subdomains, which may belong to other servers. */
const HTTPS_ONLY = { "strict-transport-security": "max-age=31536000" } as const;

/** Forbids all loading and scripts, in case a browser shows a response as a page. */
export function listApiSecurityHeaders(config: Pick<ServerConfig, "publicUrl">) {
  return { ...API_SECURITY_HEADERS, ...(hasHttpsAddress(config) && HTTPS_ONLY) };
}

export function createSecurityHeaders(config: Pick<ServerConfig, "publicUrl">): MiddlewareHandler {
  return async (context, next) => {
    await next();
    setSecurityHeaders(context.res.headers, context.req.path, config);
  };
}

/** Sets the headers of API responses, but keeps the Content-Security-Policy of a page. */
export function setSecurityHeaders(
  headers: Headers,
  path: string,
  config: Pick<ServerConfig, "publicUrl">,
): void {
  const hasOwnPolicy = headers.has("content-security-policy") && !isApi(path);
  for (const [name, value] of Object.entries(listApiSecurityHeaders(config)))
    if (name !== "content-security-policy" || !hasOwnPolicy) headers.set(name, value);
}

/** Returns the sources, for a Content-Security-Policy, of the page's inline scripts. */
export function listInlineScriptSources(page: string): readonly string[] {
  const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, code = ""]) => code);
  return scripts.map((code) => `'sha256-${createHash("sha256").update(code).digest("base64")}'`);
}

/** Returns the page's Content-Security-Policy. The nonce allows inline styles only. */
export function buildPagePolicy(nonce: string, scripts: readonly string[]): string {
  return [
    "default-src 'self'",
    ["script-src 'self'", ...scripts].join(" "),
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `report-to ${REPORT_GROUP}`,
  ].join("; ");
}

/** Scalar sets inline styles, allowed on this page alone; scripts and requests are limited to this server. */
export function buildApiReferencePolicy(): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    `report-to ${REPORT_GROUP}`,
  ].join("; ");
}

export function createStyleNonce(): string {
  return randomBytes(16).toString("base64");
}

function isApi(path: string): boolean {
  return path.startsWith("/v1/") || path.startsWith("/local/");
}

import type { MiddlewareHandler } from "hono";
import { isLoopback } from "#server/config.ts";
import { ApiFailure } from "#server/api-failure.ts";
import type { AppContext } from "./app-context.ts";

const PROBES = new Set(["/healthz", "/readyz"]);

/**
 * Refuses what another site sends through a visitor's browser, in this order: a `Host` that is not ours (DNS
 * rebinding), an `Origin` that is not ours, and Fetch Metadata that tell of another site (CSRF). A navigation to the
 * dashboard passes, so that links in mails work; so do programs, which send none of these.
 */
export function guardOrigin(app: AppContext): MiddlewareHandler {
  return async (context, next) => {
    const path = context.req.path;
    if (PROBES.has(path)) return next();
    const host = context.req.header("host") ?? new URL(context.req.url).host;
    const ours = ourHosts(app);
    if (ours && !ours.has(host.toLowerCase())) {
      throw refuse("The Host of this request is not one that this server answers to.");
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && !isOurs(origin, host, ours))
      throw refuse("Requests from other sites are refused.");
    const site = context.req.header("sec-fetch-site");
    const isForeign = site !== undefined && site !== "same-origin" && site !== "none";
    if (isForeign && !isPageVisit(context.req.method, context.req.header("sec-fetch-mode"), path)) {
      throw refuse("Requests from other sites are refused.");
    }
    return next();
  };
}

/** The names this server goes by, or undefined where any may be right: beyond loopback without `PUBLIC_URL`. */
function ourHosts(app: AppContext): ReadonlySet<string> | undefined {
  const { host, publicUrl } = app.config;
  const names = publicUrl === undefined ? [] : [new URL(publicUrl).host];
  if (isLoopback(host)) {
    const port = app.port();
    for (const name of ["localhost", "127.0.0.1", "[::1]"])
      names.push(port === 80 ? name : `${name}:${port}`);
  }
  return names.length > 0 ? new Set(names) : undefined;
}

function isOurs(origin: string, host: string, ours: ReadonlySet<string> | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin).host;
  return ours ? ours.has(from) : from === host.toLowerCase();
}

function isPageVisit(method: string, mode: string | undefined, path: string): boolean {
  return method === "GET" && mode === "navigate" && !/^\/(?:v1|local)(?:\/|$)/.test(path);
}

function refuse(message: string): ApiFailure {
  return new ApiFailure(403, message, [{ message, code: "FOREIGN_REQUEST" }]);
}

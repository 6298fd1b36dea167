import type { Context, MiddlewareHandler } from "hono";
import { isLoopbackHost } from "#server/config/config.ts";
import { HttpError, createBadRequestError } from "./http-error.ts";
import {
  type HonoEnvironment,
  type HttpAppDependencies,
  readRequestHeader,
} from "./http-app-dependencies.ts";

const PROBES = new Set(["/healthz", "/readyz"]);

/** A foreign or second `Host` (DNS rebinding) and CSRF. Allows navigations, so that links in emails work. */
export function rejectCrossSiteRequests(app: HttpAppDependencies): MiddlewareHandler {
  const findError = createCrossSiteCheck(app);
  return async (context, next) => {
    const error = findError(context);
    if (error) throw error;
    return next();
  };
}

/** Creates the check of {@link rejectCrossSiteRequests}, which returns the error of a refused request. */
export function createCrossSiteCheck(app: HttpAppDependencies): (context: Context) => HttpError | undefined {
  let ours: { readonly port: number; readonly hosts: ReadonlySet<string> } | undefined;
  return (context) => {
    if (countHostLines(context) > 1)
      return createBadRequestError("The request is malformed.", {
        message: "The request has more than one Host header. Send one.",
        code: "INVALID_FORMAT",
      });
    const path = context.req.path;
    if (PROBES.has(path)) return undefined;
    const port = app.port();
    if (ours?.port !== port) ours = { port, hosts: listOurHosts(app, port) };
    const { hosts } = ours;
    const host = readRequestHeader(context, "host") ?? new URL(context.req.url).host;
    if (!hosts.has(host.toLowerCase())) return refuse("Unknown host in the request.");
    const origin = readRequestHeader(context, "origin");
    const isForeignOrigin = origin !== undefined && !isOurs(origin, hosts);
    const site = readRequestHeader(context, "sec-fetch-site");
    const isForeignSite = site !== undefined && site !== "same-origin" && site !== "none";
    const mode = readRequestHeader(context, "sec-fetch-mode");
    if (isForeignOrigin || (isForeignSite && !isPageVisit(context.req.method, mode, path)))
      return refuse("Requests from other sites are refused.");
    return undefined;
  };
}

/** Counts lines, because Node drops a second `Host` from its headers: a proxy in front may have read that one. */
function countHostLines({ env }: Context<HonoEnvironment>): number {
  const lines = env?.incoming?.rawHeaders ?? [];
  return lines.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "host").length;
}

/** Never empty: other addresses than loopback need `FLOWLINE_PUBLIC_URL`. */
function listOurHosts({ config }: HttpAppDependencies, port: number): ReadonlySet<string> {
  const { host, publicUrl } = config;
  const names = publicUrl === undefined ? [] : [new URL(publicUrl).host];
  if (isLoopbackHost(host)) {
    for (const name of ["localhost", "127.0.0.1", "[::1]"])
      names.push(port === 80 ? name : `${name}:${port}`);
  }
  return new Set(names);
}

function isOurs(origin: string, ours: ReadonlySet<string>): boolean {
  return URL.canParse(origin) && ours.has(new URL(origin).host);
}

function isPageVisit(method: string, mode: string | undefined, path: string): boolean {
  return method === "GET" && mode === "navigate" && !/^\/(?:v1|local)(?:\/|$)/.test(path);
}

function refuse(message: string): HttpError {
  return new HttpError(403, message, [{ message, code: "FOREIGN_REQUEST" }]);
}

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import type { Context } from "hono";
import { listPreloadedApiRequestUrls } from "#contract/preloaded-api-requests.ts";
import type { EventHub } from "#server/events/event-hub.ts";
import { HttpError } from "./http-error.ts";
import { type BuildManifest, listPageScriptUrls } from "./page-modules.ts";
import {
  PAGE_REPORTING_HEADERS,
  buildApiReferencePolicy,
  buildPagePolicy,
  createStyleNonce,
  listInlineScriptSources,
} from "./security-headers.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** HTML files that are served as pages with their own Content-Security-Policy, not under their file names. */
const PAGES: ReadonlySet<string> = new Set(["/index.html", "/docs.html"]);
const MANIFEST = "/.vite/manifest.json";
const NONCE = "__CSP_NONCE__";

interface StaticFile {
  readonly type: string;
  readonly cacheControl: string;
  readonly plain: Buffer<ArrayBuffer>;
  readonly brotli: Buffer<ArrayBuffer> | undefined;
}

interface PageOptions {
  readonly events: Pick<EventHub, "latestEventId"> | undefined;
  /** Whether the server runs flows itself. */
  readonly runsFlows: boolean;
}

/** From memory: only files that existed at startup, so path traversal is impossible. */
export function createStaticFileHandler(
  directory: string,
  { events, runsFlows }: PageOptions,
): (context: Context) => Response {
  const files = readFiles(directory);
  const page = files.get("/index.html")?.plain.toString("utf8");
  const inlineScripts = listInlineScriptSources(page ?? "");
  const apiReference = files.get("/docs.html")?.plain.toString("utf8");
  const manifest: BuildManifest = JSON.parse(files.get(MANIFEST)?.plain.toString("utf8") ?? "{}");
  return (context) => {
    const { method, path } = context.req;
    if (method !== "GET" && method !== "HEAD") {
      throw new HttpError(405, "Allowed methods: GET, HEAD.", [], { headers: { allow: "GET, HEAD" } });
    }
    if (apiReference !== undefined && path === "/docs") {
      return context.html(apiReference, 200, {
        "cache-control": "no-cache",
        ...PAGE_REPORTING_HEADERS,
        "content-security-policy": buildApiReferencePolicy(),
      });
    }
    const file = PAGES.has(path) ? undefined : files.get(path);
    if (file) return answerFile(context, file);
    if (page === undefined || !isHtmlPageRequest(path, context.req.header("accept")))
      throw new HttpError(404, "Not found.");
    const nonce = createStyleNonce();
    const first = listPreloadedApiRequestUrls(path, new URL(context.req.url).search, { runsFlows });
    const scripts = listPageScriptUrls(manifest, path);
    const since = events?.latestEventId ?? "";
    return context.html(addFirstLoads(page, { first, since, scripts }).replaceAll(NONCE, nonce), 200, {
      "cache-control": "no-cache",
      ...PAGE_REPORTING_HEADERS,
      "content-security-policy": buildPagePolicy(nonce, inlineScripts),
    });
  };
}

interface FirstLoads {
  /** Addresses of data. Not as preloads: WebKit never uses preloaded data for a fetch, and would send each twice. */
  readonly first: readonly string[];
  /** The latest event, before any of the data is read. */
  readonly since: string;
  readonly scripts: readonly string[];
}

function addFirstLoads(page: string, { first, since, scripts }: FirstLoads): string {
  const values = { "first-requests": JSON.stringify(first), "events-since": since };
  const metas = Object.entries(values).map(
    ([name, value]) => `<meta name="${name}" content="${escapeText(value)}">`,
  );
  // The style sheet, with which the page paints its header, comes before them.
  const modules = scripts.map(
    (href) => `<link rel="modulepreload" fetchpriority="low" crossorigin href="${escapeText(href)}">`,
  );
  return page
    .replace("</title>", () => `</title>${metas.join("")}`)
    .replace("</head>", () => `${modules.join("")}</head>`);
}

const escapeText = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** Accepts all that Vite's fallback accepts, so that development and production answer the same requests. */
export function isHtmlPageRequest(path: string, accept: string | null | undefined): boolean {
  if (/^\/(?:(?:v1|local|assets)(?:\/|$)|(?:healthz|readyz|metrics)$)/.test(path)) return false;
  if (path === "/" || accept?.includes("text/html")) return true;
  // Scripts and images are requested with */* too: a path that ends like a file name is a missing file.
  const isFile = path.lastIndexOf(".") > path.lastIndexOf("/");
  return !isFile && (!accept || accept.includes("*/*"));
}

function answerFile(context: Context, file: StaticFile): Response {
  const takesBrotli = /\bbr\b/.test(context.req.header("accept-encoding") ?? "");
  const body = (takesBrotli && file.brotli) || file.plain;
  return context.body(body, 200, {
    "content-type": file.type,
    "content-length": String(body.byteLength),
    "cache-control": file.cacheControl,
    ...(file.brotli && { vary: "accept-encoding" }),
    ...(body === file.brotli && { "content-encoding": "br" }),
  });
}

function readFiles(directory: string): ReadonlyMap<string, StaticFile> {
  const paths = existsSync(directory) ? readdirSync(directory, { recursive: true, withFileTypes: true }) : [];
  const found = paths
    .filter((entry) => entry.isFile() && extname(entry.name) !== ".br")
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    found.map((path) => {
      const address = `/${relative(directory, path).split(sep).join("/")}`;
      return [address, readFile(path, address)] as const;
    }),
  );
}

function readFile(path: string, address: string): StaticFile {
  return {
    type: TYPES[extname(path)] ?? "application/octet-stream",
    cacheControl: address.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    plain: readFileSync(path),
    brotli: existsSync(`${path}.br`) ? readFileSync(`${path}.br`) : undefined,
  };
}

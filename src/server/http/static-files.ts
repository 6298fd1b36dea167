import { existsSync, readFileSync, readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import type { Context } from "hono";
import { findFirstRequests } from "#contract/first-requests.ts";
import { ApiFailure } from "#server/api-failure.ts";
import { createNonce, pagePolicy } from "./security-headers.ts";

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

const NONCE = "__CSP_NONCE__";

interface StaticFile {
  readonly type: string;
  readonly cacheControl: string;
  readonly plain: Buffer<ArrayBuffer>;
  readonly brotli: Buffer<ArrayBuffer> | undefined;
}

/** Serves the built dashboard from memory. Only files that were there at the start have an address at all. */
export function createStaticFiles(directory: string): (context: Context) => Response {
  const files = readFiles(directory);
  const page = files.get("/index.html")?.plain.toString("utf8");
  return (context) => {
    const { method, path } = context.req;
    if (method !== "GET" && method !== "HEAD") {
      throw new ApiFailure(405, "Only GET, HEAD is possible here.", [], { headers: { allow: "GET, HEAD" } });
    }
    const file = path === "/index.html" ? undefined : files.get(path);
    if (file) return answerFile(context, file);
    // A missing script or picture must not be answered with the page.
    const isPage = page !== undefined && (extname(path) === "" || acceptsPage(context));
    if (!isPage || path.startsWith("/assets/")) throw new ApiFailure(404, "Not found.");
    const nonce = createNonce();
    const first = findFirstRequests(path, new URL(context.req.url).search);
    return context.html(preload(page, first).replaceAll(NONCE, nonce), 200, {
      "cache-control": "no-cache",
      "content-security-policy": pagePolicy(nonce),
    });
  };
}

/** Lets the browser ask for what the page will show while its code is on the way. */
function preload(page: string, addresses: readonly string[]): string {
  const links = addresses.map(
    (href) => `<link rel="preload" as="fetch" crossorigin href="${escapeText(href)}">`,
  );
  return page.replace("</title>", () => `</title>${links.join("")}`);
}

const escapeText = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

function acceptsPage(context: Context): boolean {
  return context.req.header("accept")?.includes("text/html") ?? false;
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

import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createHttpServer, startListening } from "#server/http-server.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const root = mkdtempSync(join(tmpdir(), "flowline-client-"));
const directory = join(root, "client");
let app: TestApp;

beforeAll(async () => {
  writeFileSync(join(root, "secret.js"), "secret()");
  mkdirSync(join(directory, "assets"), { recursive: true });
  writeFileSync(
    join(directory, "index.html"),
    '<head><meta name="csp-nonce" content="__CSP_NONCE__"><title>Flowline</title><script>boot()</script></head>',
  );
  writeFileSync(join(directory, "docs.html"), "<title>API reference</title>");
  writeFileSync(join(directory, "favicon.svg"), "<svg/>");
  mkdirSync(join(directory, ".vite"));
  writeFileSync(
    join(directory, ".vite", "manifest.json"),
    JSON.stringify({ "src/client/editor/shell/flow-editor-page.tsx": { file: "assets/editor-3c4d.js" } }),
  );
  writeFileSync(join(directory, "assets", "app-1a2b.js"), "app()");
  writeFileSync(join(directory, "assets", "app-1a2b.js.br"), brotliCompressSync("app()"));
  const env = { RUNTYPE_API_KEY: "rt_test", RUNTYPE_API_URL: "http://127.0.0.1:1" };
  app = await startTestApp(undefined, { env, clientDirectory: directory });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each(["/", "/flows", "/flows/flow_1?step=a", "/index.html", "/flows/a.b"])(
  "the static file server answers %s with the page",
  async (path) => {
    const { status, headers, text } = await app.call("GET", path, { headers: { accept: "text/html" } });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-cache"]);
    const nonce = /content="([^"]+)"/.exec(text)?.[1];
    expect(nonce).toMatch(/^[\w+/]{22}==$/);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    const hash = createHash("sha256").update("boot()").digest("base64");
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
    expect(policy).toContain("frame-ancestors 'none'; report-to policy");
    expect(headers.get("reporting-endpoints")).toBe('policy="/local/policy-reports"');
  },
);

function readFirstRequests(page: string): unknown {
  const [, content = ""] = /<meta name="first-requests" content="([^"]*)">/.exec(page) ?? [];
  return JSON.parse(content.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
}

it.each([
  ["/flows", "/v1/flows?limit=100&includeCount=true"],
  ["/flows/flow_1", "/v1/flows/flow_1"],
  ["/flows/flow_1/json?step=a", "/v1/flows/flow_1"],
])("the HTML of %s lists the data requests to send first", async (path, address) => {
  const { text } = await app.call("GET", path, { headers: { accept: "text/html" } });
  expect(readFirstRequests(text)).toEqual(["/local/capabilities", address]);
  expect(text).toMatch(/<meta name="events-since" content="[\w-]+">/);
});

it.each([
  "/flows?search=x",
  "/records?record=a",
  "/runs/alerts",
  "/flows/%22%3E%3Cscript%3E",
  "/flows/a:b",
  "/sign-in",
])("the HTML of %s lists no data request to send first", async (path) => {
  const { text } = await app.call("GET", path, { headers: { accept: "text/html" } });
  expect(readFirstRequests(text)).toEqual(["/local/capabilities"]);
});

it("the page of a flow loads the editor's code together with the entry, and the list does not", async () => {
  const link =
    '<link rel="modulepreload" fetchpriority="low" crossorigin href="/assets/editor-3c4d.js"></head>';
  const [flow, list] = await Promise.all(
    ["/flows/flow_1", "/flows"].map((path) => app.call("GET", path, { headers: { accept: "text/html" } })),
  );
  expect(flow?.text).toContain(link);
  expect(list?.text).not.toContain("modulepreload");
});

it("the page has a new nonce in every response", async () => {
  const pages = [await app.call("GET", "/"), await app.call("GET", "/")];
  expect(pages[0]?.text).not.toBe(pages[1]?.text);
});

it("files with a hash in their name can be cached forever, and are sent compressed on request", async () => {
  const packed = await app.call("GET", "/assets/app-1a2b.js", { headers: { "accept-encoding": "gzip, br" } });
  expect(packed.headers.get("content-encoding")).toBe("br");
  expect(packed.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(packed.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const plain = await app.call("GET", "/assets/app-1a2b.js");
  expect([plain.text, plain.headers.get("content-encoding")]).toEqual(["app()", null]);
  expect((await app.call("GET", "/favicon.svg")).headers.get("cache-control")).toBe("no-cache");
});

it.each([
  ["/flows", "*/*"],
  ["/flows/flow_1?step=a", undefined],
  ["/records", ""],
  ["/records/ticket.v2", "text/html,*/*;q=0.8"],
  ["/environment", "application/json, text/plain, */*"],
])("the static file server answers %s with the page to a program that accepts %j", async (path, accept) => {
  const headers: Record<string, string> = accept === undefined ? {} : { accept };
  const page = await app.call("GET", path, { headers });
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
  expect((await app.call("HEAD", path, { headers })).status).toBe(200);
});

it.each([
  ["/flows", "application/json"],
  ["/.env", undefined],
  ["/gone.js", "*/*"],
  ["/icons/gone.png", "image/avif,image/webp,*/*;q=0.8"],
  ["/assets/gone", "*/*"],
  ["/v1", "*/*"],
  ["/local/nothing", "*/*"],
])("the static file server answers %s with 404 to a program that accepts %s", async (path, accept) => {
  const { status, json } = await app.call("GET", path, { headers: accept === undefined ? {} : { accept } });
  expect([status, json.error]).toEqual([404, "Not found."]);
});

it("the static file server answers 404, not the page, for missing files and the API", async () => {
  const accept = { accept: "text/html" };
  for (const path of [
    "/assets/gone.js",
    "/assets/app-1a2b.js.br",
    "/local/x",
    "/assets/../../package.json",
  ]) {
    const { status, text } = await app.call("GET", path, {
      headers: path.startsWith("/local") ? accept : {},
    });
    expect([path, status]).toEqual([path, 404]);
    expect(text).toContain('"error"');
  }
  expect((await app.call("POST", "/flows")).status).toBe(405);
});

it.each([
  "/assets/..%2f..%2fsecret.js",
  "/assets/%2e%2e/%2e%2e/secret.js",
  "/assets/%2e%2e/index.js",
  "/assets/../../secret.js",
  "/assets/%252e%252e%252fsecret.js",
  "/assets/..%00/secret.js",
  "/../secret.js",
  "//secret.js",
])("the static file server finds no file outside of its directory at %s", async (path) => {
  const server = createHttpServer(app.fetch);
  const port = await startListening(server, 0, "127.0.0.1");
  const request = get({ port, host: "127.0.0.1", path, headers: { host: "localhost:4400" } });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  expect([response.statusCode, await text(response)]).toEqual([404, expect.stringContaining('"error"')]);
  server.close();
});

it("the API reference is a page with a policy of its own, which limits scripts and requests to this server", async () => {
  const { status, headers, text } = await app.call("GET", "/docs", { headers: { accept: "text/html" } });
  expect([status, text]).toEqual([200, "<title>API reference</title>"]);
  const policy = headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'");
  expect(policy).toContain("connect-src 'self'");
  const file = await app.call("GET", "/docs.html", { headers: { accept: "application/json" } });
  expect(file.status).toBe(404);
});

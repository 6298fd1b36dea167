import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const directory = mkdtempSync(join(tmpdir(), "flowline-client-"));
let app: TestApp;

beforeAll(async () => {
  mkdirSync(join(directory, "assets"));
  writeFileSync(
    join(directory, "index.html"),
    '<meta name="csp-nonce" content="__CSP_NONCE__"><title>Flowline</title>',
  );
  writeFileSync(join(directory, "theme.js"), "theme()");
  writeFileSync(join(directory, "assets", "app-1a2b.js"), "app()");
  writeFileSync(join(directory, "assets", "app-1a2b.js.br"), brotliCompressSync("app()"));
  const env = { RUNTYPE_API_KEY: "rt_test", RUNTYPE_API_URL: "http://127.0.0.1:1" };
  app = await startTestApp(undefined, { env, clientDirectory: directory });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it.each(["/", "/flows", "/flows/flow_1?step=a", "/index.html", "/flows/a.b"])(
  "answers %s with the page",
  async (path) => {
    const { status, headers, text } = await app.call("GET", path, { headers: { accept: "text/html" } });
    expect([status, headers.get("cache-control")]).toEqual([200, "no-cache"]);
    const nonce = /content="([^"]+)"/.exec(text)?.[1];
    expect(nonce).toMatch(/^[\w+/]{22}==$/);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
  },
);

it.each([
  ["/flows", "/v1/flows?limit=100&amp;includeCount=true"],
  ["/flows/flow_1", "/v1/flows/flow_1"],
  ["/flows/flow_1/json?step=a", "/v1/flows/flow_1"],
])("lets the browser ask at once for what %s shows first", async (path, address) => {
  const { text } = await app.call("GET", path);
  const links = [...text.matchAll(/<link rel="preload" as="fetch" crossorigin href="([^"]*)">/g)];
  expect(links.map(([, href]) => href)).toEqual(["/local/capabilities", address]);
});

it.each(["/flows?search=x", "/records", "/flows/%22%3E%3Cscript%3E", "/flows/a:b", "/sign-in"])(
  "asks for nothing of a page's own at %s",
  async (path) => {
    const { text } = await app.call("GET", path);
    expect(text.match(/as="fetch"/g)).toHaveLength(1);
  },
);

it("makes a new nonce for every answer", async () => {
  const pages = [await app.call("GET", "/"), await app.call("GET", "/")];
  expect(pages[0]?.text).not.toBe(pages[1]?.text);
});

it("lets hashed files be kept for ever, and sends them packed to those who take that", async () => {
  const packed = await app.call("GET", "/assets/app-1a2b.js", { headers: { "accept-encoding": "gzip, br" } });
  expect(packed.headers.get("content-encoding")).toBe("br");
  expect(packed.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(packed.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const plain = await app.call("GET", "/assets/app-1a2b.js");
  expect([plain.text, plain.headers.get("content-encoding")]).toEqual(["app()", null]);
  expect((await app.call("GET", "/theme.js")).headers.get("cache-control")).toBe("no-cache");
});

it("answers 404 for files that are not there, and for the API, never the page", async () => {
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

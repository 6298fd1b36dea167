import { type IncomingMessage, type Server, createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "#core/json/json.ts";
import { startListening } from "#server/http-server.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { createSampleStep } from "#server/testing/sample-steps.ts";

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
}

let server: Server;
let origin: string;
let harness: ReturnType<typeof createFlowRunHarness>;
const seen: Seen[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      seen.push({ request, body: Buffer.concat(chunks).toString() });
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      if (pathname === "/silent") return;
      const status = Number(searchParams.get("status") ?? 200);
      response.writeHead(status, { "content-type": searchParams.get("type") ?? "application/json" });
      response.end(searchParams.get("say") ?? '{"user":{"login":"ada"},"items":[{"id":1},{"id":2}]}');
    });
  });
  const place = `127.0.0.1:${await startListening(server, 0, "127.0.0.1")}`;
  origin = `http://${place}`;
  harness = createFlowRunHarness({ allowed: [place], secrets: { KEY: "geheim-1" } });
});
afterAll(async () => {
  await harness.runner.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => void (seen.length = 0));

const call = async (
  type: "fetch-url" | "api-call",
  http: JsonObject,
  config: JsonObject = {},
  inputs: JsonObject = {},
) => {
  const ran = await harness.run([createSampleStep("a", type, { http, outputVariable: "a", ...config })], {
    inputs: { origin, ...inputs },
  });
  return ran.of("a");
};

it.each<[string, JsonObject, JsonValue]>([
  ["JSON if the content type says so", {}, { user: { login: "ada" }, items: [{ id: 1 }, { id: 2 }] }],
  ["text if requested", { responseType: "text" }, '{"user":{"login":"ada"},"items":[{"id":1},{"id":2}]}'],
])("a fetch step fetches %s", async (_, rest, output) => {
  expect((await call("fetch-url", { url: "{{origin}}/x" }, rest)).output).toEqual(output);
});

it("an HTTP step fetches HTML and XML as text, and parses JSON on request", async () => {
  expect((await call("fetch-url", { url: "{{origin}}/?type=text/html&say=<p>" })).output).toBe("<p>");
  expect(
    (await call("fetch-url", { url: "{{origin}}/?type=text/plain&say={}" }, { responseType: "json" })).output,
  ).toEqual({});
  expect(
    (await call("fetch-url", { url: "{{origin}}/?type=text/xml&say=<a/>" }, { responseType: "xml" })).output,
  ).toBe("<a/>");
});

it("an HTTP step sends method, headers and a JSON body in which values are escaped", async () => {
  const text = 'two\nlines and a "quote"';
  await call(
    "api-call",
    {
      url: "{{origin}}/",
      method: "post",
      headers: { "x-id": "{{id}}" },
      body: '{"text": "{{text}}", "n": "{{id}}"}',
    },
    {},
    { text, id: 7 },
  );
  expect(seen[0]?.request.method).toBe("POST");
  expect(seen[0]?.request.headers).toMatchObject({ "x-id": "7", "content-type": "application/json" });
  expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ text, n: "7" });
  await call(
    "api-call",
    { url: "{{origin}}/", method: "PUT", body: { text: "{{text}}", n: "{{id}}" } },
    {},
    { text, id: 7 },
  );
  expect(JSON.parse(seen[1]?.body ?? "")).toEqual({ text, n: 7 });
  await call("api-call", { url: "{{origin}}/", method: "POST" }, { requestTemplate: "{{text}}" }, { text });
  expect(seen[2]?.body).toBe(text);
});

it.each<[string, JsonObject, string, string]>([
  ["a bearer token", { type: "bearer", token: "{{secret:KEY}}" }, "authorization", "Bearer geheim-1"],
  [
    "a user name and a password",
    { type: "basic", username: "ada", password: "{{secret:KEY}}" },
    "authorization",
    `Basic ${btoa("ada:geheim-1")}`,
  ],
  [
    "an API key in its own header",
    { type: "api-key", header: "x-token", value: "{{secret:KEY}}" },
    "x-token",
    "geheim-1",
  ],
  ["an API key in the default header", { type: "apiKey", key: "{{secret:KEY}}" }, "x-api-key", "geheim-1"],
])("an HTTP step authenticates with %s", async (_, auth, header, value) => {
  const outcome = await call("api-call", { url: "{{origin}}/" }, { auth });
  expect(seen[0]?.request.headers[header]).toBe(value);
  expect(JSON.stringify(outcome)).not.toContain("geheim");
});

it("a writing request has an idempotency key, which a retry sends again and which the flow can replace", async () => {
  const keys = async (http: JsonObject, rest: JsonObject = {}) => {
    const before = seen.length;
    await call("api-call", { url: "{{origin}}/", ...http }, rest, { verb: "patch" });
    return seen.slice(before).map(({ request }) => request.headers["idempotency-key"]);
  };
  for (const method of ["POST", "put", "{{verb}}", "DELETE"])
    expect(await keys({ method })).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  for (const method of [undefined, "GET", "HEAD", "options"])
    expect(await keys({ ...(method && { method }) })).toEqual([undefined]);
  const retry = { errorHandling: { onError: "fallback", fallbacks: [{ type: "retry" }] } };
  const [first, second] = await keys({ method: "POST", url: "{{origin}}/?status=500" }, retry);
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(second).toBe(first);
  expect(await keys({ method: "POST", headers: { "IDEMPOTENCY-KEY": "own" } })).toEqual(["own"]);
  const two = ["a", "b"].map((id) =>
    createSampleStep(id, "api-call", { http: { url: `${origin}/`, method: "POST" } }),
  );
  seen.length = 0;
  await harness.run(two, { idempotencyKey: "run_1" });
  await harness.run(two, { idempotencyKey: "run_1" });
  await harness.run(two, { idempotencyKey: "run_2" });
  const [a, b, c, d, ...others] = seen.map(({ request }) => request.headers["idempotency-key"]);
  expect([c, d]).toEqual([a, b]);
  expect(new Set([a, b, ...others]).size).toBe(4);
});

it("an HTTP step extracts the requested parts of the response", async () => {
  const responseMapping = {
    login: "user.login",
    second: "items[1].id",
    first: "$.items.0.id",
    none: "no.such",
  };
  expect((await call("api-call", { url: "{{origin}}/" }, { responseMapping })).output).toEqual({
    login: "ada",
    second: 2,
    first: 1,
    none: null,
  });
});

it.each<[string, JsonObject, JsonObject, RegExp]>([
  [
    "an error status",
    { url: "{{origin}}/?status=404&say=no+such+thing" },
    {},
    /responded with 404: no such thing$/,
  ],
  ["an error status without a body", { url: "{{origin}}/?status=500&say=" }, {}, /responded with 500\.$/],
  ["an answer that is not JSON", { url: "{{origin}}/?say=oops" }, {}, /not JSON. It begins with “oops”/],
  ["an empty address", { url: "{{nobody}}" }, {}, /URL is required/],
  ["a private address", { url: "http://10.0.0.1/" }, {}, /ALLOW_PRIVATE_HTTP/],
  ["a file", { url: "file:///etc/passwd" }, {}, /Only http/],
  ["an unknown method", { url: "{{origin}}/", method: "JUMP" }, {}, /Method must be one of GET, POST/],
  ["a body that GET cannot send", { url: "{{origin}}/", body: "x" }, {}, /GET request cannot have a body/],
  ["a timeout", { url: "{{origin}}/silent", timeout: 100 }, {}, /did not respond within 100 ms/],
  [
    "an unknown kind of authentication",
    { url: "{{origin}}/" },
    { auth: { type: "magic" } },
    /bearer, basic or api-key/,
  ],
  ["an empty token", { url: "{{origin}}/" }, { auth: { type: "bearer" } }, /“token” is required/],
])("an HTTP step fails for %s", async (_, http, rest, sentence) => {
  const outcome = await call("api-call", http, rest);
  expect(outcome.status).toBe("failed");
  expect(outcome.error).toMatch(sentence);
});

it("an HTTP step redacts a secret that the server repeats", async () => {
  const outcome = await call("fetch-url", { url: "{{origin}}/?status=400&say=bad+{{secret:KEY}}" });
  expect(outcome.error).toContain("bad •••");
  expect(JSON.stringify(outcome)).not.toContain("geheim");
});

it("an HTTP step does not reveal part of a secret when the response is truncated", async () => {
  for (const type of ["application/json", "text/plain"]) {
    for (const [length, status] of [
      [295, 400],
      [95, 200],
    ]) {
      const say = `${"x".repeat(length ?? 0)}{{secret:KEY}} and more, which is so long that it is cut`;
      const url = `{{origin}}/?status=${status}&type=${type}&say=${say}`;
      expect(JSON.stringify(await call("fetch-url", { url, responseType: "json" }))).not.toContain("gehe");
    }
  }
});

it("an HTTP step redacts credentials that the server repeats, also encoded ones", async () => {
  const encoded = btoa("ada:geheim-1");
  const url = `{{origin}}/?type=text/plain&say=${encodeURIComponent(`got Basic ${encoded}`)}`;
  const auth = { type: "basic", username: "ada", password: "{{secret:KEY}}" };
  expect((await call("api-call", { url }, { auth })).output).toBe("got Basic •••");
});

it("a step that fetches with Firecrawl fails, because only the platform supports it", async () => {
  expect((await call("fetch-url", { url: origin }, { fetchMethod: "firecrawl" })).error).toMatch(
    /does not support Firecrawl/,
  );
});

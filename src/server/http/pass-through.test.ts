import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { flow, flowListItem, flowPage } from "#contract/flow.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { createHttpServer } from "#server/listen.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { readConfig } from "#server/config.ts";
import { createApp } from "./create-app.ts";
import { pino } from "pino";
import { startTestApp } from "#server/testing/test-app.ts";

const KEY = "rt_live_secret";
const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function serve(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(
    () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An upstream that answers with what it was asked. */
async function startEcho() {
  const seen: IncomingMessage[] = [];
  const url = await serve(
    createServer((request, response) => {
      seen.push(request);
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        response.writeHead(429, {
          "content-type": "application/json",
          "retry-after": "7",
          "x-quota-remaining": "0",
          "set-cookie": "upstream=1",
          "access-control-allow-origin": "*",
          "strict-transport-security": "max-age=31536000",
          "clear-site-data": '"*"',
          "alt-svc": 'h3=":443"',
        });
        response.end(JSON.stringify({ url: request.url, body: Buffer.concat(chunks).toString() }));
      });
    }),
  );
  return { url, seen };
}

const cloud = (url: string, env: Record<string, string> = {}) =>
  startTestApp(undefined, { env: { RUNTYPE_API_KEY: KEY, RUNTYPE_API_URL: url, ...env } });

it("passes method, path, query and body on with the key, and the answer back as it is", async () => {
  const { url, seen } = await startEcho();
  const app = await cloud(`${url}/v1/`);
  const answer = await app.call("PUT", "/v1/flows/flow_1?x=%20y", {
    text: '{"name": "As sent"}',
    headers: {
      cookie: "flowline_session=secret",
      authorization: "Bearer browser",
      "content-type": "application/json",
      "x-forwarded-for": "10.0.0.1",
      "x-flowline-tab": "tab_1",
      "x-flowline-save": "save_1",
    },
  });
  expect(answer.status).toBe(429);
  expect(answer.json).toEqual({ url: "/v1/flows/flow_1?x=%20y", body: '{"name": "As sent"}' });
  expect(answer.headers.get("retry-after")).toBe("7");
  expect(answer.headers.get("x-quota-remaining")).toBe("0");
  for (const name of [
    "set-cookie",
    "access-control-allow-origin",
    "strict-transport-security",
    "clear-site-data",
    "alt-svc",
  ])
    expect(answer.headers.get(name)).toBeNull();
  expect(seen[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(seen[0]?.headers["content-type"]).toBe("application/json");
  for (const name of ["cookie", "x-forwarded-for", "x-flowline-tab", "x-flowline-save", "origin"])
    expect(seen[0]?.headers[name]).toBeUndefined();
});

it("passes nothing but /v1/…", async () => {
  const { url, seen } = await startEcho();
  const app = await cloud(url);
  for (const path of [
    "/v2/flows",
    "/v1/..%2f..%2fadmin",
    "/v1/%5c%5cevil.example/x",
    "/v1/../admin",
    "/local/x",
  ]) {
    expect((await app.call("GET", path)).status).toBe(404);
  }
  expect(seen).toEqual([]);
});

it("says when the upstream does not answer, without the key", async () => {
  const app = await cloud("http://127.0.0.1:1");
  const answer = await app.call("GET", "/v1/flows");
  expect([answer.status, answer.json.details[0].code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  expect(answer.text).not.toContain(KEY);
});

it("tells the dashboard where requests go, never with what key", async () => {
  const app = await cloud("https://api.example.com/");
  const { json, text } = await app.call("GET", "/local/capabilities");
  expect(json).toMatchObject({
    mode: "cloud",
    upstream: "https://api.example.com",
    versionTokens: false,
    auth: "none",
  });
  expect(text).not.toContain(KEY);
});

it("still demands this server's own keys where there are any", async () => {
  const { url, seen } = await startEcho();
  const store = await openTestStore();
  ends.push(() => store.close());
  const env = { RUNTYPE_API_KEY: KEY, RUNTYPE_API_URL: url, API_KEYS: "reader=FLOWS:READ" };
  const app = await startTestApp(store, { env });
  expect((await app.call("GET", "/v1/flows")).status).toBe(401);
  const headers = { authorization: "Bearer reader" };
  expect((await app.call("POST", "/v1/flows", { headers, text: "{}" })).status).toBe(403);
  expect((await app.call("GET", "/v1/records", { headers })).status).toBe(403);
  expect(seen).toEqual([]);
  expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(429);
});

it("marks a refusal of its own key, so that nobody is asked to sign in for it", async () => {
  let status = 401;
  const url = await serve(
    createServer((_, response) => {
      response.writeHead(status, { "content-type": "application/json", "x-server-key-refused": "told" });
      response.end('{"error":"Unauthorized"}');
    }),
  );
  const app = await cloud(url);
  const refused = await app.call("GET", "/v1/flows");
  expect([refused.status, refused.headers.get("x-server-key-refused")]).toEqual([401, "1"]);
  status = 200;
  expect((await app.call("GET", "/v1/flows")).headers.get("x-server-key-refused")).toBeNull();
  const store = await openTestStore();
  ends.push(() => store.close());
  const env = { RUNTYPE_API_KEY: KEY, RUNTYPE_API_URL: url, API_KEYS: "reader=FLOWS:READ" };
  const guarded = await (await startTestApp(store, { env })).call("GET", "/v1/flows");
  expect([guarded.status, guarded.headers.get("x-server-key-refused")]).toEqual([401, null]);
});

it("streams an answer while it is being written", async () => {
  let finish = () => {};
  const url = await serve(
    createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
      finish = () => response.end("data: last\n\n");
    }),
  );
  const env = { RUNTYPE_API_KEY: KEY, RUNTYPE_API_URL: url };
  const app = await createApp({
    runs: undefined,
    config: readConfig(env),
    store: undefined,
    events: undefined,
    logger: pino({ level: "silent" }),
    now: Date.now,
    port: () => 4400,
    clientDirectory: undefined,
  });
  const response = await app.request("http://localhost:4400/v1/dispatch", { method: "POST", body: "{}" });
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: first\n\n");
  finish();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: last\n\n");
});

it("works against a server that knows the documented API and nothing more", async () => {
  const store = await openTestStore();
  const plain = await createApp({
    runs: undefined,
    config: readConfig({ EXTRAS: "0" }),
    store,
    events: undefined,
    logger: pino({ level: "silent" }),
    now: Date.now,
    port: () => upstreamPort,
    clientDirectory: undefined,
  });
  let upstreamPort = 0;
  const url = await serve(createHttpServer(plain.fetch));
  upstreamPort = Number(new URL(url).port);
  ends.unshift(() => store.close());
  const app = await cloud(url);

  const made = await app.call("POST", "/v1/flows", {
    body: { ...buildFlow("Plain", [buildStep("a")]), description: "dropped" },
    headers: { "idempotency-key": "ignored" },
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBeNull();
  const documented = [
    "createdAt",
    "flowSteps",
    "id",
    "lastRunAt",
    "name",
    "organizationId",
    "stepCount",
    "updatedAt",
    "userId",
  ];
  expect(Object.keys(made.json).toSorted()).toEqual(documented);
  expect(flow.safeParse(made.json).success).toBe(true);

  const path = `/v1/flows/${made.json.id}`;
  const saved = await app.call("PUT", path, { body: { name: "Saved" }, headers: { "if-match": '"9-0000"' } });
  expect(saved.status).toBe(200);
  expect(Object.keys(saved.json).toSorted()).toEqual([...documented, "draftVersionId"].toSorted());
  const list = await app.call("GET", "/v1/flows?sort=size&order=odd&status=odd");
  expect(flowPage.safeParse(list.json).success).toBe(true);
  expect(Object.keys(list.json.data[0]).toSorted()).toEqual([
    "createdAt",
    "id",
    "lastRunAt",
    "name",
    "updatedAt",
  ]);
  expect(flowListItem.safeParse(list.json.data[0]).success).toBe(true);
  expect((await app.call("POST", `${path}/publish`, { body: { label: "x" } })).status).toBe(200);
  expect((await app.call("GET", `/v1/flow-versions/${made.json.id}/published`)).json.label).toBeNull();
  expect((await app.call("DELETE", path)).status).toBe(204);
});

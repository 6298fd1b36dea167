import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { flowSchema, flowListItemSchema, flowPageSchema } from "#contract/flow.ts";
import { UPSTREAM_HOST_HEADER } from "#contract/local.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createHttpServer } from "#server/listen.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { readServerConfig } from "#server/config/config.ts";
import { createHttpApp } from "#server/app/create-http-app.ts";
import { pino } from "pino";
import { createBearerHeader, startTestApp, createTestApiKey } from "#server/testing/test-app.ts";
import {
  FAKE_UPSTREAM_API_KEY,
  listenUntilTestEnds,
  startTestAppInCloudMode,
  startEchoUpstream,
} from "#server/testing/upstream.ts";
import { ServerMetrics } from "#server/telemetry/server-metrics.ts";

it("the cloud-mode proxy forwards method, path, query and body with the key, and returns the response unchanged", async () => {
  const { url, seen } = await startEchoUpstream();
  const app = await startTestAppInCloudMode(`${url}/v1/`, { RATE_LIMIT: "9" });
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
  expect(answer.headers.get("x-quota-warning")).toBe("80 percent used");
  // The upstream's own headers about its limit are neither replaced nor completed by those of this server.
  expect(answer.headers.get("ratelimit-remaining")).toBe("3");
  expect(answer.headers.get("ratelimit-limit")).toBeNull();
  for (const name of [
    "set-cookie",
    "access-control-allow-origin",
    "strict-transport-security",
    "clear-site-data",
    "alt-svc",
  ])
    expect(answer.headers.get(name)).toBeNull();
  expect(seen[0]?.headers.authorization).toBe(`Bearer ${FAKE_UPSTREAM_API_KEY}`);
  expect(seen[0]?.headers["content-type"]).toBe("application/json");
  for (const name of ["cookie", "x-forwarded-for", "x-flowline-tab", "x-flowline-save", "origin"])
    expect(seen[0]?.headers[name]).toBeUndefined();
});

it("the cloud-mode proxy names the host that answered, whatever the upstream claims", async () => {
  const url = await listenUntilTestEnds(
    createServer((_, response) => response.setHeader(UPSTREAM_HOST_HEADER, "evil.example").end("<p>")),
  );
  const app = await startTestAppInCloudMode(url);
  const { headers } = await app.call("GET", "/v1/flows");
  expect(headers.get(UPSTREAM_HOST_HEADER)).toBe(new URL(url).host);
  expect((await app.call("GET", "/local/capabilities")).headers.get(UPSTREAM_HOST_HEADER)).toBeNull();
});

it("the cloud-mode proxy forwards only paths under /v1/", async () => {
  const { url, seen } = await startEchoUpstream();
  const app = await startTestAppInCloudMode(url);
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

it("the cloud-mode proxy reports that the upstream does not answer, without revealing the key", async () => {
  const app = await startTestAppInCloudMode("http://127.0.0.1:1");
  const answer = await app.call("GET", "/v1/flows");
  expect([answer.status, answer.json.details[0].code]).toEqual([502, "UPSTREAM_UNREACHABLE"]);
  expect(answer.text).not.toContain(FAKE_UPSTREAM_API_KEY);
});

it("the cloud-mode proxy shows the dashboard the upstream's address, but not the key", async () => {
  const app = await startTestAppInCloudMode("https://api.example.com/");
  const { json, text } = await app.call("GET", "/local/capabilities");
  expect(json).toMatchObject({
    mode: "cloud",
    upstream: "https://api.example.com",
    auth: "none",
  });
  expect(text).not.toContain(FAKE_UPSTREAM_API_KEY);
});

it("the cloud-mode proxy requires this server's own keys when some are configured", async () => {
  const { url, seen } = await startEchoUpstream();
  const store = await openTestStore();
  onTestFinished(() => store.close());
  const env = {
    RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY,
    RUNTYPE_API_URL: url,
    API_KEYS: `${createTestApiKey("reader")}=FLOWS:READ`,
  };
  const app = await startTestApp(store, { env });
  expect((await app.call("GET", "/v1/flows")).status).toBe(401);
  const headers = createBearerHeader("reader");
  expect((await app.call("POST", "/v1/flows", { headers, text: "{}" })).status).toBe(403);
  expect((await app.call("GET", "/v1/records", { headers })).status).toBe(403);
  expect((await app.call("POST", "/v1/secrets/check", { headers, text: '{"keys":["A"]}' })).status).toBe(403);
  expect((await app.call("GET", "/v1/secrets", { headers })).status).toBe(403);
  expect(seen).toEqual([]);
  for (const path of ["/v1/flows", "/v1/model-configs/grouped", "/v1/resources", "/v1/usage-limits/daily"])
    expect((await app.call("GET", path, { headers })).status).toBe(429);
});

it("the cloud-mode proxy marks an upstream error about the server's own key, so that the dashboard does not ask the user to sign in", async () => {
  let status = 401;
  const url = await listenUntilTestEnds(
    createServer((_, response) => {
      response.writeHead(status, { "content-type": "application/json", "x-server-key-refused": "told" });
      response.end('{"error":"Unauthorized"}');
    }),
  );
  const app = await startTestAppInCloudMode(url);
  const refused = await app.call("GET", "/v1/flows");
  expect([refused.status, refused.headers.get("x-server-key-refused")]).toEqual([401, "1"]);
  status = 403;
  const forbidden = await app.call("GET", "/v1/flows");
  expect([forbidden.status, forbidden.headers.get("x-server-key-refused")]).toEqual([403, "1"]);
  status = 200;
  expect((await app.call("GET", "/v1/flows")).headers.get("x-server-key-refused")).toBeNull();
  const store = await openTestStore();
  onTestFinished(() => store.close());
  const env = {
    RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY,
    RUNTYPE_API_URL: url,
    API_KEYS: `${createTestApiKey("reader")}=FLOWS:READ`,
  };
  const guarded = await (await startTestApp(store, { env })).call("GET", "/v1/flows");
  expect([guarded.status, guarded.headers.get("x-server-key-refused")]).toEqual([401, null]);
});

it("the cloud-mode proxy streams a response while it is being written", async () => {
  let finish = () => {};
  const url = await listenUntilTestEnds(
    createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
      finish = () => response.end("data: last\n\n");
    }),
  );
  const env = { RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY, RUNTYPE_API_URL: url };
  const app = await startTestApp(undefined, { env });
  const response = await app.request("POST", "/v1/dispatch", {});
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: first\n\n");
  finish();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: last\n\n");
});

it("the cloud-mode proxy works with an upstream that has only the documented API", async () => {
  const store = await openTestStore();
  onTestFinished(() => store.close());
  const plain = await createHttpApp({
    runs: undefined,
    metrics: new ServerMetrics(),
    config: readServerConfig({ EXTRAS: "0" }),
    store,
    events: undefined,
    logger: pino({ level: "silent" }),
    now: Date.now,
    monotonic: () => performance.now(),
    port: () => upstreamPort,
    clientDirectory: undefined,
  });
  let upstreamPort = 0;
  const url = await listenUntilTestEnds(createHttpServer(plain.fetch));
  upstreamPort = Number(new URL(url).port);
  const app = await startTestAppInCloudMode(url);

  const made = await app.call("POST", "/v1/flows", {
    body: { ...buildFlow("Plain", [buildStep("a")]), description: "dropped" },
    headers: { "idempotency-key": "ignored" },
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBeNull();
  const documented = [
    "createdAt",
    "dashboardUrl",
    "flowSteps",
    "id",
    "lastRunAt",
    "name",
    "organizationId",
    "sampleMetadata",
    "stepCount",
    "updatedAt",
    "userId",
  ];
  expect(Object.keys(made.json).toSorted()).toEqual(documented);
  expect(flowSchema.safeParse(made.json).success).toBe(true);

  const path = `/v1/flows/${made.json.id}`;
  const saved = await app.call("PUT", path, { body: { name: "Saved" }, headers: { "if-match": '"9-0000"' } });
  expect(saved.status).toBe(200);
  expect(Object.keys(saved.json).toSorted()).toEqual([...documented, "draftVersionId"].toSorted());
  const list = await app.call("GET", "/v1/flows?sort=size&order=odd&status=odd");
  expect(flowPageSchema.safeParse(list.json).success).toBe(true);
  expect(Object.keys(list.json.data[0]).toSorted()).toEqual([
    "createdAt",
    "id",
    "lastRunAt",
    "name",
    "updatedAt",
  ]);
  expect(flowListItemSchema.safeParse(list.json.data[0]).success).toBe(true);
  expect((await app.call("POST", `${path}/publish`, { body: { label: "x" } })).status).toBe(200);
  expect((await app.call("GET", `/v1/flow-versions/${made.json.id}/published`)).json.label).toBeNull();
  expect((await app.call("DELETE", path)).status).toBe(204);
});

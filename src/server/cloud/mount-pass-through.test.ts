import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { UPSTREAM_HOST_HEADER } from "#contract/local.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { startTestApp, createTestApiKey } from "#server/testing/test-app.ts";
import {
  FAKE_UPSTREAM_API_KEY,
  listenUntilTestEnds,
  startTestAppInCloudMode,
  startEchoUpstream,
} from "#server/testing/upstream.ts";

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

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

let store: Store;
let app: TestApp;
beforeAll(async () => {
  store = await openTestStore();
  app = await startTestApp(store, { runner: createFakeFlowRunner() });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

it.each([
  ["GET", "/v1/agents"],
  ["POST", "/v1/client/init"],
  ["POST", "/v1/dispatch/resume"],
  ["POST", "/v1/eval/submit"],
  ["GET", "/v1/products"],
  ["PATCH", "/v1/logs"],
  ["OPTIONS", "/v1/logs"],
  ["GET", "/v1"],
])("%s %s is answered with 404 and the endpoints that exist", async (method, path) => {
  const { status, json, text } = await app.call(method, path);
  expect(status).toBe(404);
  expect(json.error).toContain(`This server has no ${method} ${path.slice(0, 100)}`);
  expect(json.details[0].code).toBe("UNKNOWN_ENDPOINT");
  expect(json.supported).toContainEqual({ path: "/v1/flows", methods: ["DELETE", "GET", "POST", "PUT"] });
  expect(json.supported).toContainEqual({ path: "/v1/dispatch", methods: ["POST"] });
  expect(JSON.stringify(json.supported)).not.toContain("/local");
  expect(text.length).toBeLessThan(2500);
});

it("the server answers HEAD without a body, shortens a long path, and answers a wrong method with 405", async () => {
  const head = await app.call("HEAD", "/v1/agents");
  expect([head.status, head.text]).toEqual([404, ""]);
  const long = await app.call("GET", `/v1/${"x".repeat(5000)}`);
  expect([long.status, long.text.length < 2500]).toEqual([404, true]);
  const wrong = await app.call("GET", "/v1/dispatch");
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
});

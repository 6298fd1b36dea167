import { expect, it } from "vitest";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createBearerHeader, createTestApiKey, startTestApp } from "#server/testing/test-app.ts";

const cloud = { RUNTYPE_API_KEY: "rt_test", RUNTYPE_API_URL: "http://127.0.0.1:1" };

it("the server sends security headers with every response", async () => {
  const app = await startTestApp(undefined, { env: cloud });
  for (const path of ["/local/capabilities", "/local/unknown", "/healthz", "/unknown"]) {
    const { headers } = await app.call("GET", path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("referrer-policy")).toBe("same-origin");
    expect(headers.get("permissions-policy")).toContain("camera=(), ");
  }
});

it.each([
  ["https://flows.example.com", "max-age=31536000"],
  ["http://flows.example.com", null],
])("the server at %s sends Strict-Transport-Security %j", async (PUBLIC_URL, expected) => {
  const store = await openTestStore();
  const app = await startTestApp(store, { env: { PUBLIC_URL, API_KEYS: createTestApiKey("k") } });
  const headers = createBearerHeader("k");
  const answers = [await app.call("GET", "/healthz")];
  // Asks twice: the second answer comes from memory, before all middleware.
  for (const _ of [1, 2]) answers.push(await app.call("GET", "/v1/flows", { headers }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(answers.map((answer) => answer.headers.get("strict-transport-security"))).toEqual([
    expected,
    expected,
    expected,
  ]);
  await store.close();
});

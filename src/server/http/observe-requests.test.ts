import { sql } from "drizzle-orm";
import { pino } from "pino";
import { expect, it } from "vitest";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { createBearerHeader, createTestApiKey, startTestApp } from "#server/testing/test-app.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";

describeSuiteForEitherStore("metrics", (store) => {
  it("count requests by route, and never by path", async () => {
    const app = await startTestApp(store());
    const { id } = await app.create({ name: "One", flowSteps: [] });
    for (const path of [`/v1/flows/${id}`, "/v1/flows/flow_none", "/v1/flows", "/v1/nothing", "/secret-name"])
      await app.call("GET", path);
    const { status, text, headers } = await app.call("GET", "/metrics");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('flowline_http_requests_total{method="POST",route="/v1/flows",status="201"} 1');
    expect(text).toContain('flowline_http_requests_total{method="GET",route="/v1/flows/:id",status="200"} 1');
    expect(text).toContain('flowline_http_requests_total{method="GET",route="/v1/flows/:id",status="404"} 1');
    expect(text).toContain('flowline_http_request_duration_seconds_count{method="GET",route="/v1/flows"} 1');
    expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds \d/);
    expect(text).not.toContain("secret-name");
    expect(text).not.toContain(String(id));
    expect(text.includes('flowline_database_connections{state="idle"}')).toBe(store().kind === "postgres");
    expect((await app.call("GET", "/metrics")).status).toBe(200);
  });

  it("need a key with METRICS:READ, and take the deprecated FLOWS:READ with one warning", async () => {
    const keys = { metrics: "METRICS:READ", flows: "FLOWS:READ", records: "RECORDS:READ", all: "*" };
    const API_KEYS = Object.entries(keys)
      .map(([name, scope]) => `${createTestApiKey(name)}=${scope}`)
      .join(",");
    const lines: string[] = [];
    const write = (line: string) => void (line.includes("securityEvent") || lines.push(line));
    const app = await startTestApp(store(), {
      env: { API_KEYS },
      logger: pino({ level: "warn" }, { write }),
    });
    const status = async (headers = {}) => (await app.call("GET", "/metrics", { headers })).status;
    expect(await status()).toBe(401);
    expect(await status(createBearerHeader("records"))).toBe(403);
    expect(await status(createBearerHeader("metrics"))).toBe(200);
    expect(await status(createBearerHeader("all"))).toBe(200);
    expect(lines).toEqual([]);
    for (const _ of [1, 2]) expect(await status(createBearerHeader("flows"))).toBe(200);
    expect(lines).toEqual([expect.stringContaining("METRICS:READ, which is deprecated")]);
    expect((await app.call("GET", "/v1/flows", { headers: createBearerHeader("metrics") })).status).toBe(403);
  });
});

it("each response has a request id, which a server error and its log entry show", async () => {
  const store = await openTestStore();
  const lines: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  const app = await startTestApp(store, { logger });
  const found = await app.call("GET", "/v1/flows");
  expect(found.headers.get("x-request-id")).toMatch(/^[\da-f]{16}$/);
  await store.database.execute(sql`ALTER TABLE flows RENAME COLUMN name TO gone`);
  const failed = await app.call("GET", "/v1/flows");
  const id = failed.headers.get("x-request-id");
  expect(failed).toMatchObject({ status: 500, json: { requestId: id } });
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { requestId: id, msg: "a request failed" },
  ]);
  await store.close();
});

it("the request id of a client or proxy is used unless it is malformed", async () => {
  const store = await openTestStore();
  const app = await startTestApp(store);
  const idOf = async (given: string) =>
    (await app.call("GET", "/healthz", { headers: { "x-request-id": given } })).headers.get("x-request-id");
  expect(await idOf("abc-123:4567")).toBe("abc-123:4567");
  for (const bad of ["short", "a b c d e f g h", "x".repeat(129), '{"log":"forged"}'])
    expect(await idOf(bad)).toMatch(/^[\da-f]{16}$/);
  await store.close();
});

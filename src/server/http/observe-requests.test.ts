import { sql } from "drizzle-orm";
import { pino } from "pino";
import { expect, it } from "vitest";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";

const KEY = "0123456789abcdef";

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

  it("need a key with FLOWS:READ where the server has keys", async () => {
    const API_KEYS = `${KEY}=FLOWS:READ,two-${KEY}=RECORDS:READ`;
    const app = await startTestApp(store(), { env: { API_KEYS } });
    const get = (key?: string) =>
      app.call("GET", "/metrics", key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
    expect((await get()).status).toBe(401);
    expect((await get(`two-${KEY}`)).status).toBe(403);
    expect((await get(KEY)).status).toBe(200);
  });
});

it("each response has a request id, which a server error and its log entry show", async () => {
  const store = await openTestStore();
  const lines: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  const app = await startTestApp(store, { logger });
  const found = await app.call("GET", "/v1/flows", { headers: { "x-request-id": "from-client" } });
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

it("the request id of a trusted reverse proxy is used unless it is malformed", async () => {
  const store = await openTestStore();
  const app = await startTestApp(store, { env: { TRUSTED_PROXIES: "1" } });
  const idOf = async (given: string) =>
    (await app.call("GET", "/healthz", { headers: { "x-request-id": given } })).headers.get("x-request-id");
  expect(await idOf("abc-123:4567")).toBe("abc-123:4567");
  for (const bad of ["short", "a b c d e f g h", "x".repeat(129)]) expect(await idOf(bad)).not.toBe(bad);
  await store.close();
});

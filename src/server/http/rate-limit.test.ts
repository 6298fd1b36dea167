import { sql } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import type { Database } from "#server/store/database.ts";
import { takeRateLimitTokens } from "#server/store/rate-limit-tokens.ts";
import type { Store } from "#server/store/store.ts";
import {
  type TestApp,
  type TestRequestOptions,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore, describeSuiteForServers } from "#server/testing/test-stores.ts";
import { createRateLimiter } from "./rate-limit.ts";

const createLimiter = (perMinute: number, execute: () => Promise<unknown>) =>
  createRateLimiter(perMinute, {
    store: { kind: "postgres", database: { execute } as unknown as Database },
    monotonic: () => 0,
  });

const isGranted = async (limit: () => unknown) => {
  try {
    await limit();
    return true;
  } catch {
    return false;
  }
};

describe("a rate limiter whose tokens are in the store", () => {
  it("queries the store once for many requests", async () => {
    let queries = 0;
    const limit = createLimiter(1000, async () => {
      queries += 1;
      return { rows: [{ granted: 50, tokens: 900 }] };
    });
    await Promise.all(Array.from({ length: 200 }, async () => limit("key")));
    expect(queries).toBe(4);
  });

  it("does not query the store again at once when the key has no tokens left", async () => {
    let queries = 0;
    const limit = createLimiter(1000, async () => {
      queries += 1;
      return { rows: [{ granted: 0, tokens: 0.5 }] };
    });
    const granted = await Promise.all(Array.from({ length: 100 }, () => isGranted(() => limit("key"))));
    expect([queries, granted.includes(true)]).toEqual([1, false]);
    expect(await isGranted(() => limit("key"))).toBe(false);
    expect(queries).toBe(1);
  });

  it.each([
    ["fails", () => Promise.reject(new Error("lost"))],
    ["does not answer", () => new Promise<never>(() => undefined)],
  ])("grants the limit by itself while the store %s", async (_, execute) => {
    const limit = createLimiter(10, execute);
    const granted: boolean[] = [];
    for (let count = 0; count < 12; count += 1) granted.push(await isGranted(() => limit("key")));
    expect(granted.filter(Boolean)).toHaveLength(10);
  });
});

describeSuiteForEitherStore("a limit of requests", (store) => {
  const READER = createBearerHeader("reader");
  const KEYS = ["reader", "writer"].map((name) => createTestApiKey(name));
  const start = (perMinute: number) =>
    startTestApp(store(), { env: { API_KEYS: KEYS.join(","), RATE_LIMIT: String(perMinute) } });
  const readState = ({ headers }: { readonly headers: Headers }) =>
    ["limit", "remaining", "reset"].map((name) => Number(headers.get(`ratelimit-${name}`)));
  const signIn = (app: TestApp, name: string, options: TestRequestOptions = {}) =>
    app.call("POST", "/local/session", { ...options, body: { key: createTestApiKey(name) } });

  it("covers paths below /local/ and counts an event stream once, but no probes, metrics or files", async () => {
    const app = await start(6);
    const { id } = (await app.call("POST", "/v1/flows", { body: { name: "Digest" }, headers: READER })).json;
    const events = await app.listen({ headers: READER });
    const tag = () => app.call("PUT", `/local/flows/${id}/tags`, { body: { add: ["a"] }, headers: READER });
    expect((await tag()).status).toBe(200);
    expect((await events.next())?.event).toBe("ready");
    for (const path of ["/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/healthz", "/readyz"]) {
      const { status, headers } = await app.call("GET", path, { headers: READER });
      expect([path, status, headers.has("ratelimit-limit")]).toEqual([path, 200, false]);
    }
    const rest: number[] = [];
    for (const path of ["capabilities", "server", "flow-tags", "steps?query=a"])
      rest.push((await app.call("GET", `/local/${path}`, { headers: READER })).status);
    expect(rest).toEqual([200, 200, 200, 429]);
    expect((await tag()).status).toBe(429);
    expect(
      (await app.call("GET", "/local/capabilities", { headers: createBearerHeader("writer") })).status,
    ).toBe(200);
    await events.close();
  });

  it("is in the headers of answers, from memory or not, of errors and of refusals", async () => {
    const app = await start(4);
    const paths = ["/v1/flows", "/v1/flows", "/v1/flows/flow_none", "/local/steps?cursor=%00", "/v1/flows"];
    for (const [index, path] of paths.entries()) {
      const answer = await app.call("GET", path, { headers: READER });
      const [limit, remaining, reset = 0] = readState(answer);
      expect([answer.status, limit, remaining]).toEqual([
        [200, 200, 404, 400, 429][index],
        4,
        Math.max(0, 3 - index),
      ]);
      // PostgreSQL's own time passes too, unlike that of the test.
      const expected = 15 * Math.min(4, index + 1);
      expect([reset > expected - 10, reset <= expected]).toEqual([true, true]);
      if (answer.status === 429) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
  });

  it("counts sign-in and sign-out by address, so that a key whose limit is used up can still do both", async () => {
    const app = await start(2);
    for (const status of [200, 200, 429])
      expect((await app.call("GET", "/v1/flows", { headers: READER })).status).toBe(status);
    const session = await signIn(app, "reader", { address: "192.0.2.1" });
    expect(session.status).toBe(204);
    const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
    const out = await app.call("DELETE", "/local/session", { headers: { cookie }, address: "192.0.2.1" });
    expect(out.status).toBe(204);
    expect((await signIn(app, "reader", { address: "192.0.2.1" })).status).toBe(429);
    expect((await signIn(app, "reader", { address: "2001:db8::1" })).status).toBe(204);
    expect((await signIn(app, "reader", { address: "2001:db8::2" })).status).toBe(204);
    expect((await app.call("GET", "/local/capabilities", { address: "2001:db8::3" })).status).toBe(429);
    expect((await store().database.execute(sql`SELECT key FROM rate_limits`)).rows.length).toBeLessThan(2);
  });
});

describeSuiteForServers("two servers on one database", 2, (stores) => {
  let apps: readonly [TestApp, TestApp];
  const database = () => (stores()[0] as Store).database;
  const start = async (perMinute: number) => {
    const open = (store: Store) => startTestApp(store, { env: { RATE_LIMIT: String(perMinute) } });
    apps = (await Promise.all(stores().map(open))) as [TestApp, TestApp];
  };
  afterEach(() => database().execute(sql`DELETE FROM rate_limits`));
  const isAnswered = async (app: TestApp) => {
    const { status, headers } = await app.call("GET", "/v1/flows?limit=1");
    if (status === 429) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    return status === 200;
  };
  const readTokens = async () =>
    Number((await database().execute(sql`SELECT tokens FROM rate_limits`)).rows[0]?.["tokens"]);

  it("grant no more than the limit together, and waste no more than one lease", async () => {
    await start(60);
    const started = performance.now();
    const granted = await Promise.all(
      apps.map(async (app) => {
        let count = 0;
        for (let call = 0; call < 50; call += 1) if (await isAnswered(app)) count += 1;
        return count;
      }),
    );
    const refilled = Math.ceil((performance.now() - started) / 1000);
    const total = (granted[0] ?? 0) + (granted[1] ?? 0);
    expect(total).toBeGreaterThanOrEqual(57);
    expect(total).toBeLessThanOrEqual(60 + refilled);
  });

  it("give back tokens that they do not use", async () => {
    await start(600);
    expect(await isAnswered(apps[0])).toBe(true);
    expect(await readTokens()).toBe(570);
    // Sets the time of the bucket to the future, so that the bucket does not refill by itself.
    await database().execute(sql`UPDATE rate_limits SET updated_at = now() + interval '1 hour'`);
    // Ends the first server's lease: its next request returns the unused tokens, and takes another lease.
    apps[0].wait(6000);
    expect(await isAnswered(apps[0])).toBe(true);
    await expect.poll(readTokens, { timeout: 15_000 }).toBe(600 - 1 - 30);
  });

  it("lock no key out when the clock of the database is set back", async () => {
    const bucket = { organizationId: "", key: "key", perMinute: 6000 };
    const take = () => takeRateLimitTokens((stores()[1] as Store).database, bucket, 300);
    await take();
    await database().execute(sql`UPDATE rate_limits SET tokens = 0, updated_at = now() + interval '1 hour'`);
    expect(await take()).toEqual({ granted: 0, tokens: 0 });
    await expect.poll(async () => (await take()).granted, { timeout: 15_000 }).toBeGreaterThan(0);
  });
});

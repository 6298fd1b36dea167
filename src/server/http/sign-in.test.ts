import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import {
  type TestApp,
  createBearerHeader,
  startTestApp,
  createTestApiKey,
} from "#server/testing/test-app.ts";

const API_KEYS = [
  createTestApiKey("full"),
  `${createTestApiKey("reader")}=FLOWS:READ`,
  `${createTestApiKey("writer")}=FLOWS:READ+FLOWS:WRITE`,
  `${createTestApiKey("group")}=FLOWS:*`,
  `${createTestApiKey("star")}=*`,
].join(",");

describeSuiteForEitherStore("signing in", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { env: { API_KEYS } });
  });
  const signIn = async (name: string, headers: Record<string, string> = {}) => {
    const answer = await app.call("POST", "/local/session", {
      body: { key: createTestApiKey(name) },
      headers,
    });
    const cookie = answer.headers.get("set-cookie") ?? "";
    return { answer, cookie, headers: { cookie: cookie.split(";")[0] ?? "" } };
  };

  it("is not needed without configured keys", async () => {
    const open = await startTestApp(store());
    expect((await open.call("GET", "/v1/flows")).status).toBe(200);
    expect((await open.call("GET", "/local/capabilities")).json).toMatchObject({
      auth: "none",
      signedIn: true,
    });
  });

  it("is announced by the capabilities endpoint, which needs no key", async () => {
    const stranger = await app.call("GET", "/local/capabilities");
    expect(stranger.json).toMatchObject({ mode: "local", auth: "required", signedIn: false, scopes: [] });
    const reader = await app.call("GET", "/local/capabilities", { headers: createBearerHeader("reader") });
    expect(reader.json).toMatchObject({ signedIn: true, scopes: ["FLOWS:READ"] });
    expect(reader.json).not.toHaveProperty("keyName");
    const named = await startTestApp(store(), {
      env: { API_KEYS: `${createTestApiKey("reader")}=FLOWS:READ=Vera` },
    });
    const vera = await named.call("GET", "/local/capabilities", { headers: createBearerHeader("reader") });
    expect(vera.json).toMatchObject({ keyName: "Vera" });
  });

  it("is required: requests without a key or with a wrong one get 401", async () => {
    const strangers: readonly Record<string, string>[] = [
      {},
      createBearerHeader("wrong"),
      { authorization: "Bearer " },
      { authorization: `Basic ${createTestApiKey("full")}` },
      { cookie: "flowline_session=x" },
    ];
    for (const headers of strangers) {
      const answer = await app.call("GET", "/v1/flows", { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="flowline"/);
    }
    expect((await app.call("GET", "/healthz")).status).toBe(200);
    for (const path of ["/v1/openapi.json", "/local/openapi.json"])
      expect((await app.call("GET", path)).status).toBe(200);
  });

  it("sets a cookie that no script can read", async () => {
    const { answer, cookie, headers } = await signIn("writer");
    expect(answer.status).toBe(204);
    expect(cookie).toMatch(
      /^flowline_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
    expect((await app.call("POST", "/v1/flows", { headers, body: { name: "x" } })).status).toBe(201);
    expect((await app.call("GET", "/local/capabilities", { headers })).json).toMatchObject({
      signedIn: true,
    });
    const out = await app.call("DELETE", "/local/session", { headers });
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect(out.headers.get("clear-site-data")).toBe('"cache"');
    expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(401);
  });

  it("stores neither the key nor the session's id in plain text", async () => {
    const { headers } = await signIn("writer");
    const rows = await store().database.execute("SELECT * FROM sessions");
    const text = JSON.stringify(rows.rows);
    expect(rows.rows).toHaveLength(1);
    expect(text).not.toContain("writer");
    expect(text).not.toContain(headers.cookie.split("=")[1]);
  });

  it("identifies each key by a stable id that does not reveal the key", async () => {
    const identityOf = async (headers: Record<string, string>, server = app) => {
      const { json } = await server.call("GET", "/local/capabilities", { headers });
      return (json as { identity?: string }).identity;
    };
    const writer = await identityOf(createBearerHeader("writer"));
    expect(writer).toMatch(/^key_[\w-]{22}$/);
    expect((await signIn("writer")).answer.status).toBe(204);
    expect(await identityOf((await signIn("writer")).headers)).toBe(writer);
    expect(await identityOf(createBearerHeader("reader"))).not.toBe(writer);
    expect(await identityOf({})).toBeUndefined();
    const again = await startTestApp(store(), {
      env: { API_KEYS: `${createTestApiKey("other")},${createTestApiKey("writer")}=FLOWS:READ` },
    });
    expect(await identityOf(createBearerHeader("writer"), again)).toBe(writer);
    expect(await identityOf({}, await startTestApp(store()))).toBe("local");
  });

  it("refuses, with 401, requests of a page that was loaded for another user than the session's", async () => {
    const { headers } = await signIn("writer");
    const { json } = await app.call("GET", "/local/capabilities", { headers });
    const { identity } = json as { identity: string };
    const ask = async (named: string, method = "GET") => {
      const body = method === "GET" ? undefined : { name: "x" };
      const given = { ...headers, "x-flowline-identity": named };
      return (await app.call(method, "/v1/flows", { headers: given, ...(body && { body }) })).status;
    };
    expect(await ask(identity)).toBe(200);
    // Before the page knows its user, the header is empty.
    expect(await ask("")).toBe(200);
    for (const other of ["local", "key_another"]) {
      expect(await ask(other)).toBe(401);
      expect(await ask(other, "POST")).toBe(401);
    }
    expect((await app.call("GET", "/v1/flows", { headers })).json).toMatchObject({ data: [] });
    const open = await startTestApp(store());
    const named = (name: string) => ({ headers: { "x-flowline-identity": name } });
    expect((await open.call("GET", "/v1/flows", named("local"))).status).toBe(200);
    expect((await open.call("GET", "/v1/flows", named(identity))).status).toBe(401);
  });

  it("refuses requests to the dashboard's own routes from a page that was loaded for another user", async () => {
    const first = await signIn("writer");
    const identityOf = async (headers: Record<string, string>) =>
      String((await app.call("GET", "/local/capabilities", { headers })).json.identity);
    const own = await identityOf(first.headers);
    const { headers } = await signIn("full", first.headers);
    const current = await identityOf(headers);
    const ask = async (named: string, path: string, method = "GET") =>
      (await app.call(method, path, { headers: { ...headers, "x-flowline-identity": named } })).status;
    for (const path of ["/local/record-types", "/local/environment", "/local/events"])
      expect([path, await ask(own, path)]).toEqual([path, 401]);
    expect(await ask(current, "/local/record-types")).toBe(200);
    // Browsers cannot set headers on an event stream, so the query names the user for whom the page was loaded.
    await expect(app.listen({ headers, query: `?identity=${own}` })).rejects.toThrow("401");
    await app.listen({ headers, query: `?identity=${current}` });
    expect(await ask(own, "/local/session", "DELETE")).toBe(401);
    expect(await ask(current, "/local/record-types")).toBe(200);
    expect(await ask(current, "/local/session", "DELETE")).toBe(204);
    expect(await ask(own, "/local/session", "DELETE")).toBe(204);
  });

  it("refuses a wrong key", async () => {
    expect((await signIn("wrong")).answer.status).toBe(401);
    expect((await app.call("POST", "/local/session", { body: {} })).status).toBe(400);
  });

  it("ends the event streams of the session at sign-out, and no others", async () => {
    const [leaving, staying] = [await signIn("writer"), await signIn("full")];
    const [ended, kept] = [await app.listen(leaving), await app.listen(staying)];
    await Promise.all([ended.next(), kept.next()]);
    await app.call("DELETE", "/local/session", leaving);
    expect(await ended.next()).toBeUndefined();
    await app.call("POST", "/v1/flows", { body: { name: "Later" }, headers: staying.headers });
    expect(await kept.next()).toMatchObject({ event: "flow.changed" });
    await kept.close();
  });

  it("starts a session that ends after thirty days, or when the key is removed", async () => {
    const { headers } = await signIn("writer");
    const without = await startTestApp(store(), {
      env: { API_KEYS: `${createTestApiKey("reader")}=FLOWS:READ` },
    });
    expect((await without.call("GET", "/v1/flows", { headers })).status).toBe(401);
    expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(200);
    app.wait(31 * 24 * 60 * 60 * 1000);
    expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(401);
  });

  it("survives a cookie of the same name in front of its own, and ends with it", async () => {
    const { headers } = await signIn("writer");
    const both = { ...headers, cookie: `flowline_session=foreign; ${headers.cookie}` };
    expect((await app.call("GET", "/v1/flows", { headers: both })).status).toBe(200);
    await app.call("DELETE", "/local/session", { headers: both });
    expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(401);
  });

  it("marks the cookie as secure under https", async () => {
    app = await startTestApp(store(), { env: { API_KEYS, PUBLIC_URL: "https://flows.example.com" } });
    const { cookie, headers } = await signIn("writer");
    expect(cookie).toMatch(/^__Host-flowline_session=[\w-]{43}; Path=\/; .*; Secure$/);
    expect(cookie).not.toContain("Domain");
    const host = { host: "flows.example.com" };
    const ask = (cookie: string) => app.call("GET", "/v1/flows", { headers: { ...host, cookie } });
    expect((await ask(headers.cookie)).status).toBe(200);
    expect((await ask(headers.cookie.replace("__Host-", ""))).status).toBe(401);
    const out = await app.call("DELETE", "/local/session", { headers: { ...host, ...headers } });
    expect(out.headers.get("set-cookie")).toMatch(/^__Host-flowline_session=; .*Max-Age=0; .*Secure$/);
  });

  it("ends the browser's previous session, unless the key is wrong", async () => {
    const first = await signIn("reader");
    const isIn = async ({ headers }: typeof first) =>
      (await app.call("GET", "/v1/flows", { headers })).status === 200;
    expect((await signIn("wrong", first.headers)).answer.status).toBe(401);
    expect(await isIn(first)).toBe(true);
    const second = await signIn("writer", first.headers);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
    const elsewhere = await signIn("writer");
    expect([await isIn(second), await isIn(elsewhere)]).toEqual([true, true]);
  });

  it("rate-limits guesses of keys by address", async () => {
    const guess = (number: number, address: string) =>
      app.call("GET", "/v1/flows", { headers: createBearerHeader(`guess-${number}`), address });
    const sign = (name: string, address: string) =>
      app.call("POST", "/local/session", { body: { key: createTestApiKey(name) }, address });
    const { headers } = await signIn("reader");
    const seen = new Map<number, number>();
    for (let number = 0; number < 500; number += 1) {
      const { status } = await (number % 2 === 0
        ? guess(number, "192.0.2.1")
        : sign(`guess-${number}`, "192.0.2.1"));
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
    expect(seen).toEqual(
      new Map([
        [401, 10],
        [429, 490],
      ]),
    );
    // Expects that the server refuses even the correct key after too many wrong keys: otherwise a guesser could
    // recognize the correct key.
    const refused = await sign("reader", "192.0.2.1");
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 6]);
    expect(refused.json.details[0].code).toBe("TOO_MANY_WRONG_KEYS");
    expect((await app.call("GET", "/v1/flows", { headers, address: "192.0.2.1" })).status).toBe(200);
    expect((await sign("reader", "192.0.2.2")).status).toBe(204);
    app.wait(6000);
    expect((await sign("reader", "192.0.2.1")).status).toBe(204);
    app.wait(3_600_000);
    const again: number[] = [];
    for (let number = 500; number < 512; number += 1) again.push((await guess(number, "192.0.2.1")).status);
    expect(again.filter((status) => status === 401)).toHaveLength(10);
  });

  it("accepts a recently used key from a rate-limited address", async () => {
    const read = (name: string) =>
      app.call("GET", "/v1/flows", { headers: createBearerHeader(name), address: "192.0.2.50" });
    expect((await read("reader")).status).toBe(200);
    for (let number = 0; number < 20; number += 1) await read(`guess-${number}`);
    expect((await read("guess-20")).status).toBe(429);
    expect((await read("reader")).status).toBe(200);
    expect((await read("writer")).status).toBe(429);
    app.wait(3_600_000);
    for (let number = 30; number < 50; number += 1) await read(`guess-${number}`);
    expect((await read("reader")).status).toBe(429);
  });

  it("counts a repeated wrong key as one guess", async () => {
    for (let count = 0; count < 50; count += 1)
      expect((await app.call("GET", "/v1/flows", { headers: createBearerHeader("old") })).status).toBe(401);
    expect((await app.call("GET", "/v1/flows", { headers: createBearerHeader("reader") })).status).toBe(200);
  });

  it("counts guesses per IPv6 network", async () => {
    const guess = async (number: number, address: string) =>
      (await app.call("GET", "/v1/flows", { headers: createBearerHeader(`guess-${number}`), address }))
        .status;
    for (let number = 0; number < 10; number += 1)
      expect(await guess(number, `2001:db8:0:7::${number}`)).toBe(401);
    expect(await guess(10, "2001:db8:0:7:ffff::1")).toBe(429);
    expect(await guess(11, "2001:db8:0:8::1")).toBe(401);
    for (let number = 0; number < 10; number += 1) await guess(number, "::ffff:192.0.2.9");
    expect(await guess(10, "192.0.2.9")).toBe(429);
    expect(await guess(11, "::ffff:192.0.2.10")).toBe(401);
  });

  it("takes the client's address from trusted proxies only", async () => {
    const guess = (number: number, forwarded: string) =>
      app.call("GET", "/v1/flows", {
        headers: { ...createBearerHeader(`guess-${number}`), "x-forwarded-for": forwarded },
        address: "127.0.0.1",
      });
    for (let number = 0; number < 10; number += 1) await guess(number, `192.0.2.${number}`);
    expect((await guess(10, "192.0.2.99")).status).toBe(429);
    app = await startTestApp(store(), { env: { API_KEYS, TRUSTED_PROXIES: "1" } });
    for (let number = 0; number < 10; number += 1) await guess(number, `198.51.100.${number}, 192.0.2.1`);
    expect((await guess(10, "198.51.100.99, 192.0.2.1")).status).toBe(429);
    expect((await guess(11, "192.0.2.2")).status).toBe(401);
  });

  /** Lets time pass for the server, and for the limits that servers share in the store. */
  const passSeconds = async (seconds: number) => {
    app.wait(seconds * 1000);
    await store().database.execute(
      sql`UPDATE rate_limits SET updated_at = updated_at - make_interval(secs => ${seconds})`,
    );
  };

  it("keeps accepting valid keys when the clock is set back", async () => {
    app = await startTestApp(store(), { env: { API_KEYS, RATE_LIMIT: "3" } });
    const ask = async (name: string) =>
      (await app.call("GET", "/v1/flows", { headers: createBearerHeader(name) })).status;
    for (let count = 0; count < 3; count += 1) expect(await ask("reader")).toBe(200);
    for (let number = 0; number < 10; number += 1) expect(await ask(`guess-${number}`)).toBe(401);
    app.stepClock(-3_600_000);
    await passSeconds(60);
    expect(await ask("reader")).toBe(200);
    expect((await signIn("writer")).answer.status).toBe(204);
  });
});

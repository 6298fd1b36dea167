import { beforeEach, expect, it } from "vitest";
import { describeStores } from "#server/testing/test-stores.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const API_KEYS = "full-key,reader=FLOWS:READ,writer=FLOWS:READ+FLOWS:WRITE,group=FLOWS:*,star=*";

describeStores("signing in", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { env: { API_KEYS } });
  });
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const signIn = async (key: string) => {
    const answer = await app.call("POST", "/local/session", { body: { key } });
    const cookie = answer.headers.get("set-cookie") ?? "";
    return { answer, cookie, headers: { cookie: cookie.split(";")[0] ?? "" } };
  };

  it("is not needed where no keys are set", async () => {
    const open = await startTestApp(store());
    expect((await open.call("GET", "/v1/flows")).status).toBe(200);
    expect((await open.call("GET", "/local/capabilities")).json).toMatchObject({
      auth: "none",
      signedIn: true,
    });
  });

  it("is told of by capabilities, which anybody may read", async () => {
    const stranger = await app.call("GET", "/local/capabilities");
    expect(stranger.json).toMatchObject({ mode: "local", auth: "required", signedIn: false, scopes: [] });
    const reader = await app.call("GET", "/local/capabilities", { headers: bearer("reader") });
    expect(reader.json).toMatchObject({ signedIn: true, scopes: ["FLOWS:READ"] });
  });

  it("is demanded with 401 of strangers and of those with a wrong key", async () => {
    const strangers: readonly Record<string, string>[] = [
      {},
      bearer("wrong"),
      bearer(""),
      { authorization: "Basic full-key" },
      { cookie: "flowline_session=x" },
    ];
    for (const headers of strangers) {
      const answer = await app.call("GET", "/v1/flows", { headers });
      expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
        401,
        'Bearer realm="flowline"',
      ]);
    }
    expect((await app.call("GET", "/healthz")).status).toBe(200);
    expect((await app.call("GET", "/v1/openapi.json")).status).toBe(200);
  });

  it("lets each key do what its scopes say, and answers 403 to the rest", async () => {
    const statuses = async (key: string) => {
      const headers = bearer(key);
      const made = await app.call("POST", "/v1/flows", { headers, body: { name: "x" } });
      return [(await app.call("GET", "/v1/flows", { headers })).status, made.status];
    };
    expect(await statuses("reader")).toEqual([200, 403]);
    for (const key of ["writer", "group", "star", "full-key"])
      expect(await statuses(key)).toEqual([200, 201]);
  });

  it("lets a browser in with a cookie that no script can read", async () => {
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
    expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(401);
  });

  it("keeps neither the key nor the session's id readable in the store", async () => {
    const { headers } = await signIn("writer");
    const rows = await store().database.execute("SELECT * FROM sessions");
    const text = JSON.stringify(rows.rows);
    expect(rows.rows).toHaveLength(1);
    expect(text).not.toContain("writer");
    expect(text).not.toContain(headers.cookie.split("=")[1]);
  });

  it("refuses a wrong key", async () => {
    expect((await signIn("wrong")).answer.status).toBe(401);
    expect((await app.call("POST", "/local/session", { body: {} })).status).toBe(400);
  });

  it("ends after thirty days, and when the key is taken away", async () => {
    const { headers } = await signIn("writer");
    const without = await startTestApp(store(), { env: { API_KEYS: "reader=FLOWS:READ" } });
    expect((await without.call("GET", "/v1/flows", { headers })).status).toBe(401);
    expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(200);
    app.wait(31 * 24 * 60 * 60 * 1000);
    expect((await app.call("GET", "/v1/flows", { headers })).status).toBe(401);
  });

  it("marks the cookie as secure where people come by https", async () => {
    app = await startTestApp(store(), { env: { API_KEYS, PUBLIC_URL: "https://flows.example.com" } });
    expect((await signIn("writer")).cookie).toContain("; Secure");
  });

  it("limits each key's requests a minute when told to", async () => {
    app = await startTestApp(store(), { env: { API_KEYS, RATE_LIMIT: "3" } });
    const ask = async (key: string) => app.call("GET", "/v1/flows", { headers: bearer(key) });
    for (let count = 0; count < 3; count += 1) expect((await ask("reader")).status).toBe(200);
    const refused = await ask("reader");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "20"]);
    expect((await ask("writer")).status).toBe(200);
    app.wait(20_000);
    expect((await ask("reader")).status).toBe(200);
  });
});

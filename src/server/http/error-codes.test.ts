import { afterEach, beforeEach, expect, it } from "vitest";
import { ERROR_CODES } from "#contract/error-codes.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import {
  type TestApp,
  type TestRequestOptions,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const API_KEYS = `${createTestApiKey("full")},${createTestApiKey("reader")}=FLOWS:READ`;

describeSuiteForEitherStore("errors", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { env: { API_KEYS }, runner: createFakeFlowRunner() });
  });
  afterEach(() => app.close());

  /** Sends a request, by default with a valid key, and returns the status, the code and `WWW-Authenticate`. */
  const refuse = async (
    method: string,
    path: string,
    { headers = createBearerHeader("full"), ...options }: TestRequestOptions = {},
  ) => {
    const answer = await app.call(method, path, { headers, ...options });
    const [{ message, code }] = answer.json.details;
    expect(ERROR_CODES).toContain(code);
    expect(message).not.toBe("");
    return [answer.status, code, answer.headers.get("www-authenticate")];
  };

  it("have a stable code with each status", async () => {
    const headers = createBearerHeader("full");
    const make = async (body: object) => app.call("POST", "/v1/records", { headers, body });
    const record = { type: "guest", name: "Ada" };
    expect((await make(record)).status).toBe(201);
    const body = buildFlow("Stale", [buildStep("a")]);
    const { id } = (await app.call("POST", "/v1/flows", { headers, body })).json;
    const stale = { ...headers, "if-match": '"0-old"' };
    const name = "x";

    expect(await refuse("GET", "/v1/flows?limit=x")).toEqual([400, "INVALID_FORMAT", null]);
    expect(
      await refuse("POST", "/v1/flows", { headers: createBearerHeader("reader"), body: { name } }),
    ).toEqual([403, "MISSING_SCOPE", null]);
    expect(await refuse("GET", "/v1/flows/none")).toEqual([404, "NOT_FOUND", null]);
    expect(await refuse("GET", "/v1/none")).toEqual([404, "UNKNOWN_ENDPOINT", null]);
    expect(await refuse("GET", "/local/none")).toEqual([404, "NOT_FOUND", null]);
    expect(await refuse("GET", "/v1/dispatch")).toEqual([405, "METHOD_NOT_ALLOWED", null]);
    expect(await refuse("POST", "/v1/records", { body: record })).toEqual([409, "DUPLICATE_RECORD", null]);
    expect(await refuse("PUT", `/v1/flows/${id}`, { headers: stale, body: { name } })).toEqual([
      412,
      "STALE_REVISION",
      null,
    ]);
    const large = { name, description: "x".repeat(2 * 1024 * 1024) };
    expect(await refuse("POST", "/v1/flows", { body: large })).toEqual([413, "BODY_TOO_LARGE", null]);
    expect(await refuse("POST", "/v1/dispatch", { body: {} })).toEqual([422, "MISSING_FLOW", null]);
    await app.close();
    app = await startTestApp(store(), { env: { API_KEYS, RATE_LIMIT: "1" } });
    await app.call("GET", "/v1/flows", { headers });
    expect(await refuse("GET", "/v1/flows")).toEqual([429, "TOO_MANY_REQUESTS", null]);
  });

  it("say whether a key is missing, wrong, or was that of a session which has ended", async () => {
    const missing = [401, "MISSING_KEY", 'Bearer realm="flowline"'];
    const wrong = [401, "WRONG_KEY", 'Bearer realm="flowline", error="invalid_token"'];
    expect(await refuse("GET", "/v1/flows", { headers: {} })).toEqual(missing);
    const basic = { authorization: `Basic ${createTestApiKey("full")}` };
    expect(await refuse("GET", "/v1/flows", { headers: basic })).toEqual(missing);
    expect(await refuse("GET", "/v1/flows", { headers: createBearerHeader("guess") })).toEqual(wrong);
    const body = { key: createTestApiKey("guess") };
    expect(await refuse("POST", "/local/session", { headers: {}, body })).toEqual(wrong);
    const ofPage = { cookie: "flowline_session=ended", "x-flowline-identity": "key_x" };
    const [status, code] = await refuse("GET", "/v1/flows", { headers: ofPage });
    expect([status, code]).toEqual([401, "SESSION_ENDED"]);
  });
});

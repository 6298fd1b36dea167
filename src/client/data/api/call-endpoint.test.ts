import { expect, test, vi } from "vitest";
import { type ServerCapabilities, PAGE_USER_IDENTITY_HEADER, UPSTREAM_HOST_HEADER } from "#contract/local.ts";
import { describeRequestErrorForUser } from "./api-error.ts";
import { callEndpoint, createApiErrorFromResponse } from "./call-endpoint.ts";
import { pageUserIdentityTracker } from "./page-identity.ts";

test("every request except sign-in and capabilities identifies the page's user", async () => {
  const named = new Map<string, string | null>();
  vi.stubGlobal("fetch", async (path: string, { method, headers }: { method: string; headers: Headers }) => {
    named.set(`${method} ${path}`, headers.get(PAGE_USER_IDENTITY_HEADER));
    return new Response(null, { status: 204 });
  });
  pageUserIdentityTracker.adopt({
    signedIn: true,
    auth: "required",
    identity: "key_a",
  } as ServerCapabilities);
  await callEndpoint("listFlows", {}).catch(() => undefined);
  await callEndpoint("getEnvironment", {}).catch(() => undefined);
  await callEndpoint("listRecordTypes", {}).catch(() => undefined);
  await callEndpoint("deleteSession", {}).catch(() => undefined);
  await callEndpoint("getCapabilities", {}).catch(() => undefined);
  await callEndpoint("createSession", { body: { key: "k" } }).catch(() => undefined);
  expect(Object.fromEntries(named)).toEqual({
    "GET /v1/flows": "key_a",
    "GET /local/environment": "key_a",
    "GET /local/record-types": "key_a",
    "DELETE /local/session": "key_a",
    "GET /local/capabilities": null,
    "POST /local/session": null,
  });
});

test("a date in Retry-After is compared with the clock of the server", () => {
  vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00.000Z") });
  const headers = new Headers({
    "retry-after": "Thu, 01 Jan 2026 01:00:02 GMT",
    date: "Thu, 01 Jan 2026 01:00:00 GMT",
  });
  expect(createApiErrorFromResponse(429, headers, undefined).retryAfter).toBe(2);
});

test.each([
  ["20", 20],
  ["Thu, 01 Jan 2026 00:01:30 GMT", 90],
  ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
  ["", undefined],
  ["soon", undefined],
])("the Retry-After header “%s” is converted to seconds, or ignored if it is invalid", (text, seconds) => {
  vi.useFakeTimers({ now: new Date("2026-01-01T00:00:00.000Z") });
  expect(createApiErrorFromResponse(503, new Headers({ "retry-after": text }), undefined).retryAfter).toBe(
    seconds,
  );
});

test.each([
  [
    "<!doctype html><h1>Sign in</h1>",
    "answered with a web page instead of data. Retry, or check the proxy in between.",
  ],
  ['{"data":[{"id":"flow_1","na', "sent an incomplete answer. Retry, or check the proxy in between."],
  ["upstream timed out", "answered with text instead of data. Retry, or check the proxy in between."],
  ["", "sent an empty answer. Retry, or check the proxy in between."],
  ['{"data":[{"id":7}]}', "sent data in an unknown format (data.0.id). Reload the page, or update Flowline."],
])(
  "an answer %j with status 200 is reported with the host that sent it and the cause",
  async (body, text) => {
    const read = () =>
      callEndpoint("listFlows", {}).catch((error: unknown) => describeRequestErrorForUser(error));
    const answer = (headers: Record<string, string>) => async () =>
      Object.defineProperty(new Response(body, { headers }), "url", {
        value: "https://login.example.com/sso?a",
      });
    vi.stubGlobal("fetch", answer({}));
    expect(await read()).toBe(`login.example.com ${text}`);
    vi.stubGlobal("fetch", answer({ [UPSTREAM_HOST_HEADER]: "api.example.com" }));
    expect(await read()).toBe(`api.example.com ${text}`);
  },
);

test.each([
  ["created", () => callEndpoint("createFlow", { body: { name: "A" } })],
  ["deleted", () => callEndpoint("deleteFlow", { params: { id: "flow_1" } })],
])("a flow does not count as %s after a web page with status 200", async (_, write) => {
  const headers = { [UPSTREAM_HOST_HEADER]: "api.example.com" };
  vi.stubGlobal("fetch", async () => new Response("<p>", { headers }));
  const error: unknown = await write().catch((found: unknown) => found);
  expect(describeRequestErrorForUser(error)).toBe(
    "api.example.com answered with a web page instead of data. The request may have been processed. Check before you retry.",
  );
});

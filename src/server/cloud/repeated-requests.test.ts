import { createServer } from "node:http";
import { expect, it, vi } from "vitest";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { FAKE_UPSTREAM_API_KEY, listenUntilTestEnds } from "#server/testing/upstream.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const headers = { "idempotency-key": "key-1", [PAGE_USER_IDENTITY_HEADER]: "" };
const PUBLISH = "/v1/flows/flow_1/publish";

describeSuiteForEitherStore("repeated requests in cloud mode", (store) => {
  /** Starts the app before an API that holds back the answer to its first read or its first publication. */
  const start = async (answerOf: (request: string) => readonly [number, object?]) => {
    const seen: string[] = [];
    const held: (() => void)[] = [];
    let holds: string | undefined;
    const url = await listenUntilTestEnds(
      createServer((request, response) => {
        const name = `${request.method} ${request.url}`;
        seen.push(name);
        const [status, value] = answerOf(name);
        const answer = () => {
          response.writeHead(status, { "content-type": "application/json", "x-quota-remaining": "5" });
          response.end(value && JSON.stringify(value));
        };
        if (name === holds) held.push(answer);
        else answer();
      }),
    );
    const env = { RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY, RUNTYPE_API_URL: url };
    const app: TestApp = await startTestApp(store(), { env });
    const hold = (name: string) => {
      holds = name;
      return async () => {
        await vi.waitFor(() => expect(held).toHaveLength(1));
        return held[0];
      };
    };
    return { app, seen, hold };
  };

  it("each get the error of the one that was sent", async () => {
    const { app, seen, hold } = await start(() => [409, { error: "Busy" }]);
    const untilHeld = hold(`POST ${PUBLISH}`);
    const publish = () => app.call("POST", PUBLISH, { body: {}, headers });
    const first = publish();
    const release = await untilHeld();
    const second = publish();
    await new Promise((resolve) => void setTimeout(resolve, 50));
    release?.();
    for (const answer of await Promise.all([first, second]))
      expect(answer).toMatchObject({ status: 409, json: { error: "Busy" } });
    expect(seen).toEqual([`POST ${PUBLISH}`]);
  });

  it("get the answer although the first client is gone", async () => {
    const flow = { id: "flow_1", updatedAt: "2026-11-27T06:00:00.000Z", flowSteps: [] };
    const { app, seen, hold } = await start((name) => [
      200,
      name.startsWith("GET") ? flow : { success: true },
    ]);
    const untilHeld = hold("GET /v1/flows/flow_1");
    const client = new AbortController();
    const given = { body: {}, headers: { ...headers, "if-match": `"${flow.updatedAt}"` } };
    const first = app.call("POST", PUBLISH, { ...given, signal: client.signal }).catch(() => undefined);
    const release = await untilHeld();
    client.abort();
    const second = app.call("POST", PUBLISH, given);
    await new Promise((resolve) => void setTimeout(resolve, 50));
    release?.();
    expect(await second).toMatchObject({ status: 200, json: { success: true } });
    await first;
    expect(seen.filter((name) => name.startsWith("POST"))).toHaveLength(1);
  });

  it("get the answer without the quota of that time", async () => {
    const { app, seen } = await start(() => [200, { success: true }]);
    const quotas = [];
    for (let attempt = 1; attempt <= 2; attempt += 1)
      quotas.push((await app.call("POST", PUBLISH, { body: {}, headers })).headers.get("x-quota-remaining"));
    expect(quotas).toEqual(["5", null]);
    expect(seen).toHaveLength(1);
  });

  it("are sent again if they read or delete", async () => {
    const flow = { id: "flow_1", flowSteps: [] };
    const { app, seen } = await start((name) => (name.startsWith("DELETE") ? [204] : [200, flow]));
    for (const method of ["GET", "DELETE"]) {
      const send = () => app.call(method, "/v1/flows/flow_1", { headers });
      expect((await send()).status).toBe((await send()).status);
      expect(seen.filter((name) => name === `${method} /v1/flows/flow_1`)).toHaveLength(2);
    }
  });
});

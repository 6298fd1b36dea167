import { createServer } from "node:http";
import { beforeEach, expect, it } from "vitest";
import type { FlowRunner } from "#server/runner/runner.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep } from "#server/testing/run-data.ts";
import {
  type TestApp,
  type TestRequestOptions,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";
import { FAKE_UPSTREAM_API_KEY, listenUntilTestEnds } from "#server/testing/upstream.ts";
import { createLogger } from "#server/telemetry/create-logger.ts";

const KEYS = [
  `${createTestApiKey("ops")}=*=Ops team`,
  `${createTestApiKey("reader")}=FLOWS:READ=Reader`,
  createTestApiKey("unnamed"),
].join(",");
const ADDRESS = "192.0.2.7";

let lines: string[];
const createTestLogger = () => createLogger("info", [], { write: (line) => void lines.push(line) });
const readEntries = () =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === "security event");
/** Returns who, what and where of the events since the last call. */
const takeEvents = () => {
  const entries = readEntries().map(({ securityEvent, key, endpoint, status, from }) => {
    expect(from).toBe(ADDRESS);
    return [securityEvent, key, endpoint ?? null, status];
  });
  lines = [];
  return entries;
};
const countEvents = async (app: TestApp, headers: Record<string, string>) => {
  const { text } = await app.call("GET", "/metrics", { headers });
  const counts = [...text.matchAll(/^flowline_security_events_total\{event="([\w-]+)"\} (\d+)$/gm)];
  return Object.fromEntries(counts.map(([, event = "", count]) => [event, Number(count)]));
};

describeSuiteForEitherStore("security events", (store) => {
  let app: TestApp;
  const start = (env: Record<string, string> = {}, runner?: FlowRunner) =>
    startTestApp(store(), {
      env: { API_KEYS: KEYS, ...env },
      logger: createTestLogger(),
      ...(runner && { runner }),
    });
  beforeEach(async () => {
    lines = [];
    app = await start();
  });
  const call = (key: string, method: string, path: string, options: TestRequestOptions = {}) =>
    app.call(method, path, { address: ADDRESS, headers: createBearerHeader(key), ...options });

  it("are logged and counted with the key's name, the action and the address", async () => {
    const signIn = (key: string) =>
      app.call("POST", "/local/session", { address: ADDRESS, body: { key: createTestApiKey(key) } });
    const cookie = (await signIn("ops")).headers.get("set-cookie")?.split(";")[0] ?? "";
    await signIn("stranger");
    await app.call("DELETE", "/local/session", { address: ADDRESS, headers: { cookie } });
    await app.call("DELETE", "/local/session", { address: ADDRESS, headers: { cookie } });
    expect(takeEvents()).toEqual([
      ["sign-in", "Ops team", "createSession", 204],
      ["sign-in-failed", null, "createSession", 401],
      ["sign-out", "Ops team", "deleteSession", 204],
    ]);

    const { id } = (await call("ops", "POST", "/v1/flows", { body: { name: "Digest" } })).json;
    await call("unnamed", "POST", `/v1/flows/${id}/publish`);
    await call("reader", "DELETE", `/v1/flows/${id}`);
    await call("stranger", "GET", "/v1/flows");
    await call("reader", "GET", "/v1/flows", {
      headers: { ...createBearerHeader("reader"), host: "evil.example" },
    });
    await call("ops", "GET", `/v1/flows/${id}/export-runtime`);
    await call("ops", "DELETE", `/v1/flows/${id}`);
    await call("ops", "DELETE", `/v1/flows/${id}`);
    expect(takeEvents()).toEqual([
      ["publish", expect.stringMatching(/^key_[\w-]{22}$/), "publishFlow", 200],
      ["refused", "Reader", "deleteFlow", 403],
      ["refused", null, "listFlows", 401],
      ["refused", null, null, 403],
      ["export", "Ops team", "exportRuntime", 200],
      ["delete", "Ops team", "deleteFlow", 204],
    ]);

    const form = new FormData();
    form.set("file", new Blob(["name,type\nAda,customer"], { type: "text/csv" }), "records.csv");
    form.set("nameColumn", "name");
    form.set("typeColumn", "type");
    expect((await call("ops", "POST", "/v1/records/upload-csv", { form })).status).toBe(201);
    const [record] = (await call("ops", "GET", "/v1/records")).json.data;
    const edit = { recordIds: [record.id], updates: { tier: 1 } };
    await call("ops", "POST", "/v1/records/bulk-edit", { body: { ...edit, dryRun: true } });
    await call("ops", "POST", "/v1/records/bulk-edit", { body: edit });
    await call("ops", "HEAD", "/v1/records/export");
    await call("ops", "GET", "/v1/records/export");
    await call("ops", "POST", "/v1/records/bulk-delete", { body: { ids: [record.id] } });
    expect(takeEvents()).toEqual([
      ["bulk-write", "Ops team", "uploadRecords", 201],
      ["bulk-write", "Ops team", "editRecords", 200],
      ["export", "Ops team", "exportRecords", 200],
      ["delete", "Ops team", "deleteRecords", 200],
    ]);
    expect(await countEvents(app, createBearerHeader("ops"))).toEqual({
      "sign-in": 1,
      "sign-in-failed": 1,
      "sign-out": 1,
      refused: 3,
      publish: 1,
      delete: 2,
      "bulk-write": 2,
      export: 2,
    });
  });

  it("never contain a key, a cookie or a query", async () => {
    const answer = await app.call("POST", "/local/session", { body: { key: createTestApiKey("ops") } });
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    await app.call("POST", "/local/session", { body: { key: createTestApiKey("stranger") } });
    await call("stranger", "GET", "/v1/flows?search=confidential");
    await call("reader", "DELETE", "/v1/flows/flow_1?search=confidential", { headers: { cookie } });
    await app.call("GET", "/metrics?key=confidential");
    const text = lines.join("");
    expect(readEntries().map(({ level, securityEvent }) => [level, securityEvent])).toEqual([
      [30, "sign-in"],
      [40, "sign-in-failed"],
      [40, "refused"],
      [40, "refused"],
    ]);
    expect(text).toContain('"reason":"An API key is required."');
    for (const secret of ["0123456789abcdef", cookie.split("=")[1] ?? "", "confidential"])
      expect(text).not.toContain(secret);
  });

  it("are logged 60 times a minute at most for the refusals of one network, but all counted", async () => {
    for (let count = 0; count < 70; count += 1) await call("stranger", "GET", "/v1/flows");
    await app.call("GET", "/v1/flows", { address: "198.51.100.1" });
    const from = readEntries().map((entry) => entry["from"]);
    expect([from.filter((address) => address === ADDRESS).length, from.at(-1)]).toEqual([60, "198.51.100.1"]);
    expect(await countEvents(app, createBearerHeader("ops"))).toMatchObject({ refused: 71 });
  });

  it("include guesses that are refused unread, and sign-ins among them", async () => {
    for (let number = 0; number < 10; number += 1) await call(`guess-${number}`, "GET", "/v1/flows");
    lines = [];
    await call("guess-10", "GET", "/v1/flows");
    await app.call("POST", "/local/session", {
      address: ADDRESS,
      body: { key: createTestApiKey("guess-11") },
    });
    expect(takeEvents()).toEqual([
      ["refused", null, "listFlows", 429],
      ["sign-in-failed", null, "createSession", 429],
    ]);
  });

  it("include a dispatch that publishes, but not one that only saves", async () => {
    app = await start({}, createFakeFlowRunner());
    const dispatch = (value: number, options: object) =>
      call("ops", "POST", "/v1/dispatch", {
        body: {
          flow: { name: "Digest", steps: [createSetVariableStep("a", value)] },
          options: { flowMode: "upsert", ...options },
        },
      });
    await dispatch(1, {});
    expect(takeEvents()).toEqual([]);
    await dispatch(2, { createVersion: true, versionType: "published" });
    expect(takeEvents()).toEqual([["publish", "Ops team", "dispatch", 200]]);
    await app.close();
  });
});

it("security events of forwarded requests name the endpoint; an upstream that refuses the server's key is none", async () => {
  lines = [];
  let status = 200;
  const url = await listenUntilTestEnds(
    createServer((_, response) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end("{}");
    }),
  );
  const app = await startTestApp(undefined, {
    env: { RUNTYPE_API_KEY: FAKE_UPSTREAM_API_KEY, RUNTYPE_API_URL: url, API_KEYS: KEYS },
    logger: createTestLogger(),
  });
  const send = (key: string, method: string, path: string, body?: object) =>
    app.call(method, path, { address: ADDRESS, headers: createBearerHeader(key), ...(body && { body }) });
  await send("ops", "POST", "/v1/flow-versions/flow_1/publish", { versionId: "version_1" });
  await send("ops", "GET", "/v1/records/export");
  await send("ops", "POST", "/v1/records/bulk-edit", { dryRun: true });
  await send("ops", "POST", "/v1/records/bulk-edit", { updates: { dryRun: true } });
  await send("reader", "DELETE", "/v1/records/record_1");
  status = 403;
  await send("ops", "DELETE", "/v1/records/record_1");
  expect(takeEvents()).toEqual([
    ["publish", "Ops team", "publishVersion", 200],
    ["export", "Ops team", "exportRecords", 200],
    ["bulk-write", "Ops team", "editRecords", 200],
    ["refused", "Reader", "deleteRecord", 403],
  ]);
});

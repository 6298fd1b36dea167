import { expect, onTestFinished, test } from "vitest";
import { LENIENT_SAVE_HEADER } from "#contract/flow.ts";
import { PAGE_USER_IDENTITY_HEADER } from "#contract/local.ts";
import { type RealApiStandIn, startRealApiStandIn } from "#e2e/harness/real-api/start.ts";
import type { RealApiSwitches } from "#e2e/harness/real-api/switches.ts";
import { startTestApp } from "#server/testing/test-app.ts";
import { JSON_BODY, startCloudApp } from "./start-cloud-app.ts";

const STEPS = [
  { id: "a", type: "fetch-url", name: "Fetch", config: { http: { url: "https://example.com" } } },
  { id: "b", type: "prompt", name: "Ask", when: "fetched", config: { model: "m", userPrompt: "Hi" } },
];

const LIST_OF_STEPS = { method: "GET", path: "/v1/flow-steps/flow/:flowId" };

/** Starts a server in cloud mode before a stand-in of the API that holds one flow. */
async function openCloudApp(switches: Partial<RealApiSwitches> = {}) {
  const { realApi, app, asPage } = await startCloudApp({ switches });
  const { id } = realApi.state.addFlow("Flow", STEPS);
  const path = `/v1/flows/${id}`;
  const save = (token: string, body: object, headers = {}) =>
    asPage("PUT", path, body, { "if-match": `"${token}"`, ...headers });
  return { realApi, app, id, path, asPage, save, read: async () => (await asPage("GET", path)).json };
}

const conditionsOf = ({ state }: RealApiStandIn, id: string) =>
  state.getFlow(id).steps.map(({ when }) => when);

test("a flow is completed from its list of steps once per version, and has a token of its contents", async () => {
  const { realApi, read } = await openCloudApp({ stepsWithoutWhen: true });
  const flow = await read();
  expect(flow.flowSteps.map(({ when }: { when?: string }) => when)).toEqual([undefined, "fetched"]);
  expect(flow.versionToken).toMatch(/^[\w-]{24}$/);
  expect(flow.stepFields).toBeUndefined();
  expect(await read()).toEqual(flow);
  expect(realApi.takeCounts()).toEqual({ "GET /v1/flows/:id": 2, [`GET ${LIST_OF_STEPS.path}`]: 1 });
});

test("a save replaces only the version that it names, and answers what the API holds", async () => {
  const { realApi, id, read, save } = await openCloudApp({ stepsWithoutWhen: true, defaultsFilledIn: true });
  const { versionToken, flowSteps } = await read();
  const [first, second] = flowSteps;
  const saved = await save(versionToken, { flowSteps: [{ ...first, name: "Load" }, second] });
  expect(saved.status).toBe(200);
  expect(saved.json.flowSteps).toMatchObject([{ name: "Load", enabled: true }, { when: "fetched" }]);
  expect(saved.json).toMatchObject({ versionToken: (await read()).versionToken });
  const stale = await save(versionToken, { flowSteps: [] });
  expect(stale.status).toBe(412);
  expect(stale.json.current.versionToken).toBe(saved.json.versionToken);
  expect(conditionsOf(realApi, id)).toEqual([undefined, "fetched"]);
});

test("of two saves at the same moment one is written, and the other one is refused", async () => {
  const { realApi, id, read, save } = await openCloudApp({ slow: 5 });
  const { versionToken } = await read();
  const answers = await Promise.all(["One", "Two", "Three"].map((name) => save(versionToken, { name })));
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(2);
  const winner = answers.find(({ status }) => status === 200);
  expect(realApi.state.getFlow(id).name).toBe(winner?.json.name);
});

test("a change of a field that only the list of steps has is a new version", async () => {
  const { app, path, read, save } = await openCloudApp({ stepsWithoutWhen: true });
  const { versionToken } = await read();
  const byProgram = await app.call("PUT", path, {
    headers: JSON_BODY,
    body: { flowSteps: STEPS.map((step) => ({ ...step, when: "changed" })) },
  });
  expect(byProgram.json.versionToken).toBeUndefined();
  expect((await save(versionToken, { name: "Renamed" })).status).toBe(412);
  expect((await read()).flowSteps).toMatchObject([{ when: "changed" }, { when: "changed" }]);
});

test("a flow is published and deleted only in the version that the page has read", async () => {
  const { app, asPage, path, read } = await openCloudApp();
  const { versionToken } = await read();
  const writes = [
    ["POST", `${path}/publish`],
    ["DELETE", path],
  ] as const;
  await app.call("PUT", path, { headers: JSON_BODY, body: { name: "Changed" } });
  for (const [method, at] of writes)
    expect((await asPage(method, at, undefined, { "if-match": `"${versionToken}"` })).status).toBe(412);
  const token = (await read()).versionToken;
  const statuses: number[] = [];
  for (const [method, at] of writes)
    statuses.push((await asPage(method, at, undefined, { "if-match": `"${token}"` })).status);
  expect(statuses).toEqual([200, 204]);
});

test("a save of steps waits for consent while fields of steps cannot be read", async () => {
  const { realApi, read, save } = await openCloudApp({ stepsWithoutWhen: true });
  realApi.planAnswer({ ...LIST_OF_STEPS, status: 404, body: '{"error":"Not found"}' });
  const { versionToken, flowSteps, stepFields } = await read();
  expect(stepFields.problem).toBe("The API did not return the list of steps (404).");
  const renamed = await save(versionToken, { name: "Renamed" });
  expect(renamed.status).toBe(200);
  const token = renamed.json.versionToken;
  const refused = await save(token, { flowSteps });
  expect([refused.status, refused.json.details[0].code]).toEqual([428, "UPSTREAM_STEP_FIELDS"]);
  expect((await save(token, { flowSteps }, { [LENIENT_SAVE_HEADER]: "1" })).status).toBe(200);
  // The missing list is not requested again and again.
  expect(realApi.takeCounts()[`GET ${LIST_OF_STEPS.path}`]).toBe(1);
});

test("a save whose list of steps cannot be read afterwards is answered with what was written", async () => {
  const { realApi, read, save } = await openCloudApp({ stepsWithoutWhen: true });
  const { versionToken, flowSteps } = await read();
  for (const status of [401, 500]) realApi.planAnswer({ ...LIST_OF_STEPS, status, body: "{}", times: 1 });
  const first = await save(versionToken, { flowSteps: flowSteps.toReversed() });
  expect([first.status, first.json.stepFields]).toEqual([200, undefined]);
  const second = await save(first.json.versionToken, { flowSteps });
  expect([second.status, second.json.flowSteps[1].when]).toEqual([200, "fetched"]);
  expect((await read()).versionToken).toBe(second.json.versionToken);
});

test("answers of the connected API that the page must see arrive as they are", async () => {
  const { realApi, path, read, asPage, save } = await openCloudApp();
  const { versionToken } = await read();
  realApi.setSwitches({ status429: 1 });
  const limited = await save(versionToken, { name: "Renamed" });
  expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
  realApi.resetSwitches();
  realApi.setSwitches({ truncatedJson: 1 });
  expect((await asPage("GET", path)).text).not.toMatch(/}$/);
  realApi.resetSwitches();
  realApi.setSwitches({ htmlInsteadOfJson: 1 });
  const html = await asPage("GET", path);
  expect([html.status, html.headers.get("content-type")]).toEqual([200, "text/html"]);
  realApi.resetSwitches();
  expect((await asPage("GET", `${path}x`)).status).toBe(404);
});

test("a request from the list names its version by the date, but does not replace steps", async () => {
  const { read, save } = await openCloudApp();
  const { updatedAt, flowSteps } = await read();
  expect((await save(updatedAt, { flowSteps })).status).toBe(412);
  expect((await save(updatedAt, { name: "Renamed" })).status).toBe(200);
  expect((await save(updatedAt, { name: "Again" })).status).toBe(412);
});

test("a program’s request and its answer pass through byte for byte", async () => {
  const { realApi, app, path } = await openCloudApp({ stepsWithoutWhen: true });
  const text =
    '{"name":"As  sent", "flowSteps":[{"id":"a","type":"prompt","name":"Ask","config":{"seed":12345678901234567890}}]}';
  const written = await app.call("PUT", path, { text, headers: JSON_BODY });
  expect(written.text).toContain("12345678901234567890");
  expect(Object.keys(written.json)).not.toContain("versionToken");
  expect(realApi.takeCounts()).toEqual({ "PUT /v1/flows/:id": 1 });
  const asPage = await app.call("GET", path, { headers: { [PAGE_USER_IDENTITY_HEADER]: "" } });
  expect(asPage.json.hasInexactNumbers).toBe(true);
});

test("what the API does not store is not sent to it", async () => {
  const { realApi, asPage } = await openCloudApp();
  const flow = { name: "New", description: "Why", sampleMetadata: { a: 1 }, flowSteps: [] };
  const { id } = (await asPage("POST", "/v1/flows", flow)).json;
  expect(realApi.requests.find(({ method }) => method === "POST")?.body).toEqual({
    name: "New",
    flowSteps: [],
  });
  expect((await asPage("POST", `/v1/flows/${id}/publish`, { label: "One", notes: "" })).status).toBe(200);
});

test("an older version is published only in the version of the flow that the page has read", async () => {
  const { realApi, asPage, id, path, read, save } = await openCloudApp();
  await asPage("POST", `${path}/publish`);
  const { versions } = (await asPage("GET", `/v1/flow-versions/${id}`)).json;
  const versionId = versions[0].id;
  const { versionToken } = await read();
  await save(versionToken, { name: "Renamed" });
  await asPage("POST", `${path}/publish`);
  expect(realApi.state.getFlow(id).publishedVersionId).not.toBe(versionId);
  const publish = (token: string) =>
    asPage("POST", `/v1/flow-versions/${id}/publish`, { versionId }, { "if-match": `"${token}"` });
  expect((await publish(versionToken)).status).toBe(412);
  expect((await publish((await read()).versionToken)).status).toBe(200);
  expect(realApi.state.getFlow(id).publishedVersionId).toBe(versionId);
});

test("models and tools are suggested from the lists that the API has", async () => {
  const { realApi, asPage } = await openCloudApp();
  expect((await asPage("GET", "/local/models")).json).toMatchObject({ isComplete: true });
  expect((await asPage("GET", "/local/tools")).json).toMatchObject({ isComplete: true });
  realApi.planAnswer({ path: "/v1/model-configs/grouped", status: 404, body: "{}" });
  const enabled = (await asPage("GET", "/local/models")).json;
  expect([enabled.isComplete, enabled.models.length > 0]).toEqual([false, true]);
  realApi.planAnswer({ path: "/v1/resources", status: 403, body: '{"error":"Forbidden"}' });
  const tools = (await asPage("GET", "/local/tools")).json;
  expect(tools).toMatchObject({ isComplete: false, tools: [{ source: "custom" }, { source: "built-in" }] });
  const refused = await asPage("GET", "/local/models");
  expect([refused.status, refused.headers.get("x-server-key-refused")]).toEqual([403, "1"]);
  realApi.planAnswer({ path: "/v1/tools", status: 403, body: '{"error":"Forbidden"}' });
  const some = (await asPage("GET", "/local/tools")).json;
  expect(some).toMatchObject({ isComplete: false, tools: [{ source: "built-in" }] });
  realApi.planAnswer({ path: "/v1/tools/builtin", status: 404, body: "{}" });
  expect((await asPage("GET", "/local/tools")).status).toBe(403);
});

test("models, tools, record types and secrets are answered with the quota that the API states", async () => {
  const { realApi, asPage } = await openCloudApp();
  const paths = ["/local/models", "/local/tools", "/local/record-types"];
  const listQuotas = async () => {
    const reads = paths.map((path) => asPage("GET", path));
    const answers = [...reads, asPage("POST", "/local/secrets/check", { names: ["A"] })];
    return (await Promise.all(answers)).map(({ headers }) => headers.get("x-quota-remaining"));
  };
  expect(await listQuotas()).toEqual(["47", "47", "47", "47"]);
  realApi.planAnswer({ path: "/v1/resources", status: 404, body: "{}", times: 1 });
  expect(await listQuotas()).toEqual(["47", "47", "47", "47"]);
});

test("the usage of the account is read with the quota that the API states, and other answers arrive as they are", async () => {
  const { realApi, asPage } = await openCloudApp();
  const usage = await asPage("GET", "/local/usage");
  expect(usage.json).toMatchObject({ periods: [{ period: "day", used: 3, limit: 50, isSlow: false }] });
  expect(usage.headers.get("x-quota-remaining")).toMatch(/^\d+$/);
  for (const body of ['{"tokens":3}', "<h1>Sign in</h1>"]) {
    realApi.planAnswer({ path: "/v1/usage-limits/daily", status: 200, body, times: 1 });
    const other = await asPage("GET", "/local/usage");
    expect([other.status, other.text]).toEqual([200, body]);
  }
  realApi.planAnswer({ path: "/v1/usage-limits/daily", status: 403, body: '{"error":"Forbidden"}' });
  const refused = await asPage("GET", "/local/usage");
  expect([refused.status, refused.headers.get("x-server-key-refused")]).toEqual([403, "1"]);
});

test("secrets are checked 50 at a time, and names that the API cannot check stay unknown", async () => {
  const { realApi, asPage } = await openCloudApp();
  realApi.state.addSecret("KEY_0");
  realApi.state.addSecret("KEY_1", "revoked");
  const kind = "POST /v1/secrets/check";
  const names = Array.from({ length: 120 }, (_, index) => `KEY_${index}`);
  const check = async () =>
    asPage("POST", "/local/secrets/check", { names: [...names, "KEY_0", "L".repeat(101)] });
  const { json } = await check();
  expect(json).toMatchObject({ found: ["KEY_0"], revoked: ["KEY_1"] });
  expect(json.missing).toHaveLength(118);
  expect(realApi.takeCounts()).toEqual({ [kind]: 3 });

  const states = JSON.stringify({ found: ["KEY_0", "OTHER"], missing: [], revoked: [] });
  realApi.planAnswer({ path: "/v1/secrets/check", status: 200, body: states, times: 1 });
  realApi.planAnswer({ path: "/v1/secrets/check", status: 429, body: "{}" });
  expect((await check()).json).toEqual({ found: ["KEY_0"], missing: [], revoked: [] });
  expect((await check()).status).toBe(429);
});

test("scripts and flows are checked by the API, and the findings have one shape", async () => {
  const { app, asPage } = await openCloudApp();
  const script = { code: "SYNTAX ERROR", language: "python" };
  expect((await asPage("POST", "/local/scripts/check", script)).json).toEqual({
    issues: [{ code: "SYNTAX_ERROR", message: "Unexpected token", severity: "error", line: 1 }],
  });
  const flow = { name: "One", flowSteps: [{ type: "no-such-type", name: "Odd" }] };
  const path = "/v1/public/flows/validate";
  const { json } = await asPage("POST", path, flow);
  const step = { index: 0, name: "Odd", type: "no-such-type" };
  expect(json).toMatchObject({
    valid: false,
    errors: [{ code: "INVALID_ENUM", path: "flowSteps.0.type", step }],
    context: { accountChecksPerformed: true },
  });
  expect((await app.call("POST", path, { body: flow, headers: JSON_BODY })).json).toMatchObject({
    valid: false,
  });
});

test("a flow is not checked with the server’s key for a page without a user", async () => {
  const realApi = await startRealApiStandIn();
  onTestFinished(() => realApi.close());
  const app = await startTestApp(undefined, {
    env: { RUNTYPE_API_KEY: realApi.key, RUNTYPE_API_URL: realApi.url, API_KEYS: "own-0123456789abcdef" },
  });
  const headers = { [PAGE_USER_IDENTITY_HEADER]: "", ...JSON_BODY };
  const { status } = await app.call("POST", "/v1/public/flows/validate", { body: { name: "One" }, headers });
  expect([status, realApi.requests]).toEqual([401, []]);
});

import { expect, it, onTestFinished } from "vitest";
import { findAnswerViolations } from "#e2e/harness/real-api/check-request.ts";
import { sendDocumentedRequests } from "#e2e/harness/real-api/documented-requests.ts";
import { findRealApiEndpoint } from "#e2e/harness/real-api/endpoints.ts";
import { startRealApiStandIn } from "#e2e/harness/real-api/start.ts";
import type { RealApiSwitches } from "#e2e/harness/real-api/switches.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { startTestApp } from "#server/testing/test-app.ts";

async function start(switches: Partial<RealApiSwitches> = {}) {
  const realApi = await startRealApiStandIn({ switches });
  onTestFinished(() => realApi.close());
  const call = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const isForm = body instanceof FormData;
    const text = typeof body === "string" || isForm ? body : JSON.stringify(body);
    const response = await fetch(`${realApi.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${realApi.key}`,
        ...(body !== undefined && !isForm && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: text }),
    });
    const answer = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      json: isJson ? JSON.parse(answer) : null,
    };
  };
  return { realApi, call };
}

const step = (id: string, more: object = {}) => ({
  id,
  type: "prompt",
  name: id,
  config: { userPrompt: "Hi" },
  ...more,
});

const STREAMED = { streamResponse: true, flowMode: "virtual" };

it("every simulated endpoint gives a documented answer to a documented request", async () => {
  const { realApi, call } = await start();
  const exchanges = await sendDocumentedRequests((method, path, body) => call(method, path, body));
  for (const [method, path, body] of [
    ["GET", "/v1/model-configs/grouped"],
    ["GET", "/v1/resources"],
    ["POST", "/v1/secrets/check", { keys: ["MAIL_KEY"] }],
    ["GET", "/v1/usage-limits/daily"],
    ["POST", "/v1/dispatch", { flow: { name: "One", steps: [step("a")] }, options: STREAMED }],
  ] as const)
    expect((await call(method, path, body)).status, path).toBe(200);
  expect(exchanges.filter(({ status }) => status === 404).map(({ path }) => path)).toEqual([
    expect.stringMatching(/^\/v1\/flows\/flow_0+$/),
    expect.stringMatching(/publish$/),
    expect.stringMatching(/export-runtime$/),
  ]);
  const violations = realApi.violations.filter((text) => !text.includes("simulated"));
  expect(violations).toEqual(["PUT /v1/flows/:id: flowSteps: 0: type: not string"]);
});

it("the server without extensions answers documented requests as documented, with the statuses of the stand-in", async () => {
  const store = await openTestStore();
  const app = await startTestApp(store, { env: { EXTRAS: "0" }, runner: createFakeFlowRunner() });
  onTestFinished(async () => {
    await app.close();
    await store.close();
  });
  const exchanges = await sendDocumentedRequests(async (method, path, body) => {
    const { status, headers, text } = await app.call(
      method,
      path,
      body instanceof FormData ? { form: body } : { body },
    );
    const isJson = headers.get("content-type")?.startsWith("application/json") ?? false;
    return { status, json: isJson ? JSON.parse(text) : undefined };
  });
  const deviations = exchanges.flatMap(({ method, path, status, json }) => {
    const found = findRealApiEndpoint(method, new URL(path, "http://server").pathname);
    if (!found) throw new Error(`${path} is not documented.`);
    const answer = { status, body: json, ...(json === undefined && status === 200 && { csv: "" }) };
    return findAnswerViolations(found.endpoint, answer).map(
      (text) => `${method} ${found.endpoint.path} ${status}: ${text}`,
    );
  });
  expect(deviations).toEqual([]);

  const { call } = await start();
  const simulated = await sendDocumentedRequests(call);
  const differences = exchanges.flatMap(({ method, path, status }, index) => {
    const other = simulated[index]?.status;
    // A batch that is cancelled may have ended on one side.
    const isComparable = other !== 501 && !path.startsWith("/v1/batch/cancel/");
    return isComparable && other !== status
      ? [`${method} ${path.split("/")[2]}: ${status}, not ${other}`]
      : [];
  });
  // The real API answers exports with 404; our own server validates code only in flows.
  expect(differences).toEqual(["GET flows: 200, not 404", "POST validate: 404, not 200"]);
});

it("reports requests that are not documented or not simulated", async () => {
  const { realApi, call } = await start();
  const { id } = realApi.state.addFlow("One", [step("a")]);
  await call("GET", "/v1/flows?sort=name&direction=up");
  await call("GET", `/v1/flow-versions/${id}?limit=1`);
  await call("PUT", `/v1/flows/${id}`, { description: "x" });
  await call("PUT", `/v1/flows/${id}`, { flowSteps: [step("a", { createdAt: null })] });
  await call("PUT", `/v1/flows/${id}`, { name: "x" }, { "if-match": '"1"' });
  await call("POST", "/v1/dispatch", { flow: { id }, options: { upToStep: "a" } });
  await call("GET", "/local/capabilities");
  await call("GET", "/v1/records/schema");
  expect((await call("GET", "/v1/records?recordFilter={}")).status).toBe(501);
  expect(realApi.violations).toEqual([
    "GET /v1/flows: undocumented query parameter sort",
    "GET /v1/flows: undocumented value of direction: up",
    "GET /v1/flow-versions/:flowId: undocumented query parameter limit",
    expect.stringMatching(/^PUT .*description/),
    expect.stringMatching(/^PUT .*a field that only a list of steps has/),
    "PUT /v1/flows/:id: undocumented header if-match",
    expect.stringMatching(/^POST \/v1\/dispatch.*upToStep/),
    "GET /local/capabilities: undocumented endpoint",
    "GET /v1/records/schema: missing query parameter type",
    "GET /v1/records/schema: not simulated",
    "GET /v1/records: recordFilter is not simulated",
  ]);
});

it("keeps the JSON of a flow as it was sent", async () => {
  const { call } = await start();
  const config = '{"z":1,"a":12345678901234567890,"e":1.50,"__proto__":{"x":1},"s":"exact-number 1.50"}';
  const made = await call(
    "POST",
    "/v1/flows",
    `{"name":"One","flowSteps":[{"id":"a","type":"prompt","name":"a","config":${config}}]}`,
  );
  expect(made.text).toContain(config);
});

it("pages through flows, forwards and backwards", async () => {
  const { realApi, call } = await start({ pagesOfTen: true });
  for (let number = 0; number < 25; number++) realApi.state.addFlow(`Flow ${number}`);
  const names: string[] = [];
  let cursor = "";
  do {
    const { json } = await call("GET", `/v1/flows?limit=50${cursor}`);
    names.push(...json.data.map(({ name }: { name: string }) => name));
    cursor = json.pagination.nextCursor ? `&cursor=${encodeURIComponent(json.pagination.nextCursor)}` : "";
  } while (cursor);
  expect(names).toEqual(Array.from({ length: 25 }, (_, index) => `Flow ${24 - index}`));
  realApi.setSwitches({ stuckCursor: true });
  const [first, again] = [await call("GET", "/v1/flows"), await call("GET", "/v1/flows")];
  expect(again.json).toEqual(first.json);
  expect(first.json.pagination.hasMore).toBe(true);
});

it("answers as the switches say", async () => {
  const { realApi, call } = await start({
    stepsWithoutWhen: true,
    ordersFromOne: true,
    defaultsFilledIn: true,
    microseconds: true,
  });
  const made = await call("POST", "/v1/flows", { name: "One", flowSteps: [step("a", { when: "true" })] });
  expect(made.json.flowSteps).toEqual([
    { ...step("a"), order: 1, enabled: true, config: { userPrompt: "Hi", responseFormat: "text" } },
  ]);
  expect(made.json.updatedAt).toMatch(/\.\d{6}Z$/);
  expect((await call("GET", `/v1/flow-steps/flow/${made.json.id}`)).json.data[0].when).toBe("true");

  const path = `/v1/flows/${made.json.id}`;
  realApi.setSwitches({
    status402: "firstOfEachKind",
    status429: "firstOfEachKind",
    htmlBadGateway: "firstOfEachKind",
  });
  const answers = [];
  for (let attempt = 0; attempt < 4; attempt++) answers.push(await call("PUT", path, { name: "Two" }));
  expect(answers.map(({ status }) => status)).toEqual([502, 402, 429, 200]);
  expect(answers[1]?.json.upgradeUrl).toMatch(/^https:/);
  expect(answers[2]?.headers.get("retry-after")).toBe("1");

  realApi.resetSwitches();
  realApi.setSwitches({ scopes: ["FLOWS:READ"], truncatedJson: 0.5 });
  expect((await call("PUT", path, {})).json.error).toContain("FLOWS:WRITE");
  expect(() => JSON.parse("{")).toThrow();
  realApi.setSwitches({ truncatedJson: 0 });
  realApi.state.foreignIds.add(made.json.id);
  expect((await call("GET", path)).status).toBe(403);
  expect((await call("GET", path, undefined, { authorization: "Bearer none" })).status).toBe(401);
  realApi.planAnswer({
    method: "GET",
    path: "/v1/flows",
    status: 200,
    body: "<html>",
    contentType: "text/html",
    times: 1,
  });
  expect((await call("GET", "/v1/flows")).text).toBe("<html>");
  expect((await call("GET", "/v1/flows")).json.data).toHaveLength(1);
  expect(realApi.violations).toEqual([]);
});

it("runs more than ten records as a batch that proceeds and can be cancelled", async () => {
  const { realApi, call } = await start({ stepMs: 20 });
  const flow = realApi.state.addFlow("One", [step("a"), step("will fail"), step("c")]);
  for (let number = 0; number < 12; number++) realApi.state.addRecord("ticket", `Ticket ${number}`);
  const scheduled = await call("POST", `/v1/flows/${flow.id}/run-on-record-type`, { recordType: "ticket" });
  expect([scheduled.status, scheduled.json.recordCount]).toEqual([202, 12]);
  const status = () => call("GET", `/v1/batch/status/${scheduled.json.batchId}`);
  expect((await status()).json.status).toBe("running");
  await expect.poll(async () => (await status()).json.processedRecords).toBeGreaterThan(1);
  expect((await call("POST", `/v1/batch/cancel/${scheduled.json.batchId}`)).json.success).toBe(true);
  const { json } = await status();
  expect(json).toMatchObject({ status: "cancelled", failedRecords: json.processedRecords, successCount: 0 });
  const { recordId } = realApi.state.stepResults[0]!;
  const steps = await call("GET", `/v1/batch/${scheduled.json.batchId}/records/${recordId}/steps`);
  expect(steps.json.data.map((row: { status: string }) => row.status)).toEqual([
    "completed",
    "failed",
    "skipped",
  ]);
  expect(realApi.violations).toEqual([]);
});

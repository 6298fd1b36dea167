import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { startListening } from "#server/http-server.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import {
  createSampleScriptStep,
  createSampleSetVariableStep,
  createSampleStep,
} from "#server/testing/sample-steps.ts";
import { REQUEST_STEP_TYPES, refuseSecretInRequests } from "./managed-secret.ts";
import { SUPPORTED_STEP_TYPES } from "#server/runner/steps/step-runners.ts";

const received: { readonly url: string; readonly headers: Record<string, unknown>; readonly body: string }[] =
  [];
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => (body += text));
  request.on("end", () => {
    received.push({ url: request.url ?? "", headers: request.headers, body });
    const [, status, to] = /^\/(\d+)\/([\w.]+)/.exec(request.url ?? "") ?? [];
    if (to !== undefined) response.setHeader("location", `http://${to}:${port}/end`);
    response.statusCode = Number(status ?? 200);
    response.end("ok");
  });
});
let port = 0;
let harness: ReturnType<typeof createFlowRunHarness>;
beforeAll(async () => {
  port = await startListening(server, 0, "::");
  harness = createFlowRunHarness({
    allowed: [`localhost:${port}`, `127.0.0.1:${port}`],
    secrets: {
      KEY: { value: "geheim-1", stepTypes: REQUEST_STEP_TYPES, hosts: [] },
      HOST: { value: "geheim-2", stepTypes: REQUEST_STEP_TYPES, hosts: ["localhost"] },
      OTHER: { value: "geheim-3", stepTypes: ["prompt"], hosts: [] },
      NAMED: { value: "sk-Kennwort-42", stepTypes: SUPPORTED_STEP_TYPES, hosts: ["api.example.com"] },
      ADDRESS: { value: "3232235521", stepTypes: REQUEST_STEP_TYPES, hosts: [] },
      BARE: refuseSecretInRequests({
        value: "geheim-5",
        stepTypes: [...REQUEST_STEP_TYPES, "set-variable"],
        hosts: [],
      }),
      OPEN: { value: "geheim-4", stepTypes: ["transform-data", "set-variable"], hosts: [] },
    },
  });
});
afterAll(async () => {
  await harness.runner.close();
  server.close();
});

const call = (http: JsonObject, more: JsonObject = {}) =>
  createSampleStep("a", "api-call", { http: { url: `http://localhost:${port}/`, ...http }, ...more });
const run = async (given: JsonObject) => (await harness.run([given])).of("a");

describe("a secret with default settings", () => {
  it("is sent in every field of a request", async () => {
    await run(
      call(
        {
          url: `http://localhost:${port}/?k={{secret:KEY}}`,
          method: "POST",
          headers: { "x-key": "{{secret:KEY}}" },
          body: { deep: ["{{secret:KEY}}"] },
        },
        { auth: { type: "bearer", token: "{{ secret : KEY }}" } },
      ),
    );
    expect(received.at(-1)).toMatchObject({
      url: "/?k=geheim-1",
      headers: { "x-key": "geheim-1", authorization: "Bearer geheim-1" },
      body: '{"deep":["geheim-1"]}',
    });
  });

  it.each<[string, JsonObject, string]>([
    [
      "a script",
      createSampleScriptStep("a", "return '{{secret:KEY}}'.split('').join(' ')"),
      "transform-data",
    ],
    ["a script, outside of quotes", createSampleScriptStep("a", "return [{{secret:KEY}}]"), "transform-data"],
    ["a template", createSampleStep("a", "template", { template: "{{secret:KEY}}" }), "template"],
    [
      "an input of a template",
      createSampleStep("a", "template", { template: "{{x}}", inputs: { x: "{{secret:KEY}}" } }),
      "template",
    ],
    [
      "a partial",
      createSampleStep("a", "template", { template: "x", partials: { p: "{{secret:KEY}}" } }),
      "template",
    ],
    ["a variable", createSampleSetVariableStep("a", "{{secret:KEY}}"), "set-variable"],
    ["a condition", createSampleStep("a", "wait-until", { condition: "{{secret:KEY}}" }), "wait-until"],
    ["a prompt", createSampleStep("a", "prompt", { model: "m", userPrompt: "{{secret:KEY}}" }), "prompt"],
    [
      "a mail",
      createSampleStep("a", "send-email", { to: "a@b.c", from: "a@b.c", text: "{{secret:KEY}}" }),
      "send-email",
    ],
    ["an event", createSampleStep("a", "send-event", { eventType: "{{secret:KEY}}" }), "send-event"],
    ["a stream", createSampleStep("a", "send-stream", { message: "{{secret:KEY}}" }), "send-stream"],
    ["a record", createSampleStep("a", "retrieve-record", { recordId: "{{secret:KEY}}" }), "retrieve-record"],
  ])("is refused in %s, and the error names the setting that allows it", async (_, given, type) => {
    const { status, error } = await run(given);
    expect(status).toBe("failed");
    expect(error).toContain(`SECRET_KEY_ALLOW`);
    expect(error).toContain(` ${type} `);
  });

  it("is refused in a `when`, a conditional, a default value, a fallback and a variable name", async () => {
    const conditions: readonly JsonObject[] = [
      { ...call({}), when: "'{{secret:KEY}}' !== ''" },
      createSampleStep("a", "conditional", { condition: "{{secret:KEY}}", trueSteps: [], falseSteps: [] }),
    ];
    for (const given of conditions) {
      expect((await run(given)).error).toMatch(
        /may not be used in a condition.*conditional in FLOWLINE_SECRET_KEY_ALLOW/,
      );
    }
    const failing = { url: "http://localhost:1/" };
    const storing: readonly JsonObject[] = [
      call(failing, { errorHandling: "continue", defaultValue: "{{secret:KEY}}" }),
      call(failing, {
        errorHandling: { onError: "fallback", fallbacks: [{ type: "message", message: "{{secret:KEY}}" }] },
      }),
      call({}, { outputVariable: "x{{secret:KEY}}" }),
    ];
    for (const given of storing)
      expect((await run(given)).error).toMatch(/set-variable in FLOWLINE_SECRET_KEY_ALLOW/);
  });
});

it("a secret is allowed only for the step types in its list", async () => {
  expect((await run(call({ headers: { a: "{{secret:OTHER}}" } }))).error).toMatch(
    /not be sent in a request.*FLOWLINE_SECRET_OTHER_ALLOW/,
  );
  const ran = await harness.run([
    createSampleSetVariableStep("a", "{{secret:OPEN}}"),
    createSampleScriptStep("b", "return '{{secret:OPEN}}'.length + a.length"),
  ]);
  expect(ran.of("b").output).toBe(16);
});

it("a secret without hosts is not sent where hosts are required, and the error names the setting", async () => {
  const before = received.length;
  const requests: readonly JsonObject[] = [
    { headers: { a: "{{secret:BARE}}" } },
    { url: `http://localhost:${port}/?k={{secret:BARE}}` },
  ];
  for (const http of requests)
    expect((await run(call(http))).error).toBe(
      "The secret BARE may not be sent in a request, because it has no list of hosts. Add the host of this request to FLOWLINE_SECRET_BARE_ALLOW.",
    );
  expect(received.length).toBe(before);
  expect((await run(createSampleSetVariableStep("a", "{{secret:BARE}}"))).status).toBe("completed");
});

describe("a secret with hosts", () => {
  it("is sent only to these hosts", async () => {
    const before = received.length;
    expect((await run(call({ headers: { a: "{{secret:HOST}}" } }))).status).toBe("completed");
    const requests: readonly JsonObject[] = [
      { headers: { a: "{{secret:HOST}}" } },
      { method: "POST", body: "{{secret:HOST}}" },
    ];
    for (const http of requests) {
      const { error } = await run(call({ ...http, url: `http://127.0.0.1:${port}/` }));
      expect(error).toBe(
        `The secret HOST may not be sent to 127.0.0.1:${port}, which is not among the hosts of FLOWLINE_SECRET_HOST_ALLOW.`,
      );
    }
    expect((await run(call({ url: `http://127.0.0.1:${port}/?{{secret:HOST}}` }))).error).toMatch(
      /may not be sent/,
    );
    expect((await run(call({ url: "http://localhost.evil.example/?{{secret:HOST}}" }))).error).toMatch(
      /may not be sent to http:\/\/localhost\.evil\.example/,
    );
    expect(received.length).toBe(before + 1);
  });

  it("is not sent along a redirect to another host", async () => {
    const headers = {
      "user-agent": "{{secret:HOST}}",
      accept: "{{secret:HOST}}",
      "x-key": "{{secret:HOST}}",
    };
    await run(call({ url: `http://localhost:${port}/302/127.0.0.1`, headers }));
    expect(received.at(-1)).toMatchObject({ url: "/end", headers: { "user-agent": "Flowline" } });
    expect(JSON.stringify(received.at(-1))).not.toContain("geheim");
    await run(call({ url: `http://localhost:${port}/302/localhost`, headers }));
    expect(received.at(-1)).toMatchObject({ url: "/end", headers: { "x-key": "geheim-2" } });
    const before = received.length;
    const url = `http://localhost:${port}/307/127.0.0.1`;
    expect((await run(call({ url, method: "POST", body: "{{secret:HOST}}" }))).error).toMatch(
      /^The secret HOST may not be sent to 127\.0\.0\.1/,
    );
    expect(received.length).toBe(before + 1);
  });
});

it.each<[string, JsonObject]>([
  ["the method", call({ method: "{{secret:NAMED}}" })],
  ["a URL", call({ url: "{{secret:NAMED}}" })],
  ["the scheme of a URL", call({ url: "{{secret:NAMED}}://api.example.com/" })],
  ["the host of a URL", call({ url: "http://{{secret:NAMED}}/" })],
  ["a part of a host", call({ url: "http://api.{{secret:NAMED}}.example/" })],
  ["a host after credentials", call({ url: "http://user:word@{{secret:NAMED}}/" })],
  ["the name of a header", call({ headers: { "x {{secret:NAMED}}": "1" } })],
  ["a timeout", call({ timeout: "{{secret:NAMED}}" })],
  ["the type of authentication", call({}, { auth: { type: "{{secret:NAMED}}" } })],
  ["the model of a prompt", createSampleStep("a", "prompt", { model: "{{secret:NAMED}}", userPrompt: "x" })],
  ["a number of a prompt", createSampleStep("a", "prompt", { model: "m", seed: "{{secret:NAMED}}" })],
  [
    "the addresses of a mail",
    createSampleStep("a", "send-email", { to: "{{secret:NAMED}}", from: "a@{{secret:NAMED}}", text: "x" }),
  ],
  ["the name of an event", createSampleStep("a", "send-event", { eventType: "{{secret:NAMED}}" })],
  ["the ID of a record", createSampleStep("a", "retrieve-record", { recordId: "{{secret:NAMED}}" })],
  [
    "the type and name of a record",
    createSampleStep("a", "retrieve-record", {
      recordType: "{{secret:NAMED}}",
      recordName: "{{secret:NAMED}}",
    }),
  ],
])("no result contains a secret from %s, in any letter case", async (_, given) => {
  const { outcome, events } = await harness.run([given]);
  const written = JSON.stringify({ outcome, events, sent: harness.events }).toLowerCase();
  expect(written).toContain('"status"');
  expect(written).not.toContain("kennwort");
});

it("an error quotes a URL with a secret as it is written in the step", async () => {
  expect((await run(call({ url: "http://{{secret:NAMED}}/" }))).error).toBe(
    "The secret NAMED may not be sent to http://{{secret:NAMED}}/, which is not among the hosts of FLOWLINE_SECRET_NAMED_ALLOW.",
  );
  expect((await run(call({ url: "http://{{secret:ADDRESS}}/" }))).error).toMatch(
    /^http:\/\/\{\{secret:ADDRESS\}\}\/ is on a private network/,
  );
});

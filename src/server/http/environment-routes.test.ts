import { createServer } from "node:http";
import { expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { SECRET_LIST_RESPONSE_LIMITS } from "#contract/server-status.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { listSecretsWithUses } from "#server/flows/list-secrets.ts";
import { readStoreStatus } from "#server/store/store-status.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { listenUntilTestEnds } from "#server/testing/upstream.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const KEYS = {
  reader: "reader-key-0123456789",
  writer: "writer-key-0123456789",
  runner: "runner-key-0123456789",
  other: "other-key-01234567890",
};
const API_KEYS = [
  `${KEYS.reader}=FLOWS:READ`,
  `${KEYS.writer}=FLOWS:READ+FLOWS:WRITE`,
  `${KEYS.runner}=FLOWS:READ+FLOWS:EXECUTE`,
  `${KEYS.other}=RECORDS:READ`,
].join(",");

const request = (url: string): JsonObject => ({ config: { http: { method: "GET", url } } });
const use = (key: string) => `https://a.example/?key={{secret:${key}}}`;
const fetchStep = (id: string, url: string, extra: JsonObject = {}) =>
  buildStep(id, { type: "fetch-url", ...request(url), ...extra });

describeSuiteForEitherStore("the endpoints of the environment page", (store) => {
  const withApp = async (
    env: Readonly<Record<string, string>>,
    work: (
      app: TestApp,
      get: (path: string, key?: keyof typeof KEYS) => ReturnType<TestApp["call"]>,
    ) => Promise<void>,
  ) => {
    const app = await startTestApp(store(), { env, runner: createFakeFlowRunner() });
    const get = (path: string, key?: keyof typeof KEYS) =>
      app.call("GET", path, key && { headers: { authorization: `Bearer ${KEYS[key]}` } });
    await work(app, get);
    await app.close();
  };

  it("report the store, its version and the limits even if there are no flows", () =>
    withApp({ STEP_TIME_LIMIT: "7", RATE_LIMIT: "50", MAIL_RECIPIENT_LIMIT: "3" }, async (_, get) => {
      const { json, status } = await get("/local/server");
      expect(status).toBe(200);
      expect(endpoints.getServerStatus.answers[200].safeParse(json).success).toBe(true);
      expect(json.store).toMatchObject({ type: store().kind, reachable: true });
      expect(json.store.version).toMatch(/^\d+\.\d/);
      expect(json.runtime).toBe(`Node.js ${process.versions.node}`);
      expect(json.limits).toMatchObject({
        requestsPerMinute: 50,
        flows: { bytes: 2 * 1024 * 1024, steps: 2000 },
        runs: { stepMs: 7000, scriptMs: 7000, emailRecipients: 3, scriptBytes: 64 * 1024 * 1024 },
      });
      expect((await get("/local/secrets")).json).toEqual({ secrets: [], complete: true });
      expect((await get("/local/model-server")).json).toEqual({ state: "not-configured" });
    }));

  it("report settings and supported step types for runs, but no value of a secret, nor its name to readers", () => {
    const values = {
      MODEL_BASE_URL: "https://models.example/v1",
      SMTP_URL: "smtp://mail.example:587",
      SECRET_API_TOKEN: "s3cr3t-value",
      SECRET_OTHER: "another-value",
      SECRET_OTHER_ALLOW: "prompt, hidden.example",
    };
    return withApp({ API_KEYS, ...values }, async (_, get) => {
      const path = "/local/environment";
      const writer = await get(path, "writer");
      expect(endpoints.getEnvironment.answers[200].safeParse(writer.json).success).toBe(true);
      expect(writer.json).toMatchObject({
        models: true,
        mail: true,
        secrets: [
          { name: "API_TOKEN", stepTypes: ["api-call", "fetch-url"] },
          { name: "OTHER", stepTypes: ["api-call", "fetch-url", "prompt"] },
        ],
      });
      expect(writer.json.stepTypes).toEqual(expect.arrayContaining(["prompt", "conditional", "send-email"]));
      expect(writer.json.stepTypes).not.toContain("crawl");
      expect(writer.text).not.toMatch(/s3cr3t|another-value|\.example/);
      expect((await get(path, "runner")).json.secrets).toHaveLength(2);
      const reader = await get(path, "reader");
      expect(reader.json).toMatchObject({ models: true, mail: true });
      expect(Object.hasOwn(reader.json, "secrets")).toBe(false);
    });
  });

  it("report missing settings for runs when nothing is configured", () =>
    withApp({}, async (_, get) =>
      expect((await get("/local/environment")).json).toMatchObject({
        models: false,
        mail: false,
        secrets: [],
      }),
    ));

  it("list the secrets with the steps that use them", () =>
    withApp(
      {
        SECRET_SHARED: "shared-value-0123",
        SECRET_UNUSED: "unused-value-0123",
        SECRET_NARROW: "narrow-value-0123",
        SECRET_NARROW_ALLOW: "prompt",
        SECRET_UNUSED_ALLOW: "api.example.com",
      },
      async (app, get) => {
        const flow = await app.create(
          buildFlow("Daily", [
            fetchStep("a", use("SHARED"), { name: "Ask A" }),
            buildConditional("c", [fetchStep("b", use("SHARED") + use("SHARED"), { enabled: false })]),
            fetchStep("d", use("NARROW"), { when: "{{secret:MISSING}} === 1" }),
          ]),
        );
        await app.create(buildFlow("Plain", [fetchStep("x", "https://a.example/secret")]));
        const { json, text } = await get("/local/secrets");
        expect(endpoints.listSecrets.answers[200].safeParse(json).success).toBe(true);
        expect(json.complete).toBe(true);
        expect(json.secrets.map(({ name, set }: JsonObject) => [name, set])).toEqual([
          ["MISSING", false],
          ["NARROW", true],
          ["SHARED", true],
          ["UNUSED", true],
        ]);
        const [missing, narrow, shared, unused] = json.secrets;
        expect(missing.flows).toMatchObject([{ flowId: flow.id, flowName: "Daily", stepCount: 1 }]);
        expect(narrow).toMatchObject({ stepTypes: ["prompt"], refusedStepTypes: ["fetch-url"] });
        expect(shared).toMatchObject({ flowCount: 1, stepCount: 2, refusedStepTypes: [], hosts: [] });
        expect(shared.flows[0].steps).toMatchObject([
          { id: "a", name: "Ask A", enabled: true },
          { id: "b", enabled: false },
        ]);
        expect(unused).toMatchObject({ flows: [], flowCount: 0, hosts: ["api.example.com"] });
        expect(text).not.toMatch(/value-0123/);
      },
    ));

  it("hide the hosts, and whether a secret is set, from callers who may only read flows", () =>
    withApp(
      {
        API_KEYS,
        SECRET_TOKEN: "token-value-0123",
        SECRET_HIDDEN: "hidden-value-0123",
        SMTP_URL: "smtp://user:mail-password@mail.example:587",
      },
      async (app, get) => {
        const headers = { authorization: `Bearer ${KEYS.writer}` };
        const body = buildFlow("Daily", [fetchStep("a", use("TOKEN"))]);
        await app.call("POST", "/v1/flows", { headers, body });
        const reader = await get("/local/secrets", "reader");
        expect(reader.json.secrets).toMatchObject([{ name: "TOKEN", flowCount: 1 }]);
        expect(reader.text).not.toMatch(/HIDDEN|"set"|"stepTypes"|"hosts"/);
        expect((await get("/local/server", "reader")).text).not.toContain("mail.example");
        expect((await get("/local/secrets", "runner")).json.secrets).toHaveLength(2);
        const writer = await get("/local/server", "writer");
        expect(writer.json.mailHost).toBe("mail.example:587");
        expect(writer.text).not.toMatch(/mail-password|user/);
      },
    ));

  it("list the host and models of the model server only for callers who may edit flows; others see the status and the number of models", async () => {
    const provider = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"data":[{"id":"gpt-test"}]}');
    });
    const url = await listenUntilTestEnds(provider);
    await withApp({ API_KEYS, MODEL_BASE_URL: `${url}/v1` }, async (_, get) => {
      const writer = await get("/local/model-server", "writer");
      expect(endpoints.checkModelServer.answers[200].safeParse(writer.json).success).toBe(true);
      expect(writer.json).toMatchObject({
        state: "reachable",
        host: new URL(url).host,
        models: ["gpt-test"],
        modelCount: 1,
      });
      const reader = await get("/local/model-server", "reader");
      expect(reader.json).toMatchObject({ state: "reachable", modelCount: 1 });
      expect(reader.text).not.toMatch(/127\.0\.0\.1|gpt-test/);
    });
  });

  it("list models with details for callers who may edit flows, with one request a minute and without the key", async () => {
    let requests = 0;
    const key = "model-key-0123456789";
    const data = [
      { id: "b/large", name: "Large", owned_by: "b", context_length: 200_000 },
      { id: "a/small", pricing: { prompt: "0.0000005", completion: "0.000002" } },
      { id: `leaks-${key}` },
      { id: "x".repeat(5000) },
      { id: "c/odd", context_length: -1, pricing: { prompt: "-1", completion: "free" }, owned_by: 7 },
    ];
    const provider = createServer((_, response) => {
      requests += 1;
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
    });
    const url = await listenUntilTestEnds(provider);
    await withApp({ API_KEYS, MODEL_BASE_URL: `${url}/v1`, MODEL_API_KEY: key }, async (_, get) => {
      const answers = await Promise.all([get("/local/models", "writer"), get("/local/models", "writer")]);
      for (const { json, text } of answers) {
        expect(endpoints.listModels.answers[200].safeParse(json).success).toBe(true);
        expect(text).not.toContain(key);
        expect(json).toEqual({
          models: [
            { id: "a/small", inputCost: 0.5, outputCost: 2 },
            { id: "b/large", name: "Large", provider: "b", contextTokens: 200_000 },
            { id: "c/odd" },
          ],
          isComplete: false,
        });
      }
      expect(requests).toBe(1);
      expect((await get("/local/models", "reader")).json).toEqual({ models: [], isComplete: false });
    });
  });

  it("report a model server that returns a web page as a failure, and no model server as an empty list", async () => {
    const provider = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>");
    });
    const url = await listenUntilTestEnds(provider);
    await withApp({ MODEL_BASE_URL: `${url}/v1` }, async (_, get) =>
      expect((await get("/local/models")).json).toEqual({
        models: [],
        isComplete: false,
        failure: "The model server returned no list of models.",
      }),
    );
    await withApp({}, async (_, get) =>
      expect((await get("/local/models")).json).toEqual({ models: [], isComplete: false }),
    );
  });

  it("limit the number of listed secrets, flows and steps, and the length of the response", () =>
    withApp({}, async (app, get) => {
      const many = Array.from({ length: 900 }, (_, index) => use(`KEY_${index}`)).join("");
      const long = "N".repeat(100_000);
      const steps = Array.from({ length: 30 }, (_, index) =>
        fetchStep(`s${index}`, use("COMMON"), { name: `Step ${"long ".repeat(100)}${index}` }),
      );
      for (let index = 0; index < 25; index += 1)
        await app.create(buildFlow(`Flow ${index} ${"n".repeat(480)}`, steps));
      expect((await get("/local/secrets")).json).toMatchObject({ complete: true });
      await app.create(buildFlow("Many", [fetchStep("m", many), fetchStep("l", use(long))]));
      const { json, text } = await get("/local/secrets");
      expect(json.complete).toBe(false);
      expect(json.secrets).toHaveLength(SECRET_LIST_RESPONSE_LIMITS.missing);
      const common = json.secrets.find(({ name }: JsonObject) => name === "COMMON");
      expect(common).toMatchObject({ flowCount: 25, stepCount: 750 });
      expect(common.flows).toHaveLength(SECRET_LIST_RESPONSE_LIMITS.flows);
      expect(common.flows[0].steps).toHaveLength(SECRET_LIST_RESPONSE_LIMITS.steps);
      expect(common.flows[0].stepCount).toBe(30);
      expect(text.length).toBeLessThan(300_000);
    }));

  it("mark the list of secrets as incomplete when the search exceeds its time limit", async () => {
    await withApp({}, async (app) => {
      await app.create(buildFlow("Daily", [fetchStep("a", use("TOKEN"))]));
    });
    const caller = { organizationId: "org_local", userId: "user_local", scopes: ["*"] };
    const { signal } = new AbortController();
    const list = await listSecretsWithUses({ store: store(), caller, secrets: {}, signal, timeLimitMs: -1 });
    expect(list.complete).toBe(false);
  });
});

it("a store that does not respond or fails is reported as unreachable", async () => {
  const hanging = { execute: () => new Promise(() => {}) };
  const failing = { execute: async () => Promise.reject(new Error("connection lost")) };
  for (const database of [hanging, failing]) {
    const status = await readStoreStatus({ kind: "postgres", database: database as never }, 50);
    expect(status).toMatchObject({ type: "postgres", reachable: false });
  }
});

it("in cloud mode, only the status of the server itself is reported", async () => {
  const env = {
    RUNTYPE_API_KEY: "rt_live_secret",
    RUNTYPE_API_URL: "http://127.0.0.1:9",
    SMTP_URL: "smtp://mail.example",
  };
  const app = await startTestApp(undefined, { env });
  const { status, json, text } = await app.call("GET", "/local/server");
  expect(status).toBe(200);
  expect(json).toMatchObject({ store: null, limits: { upstreamMs: 60_000, requestsPerMinute: null } });
  expect(text).not.toMatch(/rt_live_secret|mail\.example/);
  for (const path of ["/local/model-server", "/local/secrets"])
    expect((await app.call("GET", path)).status).toBe(404);
  await app.close();
});

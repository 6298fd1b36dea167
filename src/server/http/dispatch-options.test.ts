import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFlowInTransaction } from "#server/flows/change-flow-in-transaction.ts";
import type { FlowRunner } from "#server/runner/runner.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createSetVariableStep } from "#server/testing/run-data.ts";
import {
  type TestApp,
  type TestResponse,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

type Json = TestResponse["json"];

const step = (name: string, value: unknown): object => ({
  ...createSetVariableStep(name, value),
  id: undefined,
});

describeSuiteForEitherStore("dispatch with options", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
  });
  afterEach(() => app.close());

  const dispatch = (body: unknown) => app.call("POST", "/v1/dispatch", { body });
  const upsert = (steps: readonly object[]) =>
    dispatch({ flow: { name: "Digest", steps }, options: { flowMode: "upsert" } });
  const listFlows = async (): Promise<Json[]> => (await app.call("GET", "/v1/flows")).json.data;
  const versionsOf = async (id: string): Promise<Json[]> =>
    (await app.call("GET", `/v1/flow-versions/${id}`)).json.versions;
  const codeOf = ({ status, json }: TestResponse) => [
    status,
    json.details?.[0]?.code,
    json.details?.[0]?.path,
  ];

  it("runs a version by its id, and refuses a version of another flow", async () => {
    const { flowId } = (await upsert([step("a", 1)])).json;
    await upsert([step("a", 2)]);
    const [draft, kept] = await versionsOf(flowId);
    const run = (id: string, flowVersionId: string) => dispatch({ flow: { id }, options: { flowVersionId } });
    expect((await run(flowId, kept.id)).json).toMatchObject({ flowId, result: 1 });
    expect((await run(flowId, draft.id)).json.result).toBe(2);
    const results = (await app.call("GET", `/v1/flows/${flowId}/step-results`)).json.data;
    expect(results.map(({ flowVersionId }: Json) => flowVersionId)).toContain(kept.id);
    const other = await app.create({ name: "Other", flowSteps: [createSetVariableStep("x", 1)] });
    expect(codeOf(await run(other.id, kept.id))).toEqual([400, "WRONG_FLOW", "options.flowVersionId"]);
    expect((await run(flowId, "flowver_none")).status).toBe(404);
    const caller = { organizationId: "org_other", userId: "user_other", scopes: ["*"] };
    const context = {
      store: store(),
      now: Date.now,
      extras: true,
      extraStepTypes: [],
      dashboardOrigin: () => "http://localhost:4400",
    };
    const foreign = await store().write((tx) =>
      createFlowInTransaction(context, { tx, caller, publish: () => undefined }, { name: "Foreign" }),
    );
    expect((await run(flowId, foreign.draftVersionId ?? "")).status).toBe(404);
    expect((await run(foreign.id, foreign.draftVersionId ?? "")).status).toBe(404);
  });

  it("gives steps an idempotency key that differs for each key and body of a request", async () => {
    const keys: (string | undefined)[] = [];
    const fake = createFakeFlowRunner();
    const run: FlowRunner["run"] = (plan, options) => {
      keys.push(plan.idempotencyKey);
      return fake.run(plan, options);
    };
    const keyed = await startTestApp(store(), { runner: { ...fake, run } });
    const send = (key: string | undefined, name: string) =>
      keyed.call("POST", "/v1/dispatch", {
        body: { flow: { name, steps: [step("a", 1)] } },
        headers: key === undefined ? {} : { "idempotency-key": key },
      });
    for (const [key, name] of [
      ["one", "Digest"],
      ["two", "Digest"],
      ["three", "Other"],
    ] as const)
      expect((await send(key, name)).status).toBe(200);
    await send(undefined, "Digest");
    expect(keys[0]).toMatch(/^[\w-]{43}$/);
    expect(new Set(keys).size).toBe(4);
    expect(keys[3]).toBeUndefined();
    await keyed.close();
  });

  it("requires the scopes for what it saves, and names the API key in the versions", async () => {
    const keys = [
      `${createTestApiKey("runner")}=DISPATCH:EXECUTE`,
      `${createTestApiKey("flows")}=DISPATCH:EXECUTE+FLOWS:WRITE`,
      `${createTestApiKey("all")}=*=deploy of main`,
    ];
    const shared = await startTestApp(store(), {
      env: { API_KEYS: keys.join(",") },
      runner: createFakeFlowRunner(),
    });
    const send = (key: string, options: object) =>
      shared.call("POST", "/v1/dispatch", {
        body: { flow: { name: "Digest", steps: [step("a", 1)] }, record: { name: "A", type: "t" }, options },
        headers: createBearerHeader(key),
      });
    expect((await send("runner", { flowMode: "virtual" })).status).toBe(200);
    for (const flowMode of ["create", "upsert"]) {
      const refused = await send("runner", { flowMode });
      expect([refused.status, refused.json.error]).toEqual([403, expect.stringContaining("FLOWS:WRITE")]);
    }
    const refused = await send("flows", { flowMode: "upsert", recordMode: "create" });
    expect([refused.status, refused.json.error]).toEqual([403, expect.stringContaining("RECORDS:WRITE")]);
    expect(await listFlows()).toEqual([]);
    const { flowId } = (await send("all", { flowMode: "upsert", recordMode: "create" })).json;
    expect((await versionsOf(flowId))[0]).toMatchObject({
      versionType: "draft",
      createdBy: "deploy of main",
    });
    await shared.close();
  });

  it("lists fields and options without effect as warnings", async () => {
    const answer = await dispatch({
      flow: { name: "Digest", steps: [step("a", 1)] },
      clientTools: [{ name: "x" }],
      context: { page: 1 },
      options: { debugMode: true, versionLabel: "x", upsertOptions: { createVersionOnChange: true }, odd: 1 },
    });
    const paths = answer.json.warnings.map(({ path }: Json) => path);
    expect(paths.toSorted()).toEqual([
      "clientTools",
      "context",
      "options.debugMode",
      "options.odd",
      "options.upsertOptions",
      "options.versionLabel",
    ]);
    const created = await app.call("POST", "/v1/dispatch", {
      body: { flow: { name: "Created", steps: [step("a", 1)] }, options: { flowMode: "create" } },
      headers: { "if-match": '"1-a"' },
    });
    expect(created.json).toMatchObject({ flowChange: "created", warnings: [{ path: "If-Match" }] });
    const inline = await dispatch({
      flow: { id: "flow_x", name: "Digest", steps: [step("a", 1)] },
      options: { storeResults: true, upsertOptions: { createVersionOnChange: true } },
    });
    expect(inline.json.warnings.map(({ path }: Json) => path)).toEqual([
      "flow.id",
      "options.storeResults",
      "options.upsertOptions",
    ]);
    const quiet = { clientTools: [], options: { debugMode: false, autoAppendMetadata: false } };
    const plain = await dispatch({ flow: { name: "Digest", steps: [step("a", 1)] }, ...quiet });
    expect(plain.json).not.toHaveProperty("warnings");
    // A server without extensions answers the documented API and nothing more; its log has the warnings.
    const lines: string[] = [];
    const strict = await startTestApp(store(), {
      env: { EXTRAS: "0" },
      runner: createFakeFlowRunner(),
      logger: pino({ level: "warn" }, { write: (line) => void lines.push(line) }),
    });
    const { json } = await strict.call("POST", "/v1/dispatch", {
      body: {
        flow: { name: "Other", steps: [step("a", 1)] },
        clientTools: [1],
        options: { flowMode: "upsert" },
      },
    });
    expect(json.flowId).toMatch(/^flow_/);
    for (const name of ["warnings", "versionToken", "draftVersionId", "flowChange"]) {
      expect(json).not.toHaveProperty(name);
    }
    expect(lines.join("")).toContain('"path":"clientTools"');
    await strict.close();
  });
});

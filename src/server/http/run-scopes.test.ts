import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { readServerConfig } from "#server/config/config.ts";
import { createRecordStoreForRuns } from "#server/records/run-records.ts";
import { openFlowRunner } from "#server/runner/open-runner.ts";
import type { FlowRunner } from "#server/runner/runner.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { insertTestRecords } from "#server/testing/run-data.ts";
import { createSampleStep } from "#server/testing/sample-steps.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const SCOPES = {
  owner: "*",
  dispatcher: "DISPATCH:EXECUTE",
  reader: "DISPATCH:EXECUTE+RECORDS:READ",
  writer: "DISPATCH:EXECUTE+RECORDS:WRITE",
  observer: "FLOWS:EXECUTE+FLOWS:READ+RECORDS:READ",
  viewer: "FLOWS:READ",
} as const;
type KeyName = keyof typeof SCOPES;

const keyOf = (name: KeyName) => `${name}-0123456789`;
const as = (name: KeyName) => ({ authorization: `Bearer ${keyOf(name)}` });
const env = {
  API_KEYS: Object.entries(SCOPES)
    .map(([name, scopes]) => `${keyOf(name as KeyName)}=${scopes}`)
    .join(","),
};

const CONTENT = "confidential-content";

const list = createSampleStep("list", "list-records", { recordType: "lead", outputVariable: "leads" });
const overwrite = createSampleStep("upsert", "upsert-record", {
  recordType: "lead",
  recordName: "Acme",
  sourceVariable: { added: 1 },
  outputVariable: "lead",
});
const echo = createSampleStep("echo", "set-variable", {
  variableName: "seen",
  valueTemplate: "{{_record.metadata.note}}",
});

describeSuiteForEitherStore("the scopes of a run", (store) => {
  let app: TestApp;
  let acme: string;

  const openApp = (runner?: FlowRunner) => {
    const records = createRecordStoreForRuns({ store: store(), now: Date.now, extras: true });
    const rest = { records, publishEvent: async () => {}, report: () => {}, now: Date.now };
    return startTestApp(store(), { env, runner: runner ?? openFlowRunner(readServerConfig({}).runs, rest) });
  };
  const post = (key: KeyName, path: string, body: unknown) =>
    app.call("POST", path, { headers: as(key), body });
  const get = (key: KeyName, path: string) => app.call("GET", path, { headers: as(key) });
  const dispatch = async (key: KeyName, steps: readonly JsonObject[], rest: JsonObject = {}) =>
    post(key, "/v1/dispatch", { flow: { name: "Sample", steps: [...steps] }, ...rest });
  const createFlow = async (...steps: JsonObject[]) =>
    String((await post("owner", "/v1/flows", buildFlow("Digest", steps))).json.id);
  const readAcme = async () => (await get("owner", `/v1/records/${acme}`)).json.metadata as JsonObject;

  beforeEach(async () => {
    app = await openApp();
    const made = await post("owner", "/v1/records", {
      type: "lead",
      name: "Acme",
      metadata: { note: CONTENT },
    });
    acme = String(made.json.id);
  });
  afterEach(() => app.close());

  it("keep a write-only key from reading fields that it did not send", async () => {
    const put = (key: KeyName, body: JsonObject) =>
      app.call("PUT", `/v1/records/${acme}`, { headers: as(key), body });
    expect((await put("writer", {})).json).toMatchObject({ id: acme, type: "", name: "", metadata: {} });
    const renamed = await put("writer", { name: "Acme Ltd", metadata: { note: CONTENT } });
    expect(renamed.json).toMatchObject({ type: "", name: "Acme Ltd", metadata: { note: CONTENT } });
    expect((await put("owner", {})).json).toMatchObject({ type: "lead", name: "Acme Ltd" });
    await post("owner", "/v1/records", { type: "lead", name: "Taken" });
    const refused = await put("writer", { name: "Taken" });
    expect([refused.status, refused.json.error]).toEqual([
      409,
      "A record of this type named “Taken” already exists.",
    ]);
  });

  it("keep steps from reading records without the scope", async () => {
    for (const type of ["list-records", "retrieve-record", "get-record"]) {
      const refused = await dispatch("dispatcher", [createSampleStep("read", type, { recordType: "lead" })]);
      expect(refused.json.success, type).toBe(false);
      expect(refused.json.error, type).toContain("RECORDS:READ");
      expect(refused.text, type).not.toContain(CONTENT);
    }
    expect((await dispatch("writer", [list])).json.error).toContain("RECORDS:READ");
    const allowed = await dispatch("reader", [list]);
    expect(allowed.json.success).toBe(true);
    expect(allowed.text).toContain(CONTENT);
  });

  it("keep steps from writing records without the scope", async () => {
    const update = createSampleStep("update", "update-record", { recordId: acme, updates: { added: 1 } });
    const create = createSampleStep("create", "create-records", {
      recordType: "lead",
      sourceVariable: [{ added: 1 }],
      nameTemplate: "Acme",
    });
    for (const key of ["dispatcher", "reader"] as const) {
      for (const write of [overwrite, update, create]) {
        const refused = await dispatch(key, [write]);
        expect(refused.json.error, `${key} ${JSON.stringify(write)}`).toContain("RECORDS:WRITE");
      }
    }
    expect(await readAcme()).toEqual({ note: CONTENT });
    for (const write of [overwrite, update]) {
      expect((await dispatch("writer", [write])).json.success, JSON.stringify(write)).toBe(true);
      expect(await readAcme()).toEqual({ note: CONTENT, added: 1 });
    }
    expect((await dispatch("writer", [create])).json.success).toBe(true);
    expect(await readAcme()).toEqual({ added: 1 });
  });

  it("show a write-only key only the record fields that it wrote", async () => {
    const write = { recordType: "lead", mergeStrategy: "deep-merge", updates: { added: 1 } };
    const writes = [
      overwrite,
      createSampleStep("update", "update-record", { ...write, recordId: acme }),
      createSampleStep("update", "update-record", { ...write, recordName: "Acme" }),
    ];
    for (const one of writes) {
      const answer = await dispatch("writer", [one]);
      expect(answer.json.result).toMatchObject({ id: acme, metadata: { added: 1 } });
      expect(answer.text).not.toContain(CONTENT);
      expect((await dispatch("owner", [one])).json.result.metadata).toEqual({ note: CONTENT, added: 1 });
    }
    // Filters need the read scope: whether a filter matches reveals what a record contains.
    const filter = { field: "note", operator: "equals", value: CONTENT };
    const guess = createSampleStep("guess", "update-record", {
      recordFilter: filter,
      updates: { guessed: 1 },
    });
    expect((await dispatch("writer", [guess])).json.error).toContain("RECORDS:READ");
    expect(await readAcme()).not.toHaveProperty("guessed");
  });

  it("hide name and type of a record from a write-only key that updates it by id", async () => {
    const update = createSampleStep("update", "update-record", { recordId: acme, updates: { added: 1 } });
    const answer = await dispatch("writer", [update]);
    expect(answer.json.result).toEqual({ id: acme, metadata: { added: 1 } });
    expect(answer.text).not.toMatch(/Acme|lead/);
    expect((await dispatch("owner", [update])).json.result).toMatchObject({ name: "Acme", type: "lead" });
  });

  it("must include RECORDS:READ if the run uses a stored record, but not for a record in the request", async () => {
    const refused = await dispatch("dispatcher", [echo], { record: { id: acme } });
    expect([refused.status, refused.json.details[0].code]).toEqual([403, "MISSING_SCOPE"]);
    expect(refused.text).not.toContain(CONTENT);
    expect((await dispatch("reader", [echo], { record: { id: acme } })).json.result).toBe(CONTENT);
    const own = { name: "Own", type: "lead", metadata: { note: "mine" } };
    expect((await dispatch("dispatcher", [echo], { record: own })).json.result).toBe("mine");
  });

  it("are those of the key that started the batch, also in the background and after a restart", async () => {
    const [first = "", second = ""] = await insertTestRecords(store(), "lead", 2);
    const flow = await createFlow(overwrite);
    await app.close();
    // Stops the run service: it still accepts batches but runs none. The next server runs the batches.
    app = await openApp(createFakeFlowRunner());
    await app.runs?.stop();
    const start = async (key: KeyName, recordId: string) => {
      const body = { flowId: flow, recordIds: [recordId], options: { maxRetries: 1 } };
      return String((await post(key, "/v1/batch/flow", body)).json.batchExecutionId);
    };
    const batches = [await start("observer", first), await start("owner", second)] as const;
    await app.close();

    app = await openApp();
    const readBatch = async (id: string) => (await get("owner", `/v1/batch/status/${id}`)).json;
    await expect
      .poll(async () => Promise.all(batches.map(async (id) => (await readBatch(id)).status)), {
        timeout: 30_000,
      })
      .toEqual(["failed", "completed"]);
    const records = (await get("owner", `/local/batches/${batches[0]}/records`)).json.data;
    expect(records[0].errorMessage).toContain("RECORDS:WRITE");
  });

  it("withhold step results from a key without RECORDS:READ, on every route", async () => {
    const flow = await createFlow(
      echo,
      createSampleStep("fail", "fetch-url", {
        http: { url: "http://127.0.0.1:1/{{_record.metadata.note}}" },
        errorHandling: "continue",
      }),
    );
    const run = await post("owner", `/v1/flows/${flow}/run-on-record-type`, { recordType: "lead" });
    const batch = String(run.json.batchId);
    const results = await get("owner", `/v1/flows/${flow}/step-results`);
    expect(results.text).toContain(CONTENT);
    const withheld = [
      `/v1/flows/${flow}/step-results`,
      `/v1/batch/${batch}/records/${acme}/steps`,
      `/local/batches/${batch}/records`,
      `/local/flows/${flow}/last-step-runs`,
    ];
    for (const path of withheld) {
      const [whole, cut] = [await get("observer", path), await get("viewer", path)];
      expect([whole.status, cut.status], path).toEqual([200, 200]);
      expect(cut.json.data, path).toHaveLength(whole.json.data.length);
      for (const [index, row] of cut.json.data.entries()) {
        const { status, recordId } = whole.json.data[index];
        expect(row, path).toMatchObject({ status, recordId });
        for (const name of ["recordName", "outputPreview", "resolvedPrompt", "errorMessage"])
          expect(row[name] ?? null, `${path} ${name}`).toBeNull();
        for (const name of ["inputVariables", "shape"])
          expect(row, `${path} ${name}`).not.toHaveProperty(name);
      }
      expect(cut.text, path).not.toMatch(/confidential|Acme/);
    }
    const failing = await createFlow(
      createSampleStep("fail", "fetch-url", {
        http: { url: "http://127.0.0.1:1/{{_record.metadata.note}}" },
      }),
    );
    await post("owner", `/v1/flows/${failing}/run-on-record-type`, { recordType: "lead" });
    const health = `/local/flows/${failing}/health`;
    expect((await get("observer", health)).json.failures).toMatchObject([{ message: expect.any(String) }]);
    expect((await get("viewer", health)).json.failures).toMatchObject([{ stepId: "fail", message: null }]);
    const output = `/local/step-results/${results.json.data[0].id}/output`;
    expect((await get("viewer", output)).status).toBe(403);
    expect((await get("observer", output)).status).toBe(200);
    const others = [
      `/v1/batch/status/${batch}`,
      "/v1/batch/summary",
      `/v1/batch/${batch}/cost`,
      `/local/batches?flowId=${flow}`,
      "/v1/flows",
      `/v1/flows/${flow}`,
    ];
    for (const path of others) {
      const answer = await get("viewer", path);
      expect(answer.status, path).toBe(200);
      expect(answer.text, path).not.toMatch(/confidential|Acme/);
    }
  });

  it("withhold events with record contents from a key without RECORDS:READ", async () => {
    const hear = async (key: KeyName) => {
      const events = await app.listen({ headers: as(key) });
      await events.next();
      return events;
    };
    const [whole, cut] = [await hear("observer"), await hear("viewer")];
    const place = { organizationId: "org_local", event: "flow.event" };
    await store().write(async (_tx, publish) => {
      publish({
        ...place,
        data: JSON.stringify({ eventType: CONTENT, flowId: null, executionId: "exec_1" }),
      });
    });
    await post("owner", "/v1/records", { type: "lead", name: "Bolt" });
    await createFlow(echo);
    const received: (string | undefined)[] = [];
    while (received.at(-1) !== "flow.changed") received.push((await whole.next())?.event);
    expect(received).toEqual(expect.arrayContaining(["flow.event", "records.changed"]));
    expect(await cut.next()).toMatchObject({ event: "flow.changed" });
  });
});

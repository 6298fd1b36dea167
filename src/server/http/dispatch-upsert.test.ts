import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FLOW_LIMITS } from "#contract/flow.ts";
import { endpoints } from "#contract/endpoints.ts";
import { ServerSentEventReader } from "#server/testing/event-reader.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createFailingStep, createSetVariableStep, createWaitStep } from "#server/testing/run-data.ts";
import { type TestApp, type TestResponse, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

type Json = TestResponse["json"];

/** Builds a step without an id, as programs that call the API send steps. */
const step = (name: string, value: unknown): object => {
  const { id: _id, ...rest } = createSetVariableStep(name, value);
  return rest;
};

describeSuiteForEitherStore("dispatch that saves", (store) => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
  });
  afterEach(() => app.close());

  const dispatch = (body: unknown, headers = {}) => app.call("POST", "/v1/dispatch", { body, headers });
  const upsert = (steps: readonly object[], options: object = {}, headers = {}) =>
    dispatch({ flow: { name: "Digest", steps }, options: { flowMode: "upsert", ...options } }, headers);
  const readFlow = async (id: string): Promise<Json> => (await app.call("GET", `/v1/flows/${id}`)).json;
  const listFlows = async (): Promise<Json[]> => (await app.call("GET", "/v1/flows")).json.data;
  const listRecords = async (): Promise<Json[]> => (await app.call("GET", "/v1/records")).json.data;
  const versionsOf = async (id: string): Promise<Json[]> =>
    (await app.call("GET", `/v1/flow-versions/${id}`)).json.versions;
  const codeOf = ({ status, json }: TestResponse) => [
    status,
    json.details?.[0]?.code,
    json.details?.[0]?.path,
  ];

  it("creates a flow and a record, runs the flow on the record, and responds with their ids", async () => {
    const body = {
      flow: { name: "Digest", description: "Of the day", steps: [step("a", 1)] },
      record: { name: "Ada", type: "customer", metadata: { tier: 1 } },
      options: { flowMode: "create", recordMode: "create" },
    };
    const answer = await dispatch(body);
    expect(answer.status).toBe(200);
    expect(endpoints.dispatch.answers[200].safeParse(answer.json).success).toBe(true);
    const flow = await readFlow(answer.json.flowId);
    expect(flow).toMatchObject({ name: "Digest", description: "Of the day", status: "draft", revision: 1 });
    expect(answer.json).toMatchObject({
      success: true,
      draftVersionId: flow.draftVersionId,
      versionToken: flow.versionToken,
      flowChange: "created",
    });
    expect(answer.json.steps[0].id).toBe(flow.flowSteps[0].id);
    const [record] = await listRecords();
    expect(record).toMatchObject({ id: answer.json.recordId, name: "Ada", metadata: { tier: 1 } });
    const results = (await app.call("GET", `/v1/flows/${flow.id}/step-results`)).json.data;
    expect(results).toMatchObject([{ recordId: record.id, flowVersionId: flow.draftVersionId }]);
    const again = await dispatch({ ...body, record: { ...body.record, name: "Bob" } });
    expect(again.json.flowId).not.toBe(flow.id);
    expect(await listFlows()).toHaveLength(2);
  });

  it("names the saved flow and record in the first event, and publishes the changes", async () => {
    const changes = await app.listen();
    await changes.next();
    const response = await app.request("POST", "/v1/dispatch", {
      flow: { name: "Digest", steps: [step("a", 1)] },
      record: { name: "Ada", type: "customer" },
      options: { flowMode: "upsert", recordMode: "create", streamResponse: true },
    });
    const events = new ServerSentEventReader(response.body as ReadableStream<Uint8Array>);
    const [{ id, draftVersionId, versionToken }] = await listFlows().then(async ([row]) => [
      await readFlow(row.id),
    ]);
    const [record] = await listRecords();
    expect(await events.next()).toMatchObject({
      event: "execution_start",
      data: { flowId: id, recordId: record.id, draftVersionId, versionToken, flowChange: "created" },
    });
    await events.close();
    const received = await changes.take(2);
    expect(received).toMatchObject([
      { event: "flow.changed", data: { id, change: "created", versionToken } },
      { event: "records.changed", data: { types: ["customer"] } },
    ]);
    await changes.close();
  });

  it("saves a new draft only if the definition differs, and keeps the ids of steps", async () => {
    const first = await upsert([step("a", 1), step("b", { x: 1, y: 2 })]);
    const before = await readFlow(first.json.flowId);
    const same = await upsert([
      { ...step("a", 1), order: 1, enabled: true },
      { ...step("b", { y: 2, x: 1 }), order: 2 },
    ]);
    expect(same.json).toMatchObject({ flowId: before.id, flowChange: "unchanged" });
    expect(await readFlow(before.id)).toEqual({ ...before, lastRunAt: expect.any(String) });
    const changed = await upsert([step("new", 0), step("b", { x: 2 }), step("a", 1)]);
    expect(changed.json.flowChange).toBe("updated");
    const after = await readFlow(before.id);
    expect(after.revision).toBe(2);
    const [{ id: a }, { id: b }] = before.flowSteps;
    expect(after.flowSteps.map(({ id }: Json) => id)).toEqual([expect.stringMatching(/^step_/), b, a]);
    expect(changed.json.versionToken).toBe(after.versionToken);
    expect(await listFlows()).toHaveLength(1);
  });

  it("keeps a version of each change unless createVersionOnChange is false, and never publishes by itself", async () => {
    const { flowId } = (await upsert([step("a", 1)])).json;
    await upsert([step("a", 2)], { versionLabel: "two", versionNotes: "Better." });
    await upsert([step("a", 3)], { upsertOptions: { createVersionOnChange: false } });
    const types = (await versionsOf(flowId)).map(({ versionNumber, versionType, label }) => [
      versionNumber,
      versionType,
      label,
    ]);
    expect(types).toEqual([
      [2, "draft", null],
      [1, "test", null],
    ]);
    const [, kept] = await versionsOf(flowId);
    const config = (await app.call("GET", `/v1/flow-versions/${flowId}/${kept.id}`)).json.flowConfig;
    expect(config.flowSteps[0].config.value).toBe(1);
    expect(await readFlow(flowId)).toMatchObject({ publishedVersionId: null, status: "draft" });
    const live = await upsert([step("a", 4)], {
      createVersion: true,
      versionType: "published",
      versionLabel: "four",
    });
    const flow = await readFlow(flowId);
    expect(flow).toMatchObject({
      hasUnpublishedChanges: false,
      publishedVersionNumber: 3,
      draftVersionId: null,
    });
    expect(live.json).toMatchObject({
      versionToken: flow.versionToken,
      draftVersionId: flow.publishedVersionId,
    });
    expect((await versionsOf(flowId))[0]).toMatchObject({ versionType: "published", label: "four" });
    const marked = await upsert([step("a", 5)], { createVersion: true, versionType: "virtual" });
    expect((await versionsOf(flowId))[0]).toMatchObject({
      id: marked.json.draftVersionId,
      versionType: "virtual",
    });
    expect(await readFlow(flowId)).toMatchObject({ hasUnpublishedChanges: true });
    const ran = (await app.call("GET", `/v1/flows/${flowId}/step-results`)).json.data.find(
      ({ executionSessionId }: Json) => executionSessionId === marked.json.executionId,
    );
    expect(ran.flowVersionId).toBe(marked.json.draftVersionId);
  });

  it("clears the version label that an upsert gave to the draft once another request changes the flow", async () => {
    const { flowId } = (await upsert([step("a", 1)], { versionLabel: "one" })).json;
    expect((await versionsOf(flowId))[0]).toMatchObject({ label: "one" });
    await app.call("PUT", `/v1/flows/${flowId}`, { body: { name: "Renamed" } });
    expect((await versionsOf(flowId))[0]).toMatchObject({ versionType: "draft", label: null });
  });

  it("overwrites another client's changes only if an option allows this, and keeps them as a version", async () => {
    const { flowId } = (await upsert([step("a", 1)])).json;
    const edited = (await readFlow(flowId)).flowSteps.map((sent: object) => ({ ...sent, name: "Edited" }));
    await app.call("PUT", `/v1/flows/${flowId}`, { body: { flowSteps: edited } });
    const before = await readFlow(flowId);
    const refused = await upsert([step("a", 2)]);
    expect(codeOf(refused)).toEqual([409, "EXTERNAL_CHANGE", "flow.steps"]);
    expect(refused.json.error).toMatch(/allowOverwriteExternalChanges/);
    expect(await readFlow(flowId)).toEqual(before);
    // Sends the other client's changes from the code, after which the code may change the flow again.
    const { id: _id, order: _order, ...taken } = edited[0];
    expect((await upsert([taken])).json.flowChange).toBe("unchanged");
    expect(await readFlow(flowId)).toMatchObject({ revision: before.revision, updatedAt: before.updatedAt });
    expect((await upsert([{ ...taken, name: "Code" }])).json.flowChange).toBe("updated");
    await app.call("PUT", `/v1/flows/${flowId}`, { body: { flowSteps: edited } });
    const forced = await upsert([step("a", 2)], { upsertOptions: { allowOverwriteExternalChanges: true } });
    expect(forced.json.flowChange).toBe("updated");
    const [, kept] = await versionsOf(flowId);
    const { flowConfig } = (await app.call("GET", `/v1/flow-versions/${flowId}/${kept.id}`)).json;
    expect(flowConfig.flowSteps[0].name).toBe("Edited");
  });

  it("compares descriptions only if the code has one", async () => {
    const flow = { name: "Digest", steps: [step("a", 1)] };
    const save = (given: object) =>
      dispatch({ flow: { ...flow, ...given }, options: { flowMode: "upsert" } });
    const { flowId } = (await save({ description: "Code" })).json;
    await app.call("PUT", `/v1/flows/${flowId}`, { body: { description: "Dashboard" } });
    expect((await save({})).json.flowChange).toBe("unchanged");
    expect((await readFlow(flowId)).description).toBe("Dashboard");
    await app.call("PUT", `/v1/flows/${flowId}`, { body: { description: "Dashboard, again" } });
    expect(codeOf(await save({ description: "Code" }))).toEqual([409, "EXTERNAL_CHANGE", "flow.steps"]);
  });

  it("refuses a stale token, a token of another flow, and a token for a flow that does not exist", async () => {
    const { flowId, versionToken } = (await upsert([step("a", 1)])).json;
    const other = await app.create({ name: "Other", flowSteps: [] });
    const changed = await upsert([step("a", 2)], {}, { "if-match": `"${versionToken}"` });
    expect(changed.json.flowChange).toBe("updated");
    for (const token of [versionToken, other.versionToken]) {
      const stale = await upsert([step("a", 3)], {}, { "if-match": `"${token}"` });
      expect(codeOf(stale)[1]).toBe("STALE_REVISION");
      expect([stale.status, stale.json.current.id]).toEqual([412, flowId]);
      expect(endpoints.dispatch.errors[412].safeParse(stale.json).success).toBe(true);
    }
    const missing = await dispatch(
      { flow: { name: "None", steps: [step("a", 1)] }, options: { flowMode: "upsert" } },
      { "if-match": `"${versionToken}"` },
    );
    expect([missing.status, missing.json.current]).toEqual([412, null]);
    expect(await listFlows()).toHaveLength(2);
  });

  it("finds a flow by its id, also to rename it, and refuses a name that several flows have", async () => {
    const { id } = await app.create({ name: "Digest", flowSteps: [] });
    const { id: twin } = await app.create({ name: "Digest", flowSteps: [] });
    const ambiguous = await upsert([step("a", 1)]);
    expect(codeOf(ambiguous)).toEqual([409, "AMBIGUOUS_NAME", "flow.name"]);
    expect(ambiguous.json.error).toContain(`${id}, ${twin}`);
    const options = { flowMode: "upsert", upsertOptions: { allowOverwriteExternalChanges: true } };
    const byId = await dispatch({ flow: { id, name: "Mine", steps: [step("a", 1)] }, options });
    expect(byId.json).toMatchObject({ flowId: id, flowChange: "updated" });
    expect((await upsert([step("a", 1)], options)).json.flowId).toBe(twin);
    expect((await readFlow(id)).name).toBe("Mine");
    const none = await dispatch({ flow: { id: "flow_none", steps: [step("a", 1)] }, options });
    expect(none.status).toBe(404);
  });

  it("creates exactly one flow when several upserts of a new name arrive at once", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => upsert([step("a", 1)])));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200));
    expect(answers.filter(({ json }) => json.flowChange === "created")).toHaveLength(1);
    expect(new Set(answers.map(({ json }) => json.flowId)).size).toBe(1);
    expect(await listFlows()).toHaveLength(1);
  });

  it("writes neither the flow nor the record if one of them or the run is refused", async () => {
    await app.call("POST", "/v1/records", { body: { name: "Ada", type: "customer" } });
    const options = { flowMode: "upsert", recordMode: "create" };
    const flow = { name: "Digest", steps: [step("a", 1)] };
    const record = { name: "Bob", type: "customer" };
    const manySteps = Array.from({ length: FLOW_LIMITS.steps + 1 }, (_, index) => step(`s${index}`, 1));
    const twins = [createSetVariableStep("a", 1), createSetVariableStep("a", 2)];
    const bad: [object, unknown[]][] = [
      [{ flow, record: { name: "Ada", type: "customer" } }, [409, "DUPLICATE_RECORD", "name"]],
      [{ flow, record: { name: "Bob" } }, [400, "MISSING_REQUIRED_FIELD", "record.type"]],
      [{ flow, record: { id: "record_1", ...record } }, [400, "UNSUPPORTED_MODE", "record.id"]],
      [{ flow: { ...flow, steps: manySteps }, record }, [400, "TOO_MANY_STEPS", "flow.steps"]],
      [{ flow: { ...flow, steps: twins }, record }, [400, "DUPLICATE_ID", "flow.steps.1.id"]],
      [{ flow: { ...flow, steps: [] }, record }, [400, "TOO_SHORT", "flow.steps"]],
      [{ flow: { ...flow, name: "n".repeat(501) }, record }, [400, "TOO_LONG", "flow.name"]],
      [
        { flow: { ...flow, steps: [{ ...step("a", 1), type: "teleport" }] }, record },
        [400, "INVALID_ENUM", "flow.steps.0.type"],
      ],
      [
        { flow, record, options: { ...options, upToStep: "step_none" } },
        [400, "UNKNOWN_STEP", "options.upToStep"],
      ],
      [
        { flow: { id: "flow_none" }, record, options: { recordMode: "create" } },
        [404, "NOT_FOUND", undefined],
      ],
      [
        { flow, record: { id: "record_none" }, options: { flowMode: "upsert" } },
        [404, "NOT_FOUND", undefined],
      ],
      [
        { flow, record, messages: [{ role: "user", content: [{ type: "video", video: "x" }] }] },
        [400, "INVALID_VALUE", "messages.0.content.0"],
      ],
    ];
    for (const [body, expected] of bad) {
      const refused = await dispatch({ options, ...body });
      expect(codeOf(refused), JSON.stringify(body).slice(0, 200)).toEqual(expected);
    }
    expect(await listFlows()).toEqual([]);
    expect(await listRecords()).toHaveLength(1);
    const valid = await upsert([step("a", 1)]);
    const before = await readFlow(valid.json.flowId);
    expect((await upsert([{ ...step("a", 1), type: "teleport" }])).status).toBe(400);
    expect(await readFlow(before.id)).toEqual(before);
  });

  it("saves once per Idempotency-Key, also if the run of the first request was cut short", async () => {
    const headers = { "idempotency-key": "deploy-1" };
    const body = {
      flow: { name: "Digest", steps: [step("a", 1)] },
      record: { name: "Ada", type: "customer", metadata: { n: 1 } },
      options: { flowMode: "create", recordMode: "create" },
    };
    const first = await dispatch(body, headers);
    // Leaves what a server stores before its run, as if it had been killed then.
    const { draftVersionId: versionId, flowId: id, recordId } = first.json;
    const flow = { id, revision: 1, change: "created", draftVersionId: versionId };
    const cutShort = async () =>
      store().database.execute(sql`
        UPDATE idempotency_keys SET status = 102, body = 'lost', created_at = now() - interval '1 minute',
          headers = ${JSON.stringify({ flow, recordId })}::json`);
    await cutShort();
    const second = await dispatch(body, headers);
    const { executionId: _first, durationMs: _1, steps: _steps1, ...saved } = first.json;
    expect(second.json).toMatchObject(saved);
    expect(second.json.executionId).not.toBe(first.json.executionId);
    expect([await listFlows(), await listRecords()]).toMatchObject([{ length: 1 }, { length: 1 }]);
    await cutShort();
    const other = await dispatch({ ...body, inputs: { x: 1 } }, headers);
    expect(codeOf(other).slice(0, 2)).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    await app.call("PUT", `/v1/flows/${id}`, { body: { name: "Renamed" } });
    expect(codeOf(await dispatch(body, headers))).toEqual([409, "EXTERNAL_CHANGE", "flow"]);
    await app.call("DELETE", `/v1/flows/${id}`);
    expect((await dispatch(body, headers)).status).toBe(404);
  });

  it("keeps what it saved if the client disconnects at once or the run fails", async () => {
    const gone = new AbortController();
    const options = { flowMode: "upsert" };
    const call = app.call("POST", "/v1/dispatch", {
      body: { flow: { name: "Slow", steps: [createWaitStep("w", 60_000)] }, options },
      signal: gone.signal,
    });
    await expect.poll(() => app.runs?.runs).toBe(1);
    gone.abort();
    await call;
    await expect.poll(() => app.runs?.runs).toBe(0);
    const failed = await dispatch({ flow: { name: "Failing", steps: [createFailingStep("f")] }, options });
    expect(failed.json).toMatchObject({ success: false, flowChange: "created" });
    expect((await listFlows()).map(({ name }) => name)).toEqual(["Failing", "Slow"]);
  });
});

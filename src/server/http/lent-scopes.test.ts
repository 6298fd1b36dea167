import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { parseApiKeys } from "#server/domain/api-keys.ts";
import { pauseRowsOfRemovedKeys } from "#server/store/pause-rows-of-removed-keys.ts";
import { type AlertReceivers, startAlertReceivers } from "#server/testing/alert-receivers.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createFailingStep, createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const SCOPES = {
  owner: "*",
  editor: "FLOWS:READ+FLOWS:WRITE",
  runner: "FLOWS:READ+FLOWS:WRITE+FLOWS:EXECUTE",
  admin: "FLOWS:*+RECORDS:*",
} as const;
type KeyName = keyof typeof SCOPES;

const keyOf = (name: KeyName) => `${name}-0123456789`;
const listKeys = (names: readonly string[]) =>
  names.map((name) => `${keyOf(name as KeyName)}=${SCOPES[name as KeyName]}=${name}`).join(",");

let receivers: AlertReceivers;
beforeAll(async () => {
  receivers = await startAlertReceivers();
});
afterAll(() => receivers.close());

describeSuiteForEitherStore("scopes that a key would lend to another", (store) => {
  let app: TestApp;
  let flowId: string;

  const call = (key: KeyName, method: "GET" | "POST" | "PUT", path: string, body?: object) =>
    app.call(method, path, {
      headers: { authorization: `Bearer ${keyOf(key)}` },
      ...(body && { body }),
    });
  const setSteps = (key: KeyName, value: number) =>
    call(key, "PUT", `/v1/flows/${flowId}`, { flowSteps: [createSetVariableStep("a", value)] });
  const publish = (key: KeyName) => call(key, "POST", `/v1/flows/${flowId}/publish`);
  const create = async (key: KeyName, target: object = { recordType: "lead" }): Promise<string> => {
    const trigger = { cron: "0 0 1 1 *", timezone: "UTC" };
    return (await call(key, "POST", "/v1/schedules", { target: { flowId, ...target }, trigger })).json.id;
  };
  const read = async (id: string, key: KeyName = "owner") =>
    (await call(key, "GET", `/v1/schedules/${id}`)).json;
  const fire = async (id: string) => {
    const { rows } = await store().database.execute(sql`
      UPDATE schedules SET next_run_at = date_trunc('minute', now()) WHERE id = ${id} RETURNING next_run_at`);
    const dueAt = new Date(rows[0]?.["next_run_at"] as string);
    await app.scheduler?.queue.open();
    await store().write(async (tx) =>
      app.scheduler?.queue.enqueue(tx, { organizationId: "org_local", id, dueAt }),
    );
    app.scheduler?.look();
    await app.scheduler?.waitUntilFired();
    const { data } = (await call("owner", "GET", `/v1/schedules/${id}/runs`)).json;
    return data[0] as {
      readonly status: string;
      readonly error: string | null;
      readonly batchExecutionId: string;
    };
  };
  const readScopesOfRun = async (batchId: string) => {
    const { rows } = await store().database.execute(sql`SELECT scopes FROM batches WHERE id = ${batchId}`);
    return rows[0]?.["scopes"];
  };

  beforeEach(async () => {
    receivers.requests.length = 0;
    receivers.mails.length = 0;
    app = await startTestApp(store(), {
      env: {
        API_KEYS: listKeys(Object.keys(SCOPES)),
        SMTP_URL: receivers.smtpUrl,
        ALLOW_PRIVATE_HTTP: receivers.place,
        MAIL_FROM: "Flowline <alerts@example.com>",
      },
      runner: createFakeFlowRunner(),
    });
    const flow = buildFlow("Digest", [createSetVariableStep("a", 1)]);
    flowId = (await call("owner", "POST", "/v1/flows", flow)).json.id;
    await publish("owner");
    await insertTestRecords(store(), "lead", 1);
  });
  afterEach(() => app.close());

  it("pause a schedule when a key with fewer scopes publishes its flow, and say so", async () => {
    const [all, own] = [await create("owner"), await create("runner", {})];
    expect(await read(all, "editor")).toMatchObject({
      missingScopes: ["FLOWS:EXECUTE", "RECORDS:READ", "RECORDS:WRITE"],
    });
    expect(await read(all, "admin")).toMatchObject({ missingScopes: [] });
    await setSteps("runner", 2);
    const { json } = await publish("runner");
    expect(json.pausedSchedules).toEqual([
      { id: all, name: null, missingScopes: ["RECORDS:READ", "RECORDS:WRITE"] },
    ]);
    expect(await read(all)).toMatchObject({ enabled: false, pauseReason: "publisher", nextRunAt: null });
    expect(await read(own)).toMatchObject({ enabled: true, pauseReason: null });
  });

  it("pause a schedule also when the key publishes an older version", async () => {
    const first = (await call("owner", "GET", `/v1/flow-versions/${flowId}/published`)).json.id;
    await setSteps("owner", 2);
    await publish("owner");
    const id = await create("owner");
    const { json } = await call("runner", "POST", `/v1/flow-versions/${flowId}/publish`, {
      versionId: first,
    });
    expect(json).toMatchObject({ pausedSchedules: [{ id }] });
    expect(await read(id)).toMatchObject({ enabled: false });
  });

  it("run a due time with what both the schedule and the publisher have", async () => {
    await setSteps("runner", 2);
    await publish("runner");
    const plain = await create("owner", {});
    const run = await fire(plain);
    expect(await readScopesOfRun(run.batchExecutionId)).toEqual(
      expect.arrayContaining(["FLOWS:READ", "FLOWS:WRITE", "FLOWS:EXECUTE"]),
    );
    expect(await readScopesOfRun(run.batchExecutionId)).toHaveLength(3);
    expect(await fire(await create("owner"))).toMatchObject({
      status: "failed",
      error: expect.stringContaining("published by a key without RECORDS:READ"),
    });
    await setSteps("editor", 3);
    await publish("editor");
    expect(await fire(await create("owner", {}))).toMatchObject({
      status: "failed",
      error: expect.stringContaining("published by a key without FLOWS:EXECUTE"),
    });
  });

  it("let only a key with the scopes of the schedule resume it after such a publish", async () => {
    const id = await create("admin");
    await setSteps("editor", 2);
    await publish("editor");
    const refused = await call("runner", "POST", `/v1/schedules/${id}/resume`);
    expect([refused.status, refused.json.error]).toEqual([403, "This key lacks the scope RECORDS:READ."]);
    expect(await read(id)).toMatchObject({ enabled: false, pauseReason: "publisher" });
    expect((await call("admin", "POST", `/v1/schedules/${id}/resume`)).status).toBe(200);
    expect(await read(id)).toMatchObject({ enabled: true, pauseReason: null });
    expect(await fire(id)).toMatchObject({ error: null, totalRecords: 1 });
  });

  it("run a schedule now with what both the caller and the schedule have", async () => {
    const id = await create("owner", {});
    const { json } = await call("runner", "POST", `/v1/schedules/${id}/run-now`);
    expect(await readScopesOfRun(json.batchExecutionId)).toHaveLength(3);
    const onRecords = await create("owner");
    expect((await call("runner", "POST", `/v1/schedules/${onRecords}/run-now`)).status).toBe(403);
    expect((await call("admin", "POST", `/v1/schedules/${onRecords}/run-now`)).json.error).toBeNull();
  });

  it("send error texts only by a rule whose key may read records, whoever changes it", async () => {
    await call("owner", "PUT", `/v1/flows/${flowId}`, { flowSteps: [createFailingStep("a")] });
    const rule = (path: string) => ({
      flowId,
      conditions: ["fails"],
      notRunMinutes: null,
      target: { type: "webhook", url: `http://${receivers.place}${path}` },
      isEnabled: true,
    });
    const mail = { ...rule("/"), target: { type: "mail", addresses: ["team@example.com"] } };
    await call("runner", "POST", "/local/alerts", rule("/runner"));
    await call("runner", "POST", "/local/alerts", mail);
    await call("owner", "POST", "/local/alerts", rule("/owner"));
    const { id: taken } = (await call("owner", "POST", "/local/alerts", rule("/before"))).json;
    await call("runner", "PUT", `/local/alerts/${taken}`, rule("/taken"));
    // A change of anything else by a key with all scopes does not lend them to that target.
    await call("owner", "PUT", `/local/alerts/${taken}`, {
      ...rule("/taken"),
      conditions: ["fails", "recovers"],
    });
    await call("owner", "POST", "/v1/dispatch", { flow: { id: flowId } });
    await expect.poll(() => receivers.requests.length + receivers.mails.length).toBe(4);
    const quotes = Object.fromEntries(
      receivers.requests.map(({ path, body }) => [path, JSON.parse(body).data.run.firstError !== null]),
    );
    expect(quotes).toEqual({ "/runner": false, "/owner": true, "/taken": false });
    const texts = receivers.requests.map(({ path, body }) => [path, /First failure/.test(body)] as const);
    expect(Object.fromEntries(texts)).toEqual(quotes);
    expect(JSON.stringify(receivers.mails)).not.toContain("First failure");
  });

  it("are not lent by an Idempotency-Key: a repeat by another API key is a request of its own", async () => {
    const send = (key: KeyName) =>
      app.call("POST", "/v1/flows", {
        headers: { authorization: `Bearer ${keyOf(key)}`, "idempotency-key": "once" },
        body: { name: "Digest", flowSteps: [] },
      });
    const { id } = (await send("owner")).json;
    expect((await send("owner")).json.id).toBe(id);
    const other = await send("runner");
    expect(other.status).toBe(201);
    expect(other.json.id).not.toBe(id);
  });

  it("end with the key: its schedules and alerts are paused, those of a replaced key are not", async () => {
    const [gone, kept] = [await create("admin"), await create("runner", {})];
    const target = { type: "webhook", url: `http://${receivers.place}/hook` };
    const rule = { flowId, conditions: ["fails"], notRunMinutes: null, target, isEnabled: true };
    await call("admin", "POST", "/local/alerts", rule);
    const keys = parseApiKeys(
      `${listKeys(["owner"])},another-0123456789=FLOWS:*=runner`,
      "FLOWLINE_API_KEYS",
    );
    const paused = await store().write((tx) => pauseRowsOfRemovedKeys(tx, keys));
    expect(paused).toEqual({ schedules: 1, alerts: 1 });
    expect(await read(gone)).toMatchObject({ enabled: false, pauseReason: "key", nextRunAt: null });
    expect(await read(kept)).toMatchObject({ enabled: true });
    const { alerts } = (await call("owner", "GET", "/local/alerts")).json;
    expect(alerts).toMatchObject([{ isEnabled: false, pauseReason: "key" }]);
    // The scopes of the removed key do not come back.
    expect((await call("runner", "POST", `/v1/schedules/${gone}/resume`)).status).toBe(403);
    await call("owner", "POST", `/v1/schedules/${gone}/resume`);
    expect(await read(gone)).toMatchObject({ enabled: true, pauseReason: null });
  });
});

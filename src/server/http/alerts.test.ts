import { createHmac } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { endpoints } from "#contract/endpoints.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { type AlertReceivers, startAlertReceivers } from "#server/testing/alert-receivers.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createFailingStep, createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import {
  type TestApp,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

let receivers: AlertReceivers;
beforeAll(async () => {
  receivers = await startAlertReceivers();
});
afterAll(() => receivers.close());

const GOOD = [createSetVariableStep("a", 1)];
const BAD = [createFailingStep("a")];

describeSuiteForEitherStore("alerts", (store) => {
  let app: TestApp;
  let flowId: string;

  beforeEach(async () => {
    receivers.requests.length = 0;
    receivers.mails.length = 0;
    receivers.answer = () => 204;
    await store()
      .database.execute(sql`DELETE FROM pgboss.job WHERE name = 'flowline-alerts'`)
      .catch(() => undefined);
    app = await startTestApp(store(), {
      env: {
        SMTP_URL: receivers.smtpUrl,
        ALLOW_PRIVATE_HTTP: receivers.place,
        MAIL_FROM: "Flowline <alerts@example.com>",
      },
      runner: createFakeFlowRunner(),
    });
    flowId = (await app.create(buildFlow("Digest", BAD))).id;
  });
  afterEach(() => app.close());

  const webhook = () => ({ type: "webhook", url: `http://${receivers.place}/hook` });
  const create = async (body: object = {}) => {
    const base = { flowId, conditions: ["fails"], notRunMinutes: null, target: webhook(), isEnabled: true };
    const answer = await app.call("POST", "/local/alerts", { body: { ...base, ...body } });
    expect(answer.status).toBe(201);
    expect(endpoints.createAlert.answers[201].safeParse(answer.json).success).toBe(true);
    return answer.json;
  };
  const run = async (flow = flowId) =>
    (await app.call("POST", "/v1/dispatch", { body: { flow: { id: flow } } })).json;
  const setSteps = (flowSteps: readonly object[]) =>
    app.call("PUT", `/v1/flows/${flowId}`, { body: { flowSteps } });
  const listDeliveries = async (id: string) => {
    const { json } = await app.call("GET", `/local/alerts/${id}/deliveries`);
    expect(endpoints.listAlertDeliveries.answers[200].safeParse(json).success).toBe(true);
    return json.deliveries;
  };
  /** Until the alert has as many deliveries, none of which is under way. */
  const waitForDeliveries = async (id: string, count: number) => {
    for (;;) {
      const deliveries = await listDeliveries(id);
      const isDone = deliveries.every(
        ({ state, attempts }: { state: string; attempts: number }) => state !== "pending" || attempts > 0,
      );
      if (deliveries.length >= count && isDone) return deliveries;
      await wait(20);
    }
  };
  const execute = (text: string) => store().database.execute(sql.raw(text));
  /** Lets jobs that wait be due now. */
  const makeDue = async () => {
    await execute(
      "UPDATE pgboss.job SET start_after = now() - interval '1 second' WHERE name = 'flowline-alerts' AND state < 'active'",
    );
    app.runs?.alerts.look();
  };
  const untilNoJobs = async () => {
    for (;;) {
      const { rows } = await execute(
        "SELECT 1 FROM pgboss.job WHERE name = 'flowline-alerts' AND start_after < now()",
      );
      if (rows.length === 0) return;
      await wait(20);
    }
  };

  it("send a signed request about a failed run, with the flow, the run, the failure and a link", async () => {
    const { id, secret } = await create();
    const { executionId } = await run();
    expect(await waitForDeliveries(id, 1)).toMatchObject([
      {
        kind: "fails",
        state: "sent",
        attempts: 1,
        error: null,
        runId: executionId,
        title: "“Digest” failed",
      },
    ]);
    const [{ headers, body, path } = { headers: {}, body: "", path: "" }] = receivers.requests;
    expect(path).toBe("/hook");
    const sent = JSON.parse(body);
    expect(sent).toMatchObject({
      type: "alert.fails",
      data: {
        alertId: id,
        title: "“Digest” failed",
        url: `http://localhost:4400/flows/${flowId}/runs/${executionId}`,
        flow: { id: flowId, name: "Digest" },
        run: { id: executionId, status: "failed" },
      },
    });
    expect(sent.data.run.firstError).not.toBe("");
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    expect(headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
    );
    expect(headers["idempotency-key"]).toBe(headers["webhook-id"]);
    expect((await app.call("GET", "/local/alerts")).text).not.toContain(secret);
  });

  it("send a mail about a batch in which some records failed", async () => {
    const target = { type: "mail", addresses: ["ada@example.com", "bo@example.com"] };
    const repeated = { ...target, addresses: [...target.addresses, "Ada@example.com"] };
    const { id, target: saved } = await create({ flowId: null, target: repeated });
    expect(saved).toEqual(target);
    const recordIds = await insertTestRecords(store(), "customer", 2);
    await app.call("POST", "/v1/batch/flow", { body: { flowId, recordIds } });
    await waitForDeliveries(id, 1);
    expect(receivers.mails).toHaveLength(1);
    const [mail] = receivers.mails;
    expect(mail?.to).toEqual(target.addresses);
    expect(mail?.text).toMatch(/From: Flowline <alerts@example.com>/);
    expect(mail?.text).toMatch(/Message-ID: <alertsend_\w+@example.com>/i);
    expect(mail?.text).toMatch(new RegExp(`/flows/${flowId}/runs/batch_`));
    expect(mail?.text).toMatch(/2 of 2 records failed/);
  });

  it("send one alert an hour about a flow, then a summary of the other runs", async () => {
    const { id } = await create({ conditions: ["fails", "recovers"] });
    await run();
    await waitForDeliveries(id, 1);
    for (let more = 0; more < 3; more += 1) await run();
    await setSteps(GOOD);
    await run();
    expect(await listDeliveries(id)).toHaveLength(1);
    await makeDue();
    expect(await waitForDeliveries(id, 2)).toMatchObject([
      { kind: "summary", state: "sent", title: "“Digest”: 3 more runs failed, recovered once" },
      { kind: "fails" },
    ]);
    // The summary counts as the alert of its own hour.
    await setSteps(BAD);
    await run();
    expect(await listDeliveries(id)).toHaveLength(2);
    await execute("UPDATE alert_states SET quiet_until = now() - interval '1 second'");
    await makeDue();
    expect(await waitForDeliveries(id, 3)).toMatchObject([
      { kind: "summary", title: "“Digest”: 1 more run failed" },
      {},
      {},
    ]);
    await execute("UPDATE alert_states SET quiet_until = now() - interval '1 second'");
    await run();
    expect((await waitForDeliveries(id, 4))[0]).toMatchObject({ kind: "failsAgain" });
    expect(receivers.requests).toHaveLength(4);
  });

  it("tell a flow that fails again or recovers by the run before, and nothing of other flows", async () => {
    const again = await create({ conditions: ["failsAgain"] });
    const recovers = await create({ conditions: ["recovers"], flowId: null });
    const other = await app.create(buildFlow("Other", BAD));
    await run(other.id);
    await run();
    await setSteps(GOOD);
    await run();
    expect(await waitForDeliveries(recovers.id, 1)).toMatchObject([{ kind: "recovers", state: "sent" }]);
    await run();
    await untilNoJobs();
    expect(await listDeliveries(again.id)).toEqual([]);
    expect(await listDeliveries(recovers.id)).toHaveLength(1);
    await setSteps(BAD);
    await run();
    await run();
    expect(await waitForDeliveries(again.id, 1)).toMatchObject([{ title: "“Digest” failed again" }]);
  });

  it("repeat a failed attempt with the same id until the receiver accepts it, and end if it refuses", async () => {
    const { id } = await create();
    receivers.answer = () => 500;
    await run();
    const [first] = await waitForDeliveries(id, 1);
    expect(first).toMatchObject({ state: "pending", error: `${receivers.place} answered with 500.` });
    expect(Date.parse(first.nextAttemptAt) - Date.parse(first.attemptedAt)).toBe(60_000);
    receivers.answer = () => 204;
    await makeDue();
    while ((await listDeliveries(id))[0].attempts < 2) await wait(20);
    expect(await listDeliveries(id)).toMatchObject([{ state: "sent", error: null, nextAttemptAt: null }]);
    const ids = receivers.requests.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    const refused = await create();
    receivers.answer = () => 410;
    await run();
    expect(await waitForDeliveries(refused.id, 1)).toMatchObject([{ state: "failed", attempts: 1 }]);
    const redirected = await create();
    receivers.answer = () => 302;
    await run();
    expect(await waitForDeliveries(redirected.id, 1)).toMatchObject([
      { state: "failed", error: expect.stringContaining("redirects (302)") },
    ]);
  });

  it("give up an attempt to which nobody answers, while runs go on", async () => {
    const { id } = await create();
    receivers.answer = () => undefined;
    await run();
    while (receivers.requests.length === 0) await wait(20);
    expect((await run()).success).toBe(false);
    expect(await listDeliveries(id)).toMatchObject([{ state: "pending", attempts: 0 }]);
  });

  it("report once that a flow has not run, and again when it has not run after its next run", async () => {
    const { id } = await create({ conditions: [], notRunMinutes: 60 });
    await untilNoJobs();
    expect(await listDeliveries(id)).toEqual([]);
    await execute("UPDATE alert_rules SET watched_from = now() - interval '61 minutes'");
    await makeDue();
    expect(await waitForDeliveries(id, 1)).toMatchObject([
      { kind: "notRun", title: "“Digest” has not run for 1 hour", state: "sent" },
    ]);
    await makeDue();
    await untilNoJobs();
    expect(await listDeliveries(id)).toHaveLength(1);
    await run();
    await execute("UPDATE flows SET last_run_at = now() - interval '59 minutes'");
    await makeDue();
    await untilNoJobs();
    expect(await listDeliveries(id)).toHaveLength(1);
    await execute("UPDATE flows SET last_run_at = now() - interval '60 minutes'");
    await makeDue();
    await untilNoJobs();
    expect(await listDeliveries(id), "within the hour").toHaveLength(1);
    await execute("UPDATE alert_states SET quiet_until = now()");
    await makeDue();
    expect(await waitForDeliveries(id, 2)).toHaveLength(2);
  });

  it("of all flows, report those that stopped to run in one alert, without those that never ran", async () => {
    for (const name of ["A", "B", "C"]) await app.create(buildFlow(name, GOOD));
    await execute("UPDATE flows SET last_run_at = now() - interval '3 days' WHERE name = 'C'");
    const { id } = await create({ conditions: [], notRunMinutes: 60, flowId: null });
    await untilNoJobs();
    expect(await listDeliveries(id)).toEqual([]);
    await execute("UPDATE alert_rules SET reported_until = now() - interval '70 minutes'");
    await execute("UPDATE flows SET last_run_at = now() - interval '61 minutes' WHERE name IN ('A', 'B')");
    await makeDue();
    expect(await waitForDeliveries(id, 1)).toMatchObject([{ title: "2 flows have not run for 1 hour" }]);
    const [{ body } = { body: "{}" }] = receivers.requests;
    expect(JSON.parse(body).data.flowsWithoutRun).toMatchObject([{ name: "A" }, { name: "B" }]);
  });

  it("drop what a paused or deleted alert has not sent, and restore a deleted one", async () => {
    const body = { flowId, conditions: ["fails"], notRunMinutes: null, target: webhook(), isEnabled: true };
    const { id } = await create();
    receivers.answer = () => 500;
    await run();
    await waitForDeliveries(id, 1);
    await app.call("PUT", `/local/alerts/${id}`, { body: { ...body, isEnabled: false } });
    expect(await listDeliveries(id)).toMatchObject([{ state: "dropped" }]);
    await run();
    expect(await listDeliveries(id)).toHaveLength(1);
    expect((await app.call("DELETE", `/local/alerts/${id}`)).status).toBe(204);
    expect((await app.call("GET", "/local/alerts")).json.alerts).toEqual([]);
    expect((await app.call("DELETE", `/local/alerts/${id}`)).status).toBe(404);
    const restored = await app.call("PUT", `/local/alerts/${id}`, { body });
    expect(restored.json).toMatchObject({ id, isEnabled: true });
    expect(restored.json.secret).toBeUndefined();
    await makeDue();
    await untilNoJobs();
    expect(receivers.requests).toHaveLength(1);
    await app.call("DELETE", `/v1/flows/${flowId}`);
    expect((await app.call("GET", "/local/alerts")).json.alerts).toEqual([]);
  });

  it("send a test at once, and show its outcome", async () => {
    const { id } = await create({ isEnabled: false });
    const test = async () => (await app.call("POST", `/local/alerts/${id}/test`)).json;
    expect(await test()).toEqual({ isSent: true, message: `Sent to ${receivers.place}.` });
    receivers.answer = () => 503;
    expect(await test()).toEqual({ isSent: false, message: `${receivers.place} answered with 503.` });
    expect(await listDeliveries(id)).toMatchObject([
      { kind: "test", state: "failed", title: "Test alert for “Digest”" },
      { state: "sent" },
    ]);
  });

  it("have a new secret for another origin or on request, but keep it otherwise", async () => {
    const { id, secret } = await create();
    const body = { flowId, conditions: ["fails"], notRunMinutes: null, target: webhook(), isEnabled: true };
    const put = async (target: object) =>
      (await app.call("PUT", `/local/alerts/${id}`, { body: { ...body, target } })).json.secret;
    expect(await put({ type: "webhook", url: `http://${receivers.place}/other` })).toBeUndefined();
    const other = await put({ type: "webhook", url: "http://93.184.216.34/" });
    expect(other).toMatch(/^whsec_/);
    expect(other).not.toBe(secret);
    const rotated = (await app.call("POST", `/local/alerts/${id}/secret`)).json.secret;
    expect(rotated).not.toBe(other);
  });

  it("are read again by other pages after each change", async () => {
    const { id } = await create();
    const events = await app.listen();
    const body = { flowId, conditions: ["fails"], notRunMinutes: null, target: webhook(), isEnabled: true };
    for (const change of [
      () => create(),
      () => app.call("PUT", `/local/alerts/${id}`, { body }),
      () => app.call("POST", `/local/alerts/${id}/secret`),
      () => app.call("POST", `/local/alerts/${id}/test`),
      () => app.call("DELETE", `/local/alerts/${id}`),
    ]) {
      await change();
      let received = await events.next();
      while (received && received.event !== "alerts.changed") received = await events.next();
      expect(received).toMatchObject({ event: "alerts.changed", data: {} });
    }
    await events.close();
  });

  it("refuse what could never be sent, with a reason", async () => {
    const refuse = async (body: object, parts = 2) => {
      const base = { flowId, conditions: ["fails"], notRunMinutes: null, target: webhook(), isEnabled: true };
      const { status, json } = await app.call("POST", "/local/alerts", { body: { ...base, ...body } });
      const found = [status, json.details?.[0]?.path, json.error];
      return found.slice(0, parts);
    };
    const url = (text: string) => ({ target: { type: "webhook", url: text } });
    expect(await refuse({ flowId: "flow_none" }, 3)).toEqual([404, undefined, "Flow not found."]);
    expect(await refuse({ conditions: [] })).toMatchObject([400, "conditions"]);
    expect(await refuse({ conditions: ["explodes"] })).toMatchObject([400, "conditions.0"]);
    expect(await refuse({ notRunMinutes: 1 })).toMatchObject([400, "notRunMinutes"]);
    expect(await refuse(url("http://10.0.0.1/x"), 3)).toMatchObject([
      400,
      "target.url",
      expect.stringContaining("FLOWLINE_ALLOW_PRIVATE_HTTP"),
    ]);
    expect(await refuse(url("http://localhost:1/x"))).toMatchObject([400, "target.url"]);
    expect(await refuse(url("ftp://example.com/"))).toMatchObject([400, "target.url"]);
    expect(await refuse(url("http://u:p@example.com/"))).toMatchObject([400, "target.url"]);
    const mail = (...addresses: string[]) => ({ target: { type: "mail", addresses } });
    expect(await refuse(mail("nobody"))).toMatchObject([400, "target.addresses.0"]);
    expect(await refuse(mail("a@b.c\nBcc: x@y.z"))).toMatchObject([400, "target.addresses.0"]);
    await app.close();
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    expect(await refuse(mail("a@example.com"), 3)).toMatchObject([
      400,
      "target.addresses",
      expect.stringContaining("FLOWLINE_SMTP_URL"),
    ]);
  });

  it("show only the origin of an address to callers who may not edit flows", async () => {
    await create({ target: { type: "webhook", url: `http://${receivers.place}/T0/secret` } });
    await app.close();
    const API_KEYS = `${createTestApiKey("full")},${createTestApiKey("reader")}=FLOWS:READ`;
    app = await startTestApp(store(), { env: { API_KEYS }, runner: createFakeFlowRunner() });
    const list = async (key: string) =>
      (await app.call("GET", `/local/alerts?flowId=${flowId}`, { headers: createBearerHeader(key) })).json
        .alerts;
    expect((await list("reader"))[0].target.url).toBe(`http://${receivers.place}`);
    expect((await list("full"))[0].target.url).toBe(`http://${receivers.place}/T0/secret`);
  });
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { scheduleEndpoints } from "#contract/schedule-endpoints.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import { createFailingStep, createSetVariableStep, insertTestRecords } from "#server/testing/run-data.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const DAILY = { type: "recurring", cron: "0 9 * * 1-5", timezone: "Europe/Berlin" };

describeSuiteForEitherStore("schedules", (store) => {
  let app: TestApp;
  let flowId: string;
  beforeEach(async () => {
    app = await startTestApp(store(), { runner: createFakeFlowRunner() });
    flowId = (await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]))).id;
  });
  afterEach(() => app.close());

  const publish = async (id = flowId) => app.call("POST", `/v1/flows/${id}/publish`);
  const create = async (body: object = {}) =>
    app.call("POST", "/v1/schedules", { body: { target: { flowId }, trigger: DAILY, ...body } });
  const createId = async (body: object = {}): Promise<string> => (await create(body)).json.id;
  const read = async (id: string) => {
    const { json } = await app.call("GET", `/v1/schedules/${id}`);
    expect(scheduleEndpoints.getSchedule.answers[200].safeParse(json).success).toBe(true);
    return json;
  };
  const listRuns = async (id: string) => {
    const { json } = await app.call("GET", `/v1/schedules/${id}/runs`);
    expect(scheduleEndpoints.listScheduleRuns.answers[200].safeParse(json).success).toBe(true);
    return json.data;
  };
  const runNow = async (id: string) => (await app.call("POST", `/v1/schedules/${id}/run-now`)).json;
  const waitForEnd = async (id: string) => {
    for (;;) {
      const [run] = await listRuns(id);
      if (!["queued", "running"].includes(run.status)) return run;
    }
  };

  it("are read again by pages after each change", async () => {
    const id = await createId();
    const events = await app.listen();
    for (const change of [
      () => create(),
      () => app.call("PUT", `/v1/schedules/${id}`, { body: { name: "Morning" } }),
      () => app.call("POST", `/v1/schedules/${id}/pause`),
      () => app.call("POST", `/v1/schedules/${id}/resume`),
      () => app.call("DELETE", `/v1/schedules/${id}`),
    ]) {
      await change();
      let received = await events.next();
      while (received && received.event !== "schedules.changed") received = await events.next();
      expect(received).toMatchObject({ event: "schedules.changed", data: {} });
    }
    await events.close();
  });

  it("creates, reads and changes a schedule as the API documents", async () => {
    const created = await create({ name: " Morning ", executionOptions: { recordConcurrency: 2 } });
    expect(created).toMatchObject({ status: 200, json: { status: "created" } });
    const { id } = created.json;
    expect(await read(id)).toMatchObject({
      name: "Morning",
      enabled: true,
      triggerType: "recurring",
      cron: "0 9 * * 1-5",
      timezone: "Europe/Berlin",
      runAt: null,
      flowId,
      agentId: null,
      recordType: null,
      inputs: null,
      executionOptions: { recordConcurrency: 2 },
      lastRunAt: null,
      nextRunAt: "2026-01-01T08:00:00.000Z",
      flowName: "Digest",
    });
    const update = { trigger: { cron: "30 9 * * *" }, name: null };
    const updated = await app.call("PUT", `/v1/schedules/${id}`, { body: update });
    expect(updated.json).toEqual({ id, status: "updated" });
    expect(await read(id)).toMatchObject({
      name: null,
      cron: "30 9 * * *",
      timezone: "Europe/Berlin",
      nextRunAt: "2026-01-01T08:30:00.000Z",
    });
    expect((await app.call("DELETE", `/v1/schedules/${id}`)).json).toEqual({ success: true });
    expect((await app.call("GET", `/v1/schedules/${id}`)).status).toBe(404);
  });

  it("pauses and resumes, which a repeated request does not change", async () => {
    const id = await createId();
    for (let time = 0; time < 2; time++) {
      expect((await app.call("POST", `/v1/schedules/${id}/pause`)).json).toEqual({ status: "paused" });
      expect(await read(id)).toMatchObject({ enabled: false, nextRunAt: null });
    }
    for (let time = 0; time < 2; time++) {
      expect((await app.call("POST", `/v1/schedules/${id}/resume`)).json).toEqual({ status: "resumed" });
      expect(await read(id)).toMatchObject({ enabled: true, nextRunAt: "2026-01-01T08:00:00.000Z" });
    }
  });

  it("lists schedules by state, name and flow, a page at a time", async () => {
    const other = await app.create(buildFlow("Weekly report", [createSetVariableStep("a", 1)]));
    const ids = [
      await createId({ name: "Morning" }),
      await createId(),
      await createId({ target: { flowId: other.id } }),
    ];
    await app.call("POST", `/v1/schedules/${ids[1]}/pause`);
    const list = async (query: string) => {
      const { json } = await app.call("GET", `/v1/schedules?${query}`);
      expect(scheduleEndpoints.listSchedules.answers[200].safeParse(json).success).toBe(true);
      return { ids: json.data.map(({ id }: { id: string }) => id), pagination: json.pagination };
    };
    expect((await list("")).ids).toEqual(ids.toReversed());
    expect((await list("status=paused")).ids).toEqual([ids[1]]);
    expect((await list("status=active")).ids).toEqual([ids[2], ids[0]]);
    expect((await list("search=MORN")).ids).toEqual([ids[0]]);
    expect((await list("search=report")).ids).toEqual([ids[2]]);
    expect((await list(`flowId=${flowId}`)).ids).toEqual([ids[1], ids[0]]);
    const first = await list("limit=2");
    expect(first.pagination).toMatchObject({ limit: 2, hasMore: true, hasPrev: false, currentOffset: 0 });
    const second = await list(`limit=2&cursor=${first.pagination.nextCursor}`);
    expect(second.ids).toEqual([ids[0]]);
    expect(second.pagination).toMatchObject({ hasMore: false, hasPrev: true, currentOffset: 2 });
  });

  it.each([
    ["2026-02-30T08:00:00Z", "There is no day 2026-02-30."],
    ["2027-02-29T08:00:00+02:00", "There is no day 2027-02-29."],
    ["Feb 30 2026", "Expected a time such as 2026-06-01T16:40:24Z."],
    ["tomorrow", "Expected a time such as 2026-06-01T16:40:24Z."],
    ["9999-12-31T23:59:59-01:00", "Expected a time before the year 10000."],
  ])("refuses the time %s, and says why", async (runAt, message) => {
    const { status, json } = await create({ trigger: { runAt } });
    expect([status, json.details]).toEqual([
      400,
      [expect.objectContaining({ path: "trigger.runAt", message })],
    ]);
  });

  it.each([
    ["no flow", { target: {} }, 400, "target.flowId"],
    ["an unknown flow", { target: { flowId: "flow_none" } }, 404, undefined],
    ["an agent", { target: { flowId: "f", agentId: "agent_1" } }, 400, "target.agentId"],
    [
      "a cron expression that never fires",
      { trigger: { ...DAILY, cron: "0 0 30 2 *" } },
      400,
      "trigger.cron",
    ],
    ["every second", { trigger: { ...DAILY, cron: "* * * * * *" } }, 400, "trigger.cron"],
    ["an unknown time zone", { trigger: { ...DAILY, timezone: "Mars/Base" } }, 400, "trigger.timezone"],
    ["an unknown trigger", { trigger: { ...DAILY, type: "webhook" } }, 400, "trigger.type"],
    ["no trigger", { trigger: {} }, 400, "trigger.cron"],
    ["a time that has passed", { trigger: { runAt: "2025-01-01T00:00:00Z" } }, 400, "trigger.runAt"],
    [
      "a time without a year of four digits",
      { trigger: { runAt: "+275760-09-13T00:00:00Z" } },
      400,
      "trigger.runAt",
    ],
    [
      "a cron expression and a time",
      { trigger: { ...DAILY, runAt: "2027-01-01T00:00:00Z" } },
      400,
      "trigger.runAt",
    ],
    ["two values of a field", { cron: "0 8 * * *" }, 400, "trigger.cron"],
    ["inputs for records", { recordType: "customer", inputs: { a: 1 } }, 400, "inputs"],
    [
      "ids and a filter",
      { recordIds: ["r"], recordFilter: { field: "a", op: "isSet" } },
      400,
      "recordFilter",
    ],
    ["a filter without a value", { recordFilter: { field: "a", op: "eq" } }, 400, "recordFilter.value"],
    ["a wrong name", { name: 5 }, 400, "name"],
  ])("refuses %s", async (_case, body, status, path) => {
    const answer = await create(body);
    expect(answer.status).toBe(status);
    if (path !== undefined) expect(answer.json.details).toMatchObject([{ path }]);
  });

  it("accepts the fields of an answer at the top, and a time without a zone", async () => {
    const body = { flowId, runAt: "2026-12-24T18:00:00Z", inputs: { topic: "x" }, target: undefined };
    const id = await createId({ ...body, trigger: undefined });
    expect(await read(id)).toMatchObject({
      triggerType: "one-time",
      cron: null,
      timezone: null,
      runAt: "2026-12-24T18:00:00.000Z",
      nextRunAt: "2026-12-24T18:00:00.000Z",
      inputs: { topic: "x" },
    });
    const [sent, ...known] = [await read(id), "id", "createdAt"];
    expect((await app.call("PUT", `/v1/schedules/${id}`, { body: sent })).status, String(known)).toBe(200);
  });

  it("replaces inputs by records, and records by inputs", async () => {
    const id = await createId({ inputs: { topic: "x" } });
    const change = async (body: object) => app.call("PUT", `/v1/schedules/${id}`, { body });
    await change({ target: { recordType: "customer" } });
    expect(await read(id)).toMatchObject({ recordType: "customer", inputs: null });
    await change({ target: { recordIds: ["record_1"] } });
    expect(await read(id)).toMatchObject({ recordType: "customer", recordIds: ["record_1"] });
    await change({ target: { recordFilter: { field: "a", op: "isSet" } } });
    expect(await read(id)).toMatchObject({ recordIds: null, recordFilter: { field: "a", op: "isSet" } });
    await change({ target: { inputs: { topic: "y" } } });
    expect(await read(id)).toMatchObject({ recordType: null, recordFilter: null, inputs: { topic: "y" } });
  });

  it("creates one schedule for requests with the same Idempotency-Key", async () => {
    const headers = { "idempotency-key": "once" };
    const body = { target: { flowId }, trigger: DAILY };
    const first = await app.call("POST", "/v1/schedules", { body, headers });
    const second = await app.call("POST", "/v1/schedules", { body, headers });
    expect(second.json).toEqual(first.json);
    expect((await app.call("GET", "/v1/schedules")).json.data).toHaveLength(1);
  });

  it("runs the published version now, with its inputs, and lists the run and its result", async () => {
    await publish();
    await app.call("PUT", `/v1/flows/${flowId}`, {
      body: buildFlow("Digest", [createFailingStep("b")]),
    });
    const id = await createId({ inputs: { topic: "x" } });
    const started = await runNow(id);
    expect(started).toMatchObject({ status: "queued", error: null });
    const run = await waitForEnd(id);
    expect(run).toMatchObject({
      id: started.runId,
      scheduleId: id,
      flowId,
      batchExecutionId: started.batchExecutionId,
      status: "completed",
      totalRecords: 1,
      dueAt: null,
    });
    const results = await app.call("GET", `/v1/schedules/runs/${run.id}/results`);
    expect(scheduleEndpoints.listScheduleRunResults.answers[200].safeParse(results.json).success).toBe(true);
    expect(results.json).toMatchObject({
      data: [
        {
          recordId: expect.any(String),
          record: null,
          flowId,
          flowName: "Digest",
          status: "completed",
          error: null,
        },
      ],
      pagination: { limit: 50, offset: 0, total: 1, hasMore: false },
    });
    const ofBatch = await app.call("GET", `/v1/schedules/batch/${run.batchExecutionId}/results`);
    expect(ofBatch.json).toEqual(results.json);
    const [listed] = (await app.call("GET", `/local/batches?flowId=${flowId}`)).json.data;
    expect(listed).toMatchObject({ isSingle: true, scheduleId: id, status: "completed" });
    expect(await read(id)).toMatchObject({ lastRunStatus: "completed", lastRunError: null });
  });

  it("runs on the records of a type, on chosen ones and on those of a filter", async () => {
    await publish();
    const recordIds = await insertTestRecords(store(), "customer", 3);
    const run = async (target: object) => {
      const id = await createId({ target: { flowId, ...target } });
      await runNow(id);
      const { totalRecords, batchExecutionId } = await waitForEnd(id);
      const { data } = (await app.call("GET", `/v1/schedules/batch/${batchExecutionId}/results?limit=2`))
        .json;
      return [totalRecords, ...data.map(({ recordId }: { recordId: string }) => recordId)];
    };
    expect(await run({ recordType: "customer" })).toEqual([3, recordIds[0], recordIds[1]]);
    expect(await run({ recordIds: [recordIds[2]] })).toEqual([1, recordIds[2]]);
    const recordFilter = { field: "index", op: "gte", value: 1 };
    expect(await run({ recordType: "customer", recordFilter })).toEqual([2, recordIds[1], recordIds[2]]);
    expect(await run({ recordType: "nobody" })).toEqual([0]);
  });

  it.each([
    ["was never published", async () => undefined, "The flow is not published."],
    [
      "was deleted",
      async () => {
        await publish();
        await app.call("DELETE", `/v1/flows/${flowId}`);
      },
      "The flow was deleted.",
    ],
  ])("lists a failed run of a flow that %s", async (_case, prepare, message) => {
    const id = await createId();
    await prepare();
    const started = await runNow(id);
    expect(started).toMatchObject({ status: "failed", error: expect.stringContaining(message) });
    expect(await listRuns(id)).toMatchObject([{ status: "failed", error: expect.stringContaining(message) }]);
    const [listed] = (await app.call("GET", "/local/batches?outcome=failed")).json.data;
    expect(listed).toMatchObject({ batchExecutionId: started.batchExecutionId, scheduleId: id });
  });

  it("pauses, renames and never resumes a schedule whose flow was deleted", async () => {
    const id = await createId();
    await app.call("DELETE", `/v1/flows/${flowId}`);
    expect((await runNow(id)).error).toBe("The flow was deleted. The schedule is paused.");
    expect(await read(id)).toMatchObject({ enabled: false, nextRunAt: null });
    expect((await app.call("POST", `/v1/schedules/${id}/resume`)).status).toBe(409);
    expect((await app.call("PUT", `/v1/schedules/${id}`, { body: { name: "Old" } })).status).toBe(200);
    expect(await read(id)).toMatchObject({ name: "Old", flowName: null });
  });

  it("counts runs for stats and sparklines", async () => {
    await publish();
    const id = await createId();
    const none = await createId();
    await runNow(id);
    await waitForEnd(id);
    const stats = await app.call("GET", `/v1/schedules/${id}/stats`);
    expect(scheduleEndpoints.getScheduleStats.answers[200].safeParse(stats.json).success).toBe(true);
    expect(stats.json).toMatchObject({ total: 1, completed: 1, failed: 0, successRate: 1, avgCostUsd: null });
    expect(stats.json.last7Days).toHaveLength(7);
    expect(stats.json.last7Days.at(-1)).toEqual({ date: "2026-01-01", runs: 1, failed: 0 });
    const { json } = await app.call("GET", `/v1/schedules/sparklines?ids=${id},${none}`);
    expect(json.data.map(({ scheduleId }: { scheduleId: string }) => scheduleId)).toEqual([id, none]);
    expect(json.data[0].last7Days).toEqual(stats.json.last7Days);
    expect((await app.call("GET", `/v1/schedules/${none}/stats`)).json).toMatchObject({
      total: 0,
      successRate: null,
      avgDurationMs: null,
    });
    expect((await app.call("GET", "/v1/schedules/sparklines?ids=")).status).toBe(400);
    const all = await app.call("GET", "/v1/schedules/sparklines");
    expect(all.json.data.map(({ scheduleId }: { scheduleId: string }) => scheduleId)).toEqual([none, id]);
  });

  it("lists the runs of all schedules in both directions", async () => {
    const id = await createId();
    const runIds = [];
    for (let run = 0; run < 3; run++) runIds.unshift((await runNow(id)).runId);
    const list = async (query: string) => {
      const { json } = await app.call("GET", `/v1/schedules/runs/all?${query}`);
      expect(scheduleEndpoints.listAllScheduleRuns.answers[200].safeParse(json).success).toBe(true);
      return { ids: json.data.map((run: { id: string }) => run.id), ...json.pagination };
    };
    const first = await list("limit=2");
    expect(first.ids).toEqual(runIds.slice(0, 2));
    const second = await list(`limit=2&cursor=${first.nextCursor}`);
    expect(second.ids).toEqual(runIds.slice(2));
    expect((await list(`limit=2&cursor=${second.prevCursor}&direction=prev`)).ids).toEqual(
      runIds.slice(0, 2),
    );
  });

  it("shows the records of its runs only to keys that may read records", async () => {
    await publish();
    await insertTestRecords(store(), "customer", 1);
    const scopes = { editor: "FLOWS:READ+FLOWS:WRITE+FLOWS:EXECUTE", owner: "*" };
    const keyOf = (name: string) => `${name}-0123456789`;
    const keyed = await startTestApp(store(), {
      runner: createFakeFlowRunner(),
      env: {
        API_KEYS: Object.entries(scopes)
          .map(([name, granted]) => `${keyOf(name)}=${granted}`)
          .join(","),
      },
    });
    const call = (name: keyof typeof scopes, method: string, path: string, body?: object) =>
      keyed.call(method, path, {
        headers: { authorization: `Bearer ${keyOf(name)}` },
        ...(body && { body }),
      });
    const target = { flowId, recordType: "customer" };
    const refused = await call("editor", "POST", "/v1/schedules", { target, trigger: DAILY });
    expect(refused).toMatchObject({ status: 403, json: { details: [{ code: "MISSING_SCOPE" }] } });
    const { id } = (await call("owner", "POST", "/v1/schedules", { target, trigger: DAILY })).json;
    const { batchExecutionId } = (await call("owner", "POST", `/v1/schedules/${id}/run-now`)).json;
    const path = `/v1/schedules/batch/${batchExecutionId}/results`;
    expect((await call("owner", "GET", path)).json.data[0].record).toMatchObject({ name: "customer 0" });
    expect((await call("editor", "GET", path)).json.data[0].record).toBeNull();
    expect((await call("editor", "PUT", `/v1/schedules/${id}`, { name: "x" })).status).toBe(403);
    await keyed.close();
  });
});

import { sql } from "drizzle-orm";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { dispatchEventSchemasByName } from "#contract/dispatch.ts";
import { endpoints } from "#contract/endpoints.ts";
import { IdempotencyClaim } from "./idempotency-claims.ts";
import type { Store } from "#server/store/store.ts";
import { RunValue } from "#server/domain/run-value.ts";
import type { FlowRunner } from "#server/runner/runner.ts";
import { createFakeFlowRunner } from "#server/testing/plain-runner.ts";
import {
  createFailingStep,
  createSetVariableStep,
  createWaitStep,
  insertTestRecords,
} from "#server/testing/run-data.ts";
import {
  type TestApp,
  type TestResponse,
  createBearerHeader,
  createTestApiKey,
  startTestApp,
} from "#server/testing/test-app.ts";
import { describeSuiteForEitherStore } from "#server/testing/test-stores.ts";

const KEY = { "idempotency-key": "run-1" };

/** A runner that lists the idempotency keys of its runs. */
function createCountingRunner() {
  const fake = createFakeFlowRunner();
  const keys: (string | undefined)[] = [];
  const run: FlowRunner["run"] = (plan, options) => {
    keys.push(plan.idempotencyKey);
    return fake.run(plan, options);
  };
  return { ...fake, run, keys };
}

describeSuiteForEitherStore("requests with an Idempotency-Key", (store) => {
  const opened: TestApp[] = [];
  let app: TestApp;
  let runner: ReturnType<typeof createCountingRunner>;
  const start = async (options: Parameters<typeof startTestApp>[1] = {}) => {
    const started = await startTestApp(store(), { runner, ...options });
    opened.push(started);
    return started;
  };
  beforeEach(async () => {
    runner = createCountingRunner();
    app = await start();
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  const flowOf = (...steps: unknown[]) => ({ name: "Digest", steps });
  const dispatch = (body: object, { on = app, headers = {}, signal }: DispatchCall = {}) =>
    on.call("POST", "/v1/dispatch", { body, headers: { ...KEY, ...headers }, ...(signal && { signal }) });
  const codeOf = ({ status, json }: TestResponse) => [status, json.details?.[0]?.code];

  it("run a flow once, and repeat its response", async () => {
    for (const [name, step] of Object.entries({
      whole: createSetVariableStep("a", { n: 1 }),
      failing: createFailingStep("f"),
    })) {
      const headers = { "idempotency-key": name };
      const body = { flow: flowOf(step) };
      const first = await dispatch(body, { headers });
      const again = await dispatch(body, { headers });
      expect([again.status, again.text]).toEqual([200, first.text]);
      expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
      expect(first.headers.get("idempotency-replayed")).toBeNull();
      expect(again.headers.get("idempotency-replayed")).toBe("true");
    }
    expect(runner.keys).toHaveLength(2);
    expect(codeOf(await dispatch({ flow: flowOf(createSetVariableStep("a", 2)) }))).toEqual([200, undefined]);
    const other = await dispatch({ flow: flowOf(createSetVariableStep("a", 3)) });
    expect(codeOf(other)).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    expect(runner.keys).toHaveLength(3);
  });

  it("repeat the events of a stream", async () => {
    const body = {
      flow: flowOf(createSetVariableStep("a", 1), createSetVariableStep("b", "two")),
      options: { streamResponse: true },
    };
    const first = await dispatch(body);
    const again = await dispatch(body);
    expect(first.text).toContain("event: execution_complete\n");
    expect(again.text).toBe(first.text);
    expect(again.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(runner.keys).toHaveLength(1);
  });

  it("fail with 409 while the flow runs, which goes on if its client disconnects", async () => {
    for (const streamResponse of [false, true]) {
      const headers = { "idempotency-key": `slow-${streamResponse}` };
      const body = { flow: flowOf(createWaitStep("w", 1000)), options: { streamResponse } };
      const gone = new AbortController();
      const begun = runner.keys.length;
      const lost = dispatch(body, { headers, signal: gone.signal }).catch(() => undefined);
      await expect.poll(() => runner.keys.length).toBe(begun + 1);
      const early = await dispatch(body, { headers });
      expect(codeOf(early)).toEqual([409, "REQUEST_IN_FLIGHT"]);
      expect(Number(early.headers.get("retry-after"))).toBeGreaterThan(0);
      gone.abort();
      await lost;
      await expect.poll(() => app.runs?.runs, { timeout: 10_000 }).toBe(0);
      const again = await dispatch(body, { headers });
      expect([again.status, again.text]).toEqual([200, expect.stringContaining("waited")]);
      expect(runner.keys).toHaveLength(begun + 1);
    }
  });

  it("repeat only the status if storeResults is false, and say so the first time", async () => {
    const warnings = [expect.objectContaining({ code: "RESULTS_NOT_STORED", path: "options.storeResults" })];
    const flow = flowOf(createSetVariableStep("a", "secret result"));
    const first = await dispatch({ flow, options: { storeResults: false } });
    expect(first.json).toMatchObject({ warnings, result: "secret result" });
    const again = await dispatch({ flow, options: { storeResults: false } });
    const { executionId } = first.json;
    expect(again.json).toMatchObject({ warnings, executionId, success: true, finalOutput: null, steps: [] });
    expect(endpoints.dispatch.answers[200].safeParse(again.json).success).toBe(true);
    const headers = { "idempotency-key": "stream" };
    const options = { storeResults: false, streamResponse: true };
    const failing = flowOf(createSetVariableStep("a", "secret result"), createFailingStep("secret-step"));
    const streamed = await dispatch({ flow: failing, options }, { headers });
    expect(streamed.text).toContain("RESULTS_NOT_STORED");
    const events = readEvents(await dispatch({ flow: failing, options }, { headers }));
    expect(events).toMatchObject([
      { type: "execution_start", seq: 1, warnings },
      { type: "execution_error", seq: 2, code: "step_failed" },
    ]);
    for (const event of events)
      expect(dispatchEventSchemasByName[event.type].safeParse(event).success).toBe(true);
    const stored = await store().database.execute(
      sql`SELECT headers::text || body AS row FROM idempotency_keys`,
    );
    expect(JSON.stringify([events, again.json, stored.rows])).not.toContain("secret");
    expect(runner.keys).toHaveLength(2);
  });

  it("repeat only the status if the results are too large to store", async () => {
    const run: FlowRunner["run"] = async (plan, options) => ({
      ...(await runner.run(plan, options)),
      finalOutput: RunValue.of("x".repeat(5_000_000)),
    });
    const on = await start({ runner: { ...runner, run } });
    for (const streamResponse of [false, true]) {
      const headers = { "idempotency-key": `large-${streamResponse}` };
      const body = { flow: flowOf(createSetVariableStep("a", 1)), options: { streamResponse } };
      expect((await dispatch(body, { on, headers })).text.length).toBeGreaterThan(5_000_000);
      const again = await dispatch(body, { on, headers });
      expect(again.text.length).toBeLessThan(1000);
      expect(again.text).toContain("RESULTS_NOT_STORED");
    }
    expect(runner.keys).toHaveLength(2);
  });

  it("run again, with the same keys of steps and without another save, if the server was lost", async () => {
    const body = {
      flow: { name: "Saved", steps: [{ ...createWaitStep("w", 60_000), id: undefined }] },
      record: { name: "Ada", type: "customer" },
      options: { flowMode: "create", recordMode: "create" },
    };
    const lost = dispatch(body);
    await expect.poll(() => runner.keys.length).toBe(1);
    const next = await start();
    // On PostgreSQL, another server waits until the claim of the lost one lapses.
    if (store().kind !== "embedded") expect(codeOf(await dispatch(body, { on: next }))[0]).toBe(409);
    await store().database.execute(
      sql`UPDATE idempotency_keys SET created_at = now() - interval '21 seconds'`,
    );
    const repeated = dispatch(body, { on: next });
    await expect.poll(() => runner.keys.length).toBe(2);
    expect(runner.keys[1]).toBe(runner.keys[0]);
    // Neither the late end of the first server nor its claim affects the second one.
    await app.close();
    expect((await lost).json).toMatchObject({ status: "cancelled", flowChange: "created" });
    expect(codeOf(await dispatch(body, { on: next }))).toEqual([409, "REQUEST_IN_FLIGHT"]);
    await next.close();
    expect((await repeated).json).toMatchObject({ status: "cancelled", flowChange: "created" });
    const { json } = await next.call("GET", "/v1/flows");
    expect(json.data).toHaveLength(1);
    expect((await next.call("GET", "/v1/records")).json.data).toHaveLength(1);
    // A stopping server releases the key at once.
    const last = await start();
    const third = dispatch(body, { on: last });
    await expect.poll(() => runner.keys.length).toBe(3);
    await last.close();
    await third;
  });

  it("end a run whose claim another server has taken over", { tags: ["full"] }, async () => {
    const running = dispatch({ flow: flowOf(createWaitStep("a", 60_000)) });
    await expect.poll(() => runner.keys).toHaveLength(1);
    await store().write(async (tx) => {
      await tx.execute(sql`UPDATE idempotency_keys SET body = 'another claim'`);
    });
    expect((await running).json).toMatchObject({ status: "cancelled" });
  });

  it("are not used up by a request that is refused, and are free again after a day", async () => {
    expect((await dispatch({ flow: { id: "flow_none" } })).status).toBe(404);
    const missing = { flow: flowOf(createSetVariableStep("a", 1)), options: { upToStep: "z" } };
    expect((await dispatch(missing)).status).toBe(400);
    const body = { flow: flowOf(createSetVariableStep("a", 1)) };
    expect((await dispatch(body)).status).toBe(200);
    expect((await dispatch(body, { headers: { "idempotency-key": "ü" } })).status).toBe(400);
    app.wait(25 * 60 * 60 * 1000);
    expect((await dispatch(body)).headers.get("idempotency-replayed")).toBeNull();
    expect(runner.keys).toHaveLength(2);
  });

  it("repeat a run only for the API key that asked for it", async () => {
    const keys = [
      `${createTestApiKey("all")}=*`,
      `${createTestApiKey("runner")}=DISPATCH:EXECUTE`,
      `${createTestApiKey("other")}=DISPATCH:EXECUTE`,
    ];
    const shared = await start({ env: { API_KEYS: keys.join(",") } });
    const body = { flow: flowOf(createSetVariableStep("a", 1)) };
    const send = async (name: string) =>
      (await dispatch(body, { on: shared, headers: createBearerHeader(name) })).json.executionId;
    const first = await send("all");
    expect(await send("all")).toBe(first);
    const second = await send("runner");
    expect(second).not.toBe(first);
    expect([first, second]).not.toContain(await send("other"));
  });

  it("start a batch once", async () => {
    const recordIds = await insertTestRecords(store(), "customer", 2);
    const { id: flowId } = await app.create(buildFlow("Digest", [createSetVariableStep("a", 1)]));
    const post = (body: object) => app.call("POST", "/v1/batch/flow", { body, headers: KEY });
    const first = await post({ flowId, recordIds });
    const again = await post({ flowId, recordIds });
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(codeOf(await post({ flowId, recordIds: [recordIds[0]] }))).toEqual([
      422,
      "IDEMPOTENCY_KEY_REUSED",
    ]);
    expect((await app.call("GET", `/local/batches?flowId=${flowId}`)).json.data).toHaveLength(1);
  });

  it("run on a record type once, and wait for the results of the first run", async () => {
    await insertTestRecords(store(), "customer", 2);
    const { id: flowId } = await app.create(buildFlow("Digest", [createWaitStep("w", 500)]));
    const run = (recordType: string) =>
      app.call("POST", `/v1/flows/${flowId}/run-on-record-type`, { body: { recordType }, headers: KEY });
    const first = run("customer");
    await expect.poll(() => runner.keys.length, { timeout: 10_000 }).toBeGreaterThan(0);
    const again = await run("customer");
    expect(again.json).toMatchObject({ status: "completed", successCount: 2 });
    expect([again.status, again.json]).toEqual([200, (await first).json]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(runner.keys).toHaveLength(2);
    expect(codeOf(await run("order"))).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
    await store().database.execute(sql`DELETE FROM batches`);
    expect((await run("customer")).status).toBe(404);
  });
});

interface DispatchCall {
  readonly on?: TestApp;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

interface DispatchEvent {
  readonly type: keyof typeof dispatchEventSchemasByName;
}

const readEvents = ({ text }: TestResponse): readonly DispatchEvent[] =>
  [...text.matchAll(/^data: (.+)$/gm)].map(([, data = ""]) => JSON.parse(data) as DispatchEvent);

it("a response is stored at a later try, while a claim is given up at the first", async () => {
  let failures = 0;
  let writes = 0;
  const write = async () => {
    writes += 1;
    if (writes <= failures) throw new Error("The store is away.");
  };
  const context = {
    store: { write } as unknown as Store,
    logger: pino({ level: "silent" }),
    extras: true,
    now: Date.now,
  };
  const row = {
    organizationId: "org_local",
    route: "POST /v1/dispatch",
    key: "k",
    bodyHash: "",
    body: "claim",
  };
  const claim = () => new IdempotencyClaim(context, { row, writes: undefined, onEnd: () => undefined });
  failures = 1;
  await claim().keep({ status: 200, body: "{}" });
  expect(writes).toBe(2);
  failures = 9;
  writes = 0;
  await claim().release();
  expect(writes).toBe(1);
});

import { type Server, createServer } from "node:http";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "#core/json/json.ts";
import { createHttpServer, startListening } from "#server/http-server.ts";
import { type RunMemoryLimits, RunMemoryBudget } from "#server/runner/run-memory.ts";
import type { Store } from "#server/store/store.ts";
import { openTestStore } from "#server/testing/open-test-store.ts";
import { insertTestRecords } from "#server/testing/run-data.ts";
import { createFlowRunHarness } from "#server/testing/run-harness.ts";
import { type TestApp, startTestApp } from "#server/testing/test-app.ts";

const MB = 1_000_000;
/** 20,001 values in 60 kB of text, estimated at 1.4 MB. */
const LIST = JSON.stringify(Array.from({ length: 20_000 }, () => ({})));

let store: Store;
let server: Server;
let place: string;
let app: TestApp;
let budget: RunMemoryBudget;
let most = 0;

beforeAll(async () => {
  store = await openTestStore();
  server = createServer((request, response) => {
    most = Math.max(most, budget.usage.used);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(request.url === "/huge" ? `[${"{},".repeat(200_000)}{}]` : LIST);
  });
  place = `127.0.0.1:${await startListening(server, 0, "127.0.0.1")}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await store.close();
});
afterEach(() => app.close());

async function open(limits: Partial<RunMemoryLimits>): Promise<void> {
  budget = new RunMemoryBudget({ all: 60 * MB, run: 20 * MB, first: MB, waitMs: 60_000, ...limits });
  most = 0;
  const { runner } = createFlowRunHarness({ allowed: [place] });
  app = await startTestApp(store, { runner, memory: budget });
}

const fetchStep = (id: string, path = ""): JsonObject => ({
  id,
  type: "fetch-url",
  name: id,
  config: { http: { url: `http://${place}/${path}` }, outputVariable: id },
});
const listSteps = () => Array.from({ length: 8 }, (_, index) => fetchStep(`s${index}`));
const dispatch = (flow: JsonObject = { name: "Heavy", steps: listSteps() }) =>
  app.call("POST", "/v1/dispatch", { body: { flow } });

it("twenty heavy dispatches at once run within the memory of all runs, and all complete", async () => {
  await open({});
  const answers = await Promise.all(Array.from({ length: 20 }, () => dispatch()));
  expect(answers.map(({ status, json }) => [status, json.status])).toEqual(
    Array.from({ length: 20 }, () => [200, "completed"]),
  );
  expect(answers[0]?.json.steps).toHaveLength(8);
  expect(answers[0]?.json.result).toHaveLength(20_000);
  expect(most).toBeGreaterThan(40 * MB);
  expect(most).toBeLessThanOrEqual(60 * MB);
  expect(budget.usage).toMatchObject({ used: 0, starting: 0, growing: 0 });
});

it("a dispatch that finds no memory for long is refused with 503, saves nothing and runs nothing", async () => {
  await open({ all: 22 * MB, run: 20 * MB, waitMs: 1 });
  const running = await Promise.all([0, 1].map(() => budget.start(new AbortController().signal)));
  const refused = await app.call("POST", "/v1/dispatch", {
    body: { flow: { name: "New", steps: [fetchStep("a")] }, options: { flowMode: "upsert" } },
  });
  expect([refused.status, refused.json.details[0].code]).toEqual([503, "SERVER_BUSY"]);
  expect(refused.headers.get("retry-after")).toBe("5");
  expect((await app.call("GET", "/v1/flows")).json.data).toEqual([]);
  for (const memory of running) memory.release();
  expect((await dispatch({ name: "Small", steps: [fetchStep("a")] })).status).toBe(200);
  expect(budget.usage.used).toBe(0);
});

it("the memory of a run is released when its client leaves before a response that others precede", async () => {
  await open({});
  const listening = createHttpServer(app.fetch);
  const port = await startListening(listening, 0, "127.0.0.1");
  const socket = connect(port, "127.0.0.1");
  const body = JSON.stringify({ flow: { name: "Small", steps: [fetchStep("a")] } });
  const host = "HTTP/1.1\r\nHost: localhost:4400\r\n";
  socket.write(
    `GET /local/events ${host}\r\nPOST /v1/dispatch ${host}Content-Length: ${body.length}\r\n\r\n${body}`,
  );
  await expect.poll(() => most, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => app.runs?.activeRuns, { timeout: 20_000 }).toBe(0);
  expect(budget.usage.used).toBeGreaterThan(0);
  socket.destroy();
  await expect.poll(() => budget.usage.used, { timeout: 20_000 }).toBe(0);
  listening.closeAllConnections();
  listening.close();
});

it("records of a batch stay queued while there is no memory for them, and none fails", async () => {
  await open({ all: 24 * MB, run: 20 * MB });
  const recordIds = await insertTestRecords(store, "heavy", 20);
  const { id: flowId } = await app.create({ name: "Heavy", flowSteps: listSteps() });
  const { json } = await app.call("POST", "/v1/batch/flow", { body: { flowId, recordIds } });
  const read = async () => (await app.call("GET", `/v1/batch/status/${json.batchExecutionId}`)).json;
  await expect.poll(async () => (await read()).status, { timeout: 60_000 }).toBe("completed");
  expect(await read()).toMatchObject({ status: "completed", failedRecords: 0 });
  expect(most).toBeLessThanOrEqual(24 * MB);
  expect(budget.usage).toMatchObject({ used: 0, starting: 0, growing: 0 });
});

it("records that wait for memory when their batch is cancelled end as cancelled", async () => {
  /** Takes records although there is no memory, as if another run took it in between. */
  class OvercommittedBudget extends RunMemoryBudget {
    override get startable() {
      return 5;
    }
  }
  budget = new OvercommittedBudget({ all: 22 * MB, run: 20 * MB, first: MB, waitMs: 1 });
  const never = new AbortController().signal;
  const holders = await Promise.all([budget.start(never), budget.start(never)]);
  const { runner } = createFlowRunHarness({ allowed: [place] });
  app = await startTestApp(store, { runner, memory: budget });
  const recordIds = await insertTestRecords(store, "waiting", 3);
  const { id: flowId } = await app.create({ name: "Waiting", flowSteps: [fetchStep("a")] });
  const { json } = await app.call("POST", "/v1/batch/flow", { body: { flowId, recordIds } });
  await expect.poll(() => budget.usage.starting, { timeout: 20_000 }).toBe(3);
  await app.call("POST", `/v1/batch/cancel/${json.batchExecutionId}`);
  await expect.poll(() => budget.usage.starting).toBe(0);
  const read = async () =>
    (await app.call("GET", `/local/batches/${json.batchExecutionId}/records`)).json.data;
  await expect
    .poll(async () => (await read()).map(({ status }: { status: string }) => status))
    .toEqual(["cancelled", "cancelled", "cancelled"]);
  for (const holder of holders) holder.release();
  expect(budget.usage).toMatchObject({ used: 0, starting: 0 });
});

it("a response with more than 200,000 values fails its step, as does a run that needs too much memory", async () => {
  await open({});
  const huge = await dispatch({ name: "Huge", steps: [fetchStep("huge", "huge")] });
  expect(huge.json).toMatchObject({
    status: "failed",
    error:
      "“huge”: The result has more than 200,000 values. Request less data at once, or only the fields that later steps use.",
  });
  const many = Array.from({ length: 20 }, (_, index) => fetchStep(`m${index}`));
  const failed = await dispatch({ name: "Many", steps: many });
  expect(failed.json.error).toMatch(/^“m\d+”: This run needs more than 19 MB of memory\./);
  expect(budget.usage.used).toBe(0);
});

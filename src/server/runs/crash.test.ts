import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EffectReceiver } from "#server/testing/effect-receiver.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { type ServerProcess, buildTestServer, startServerProcess } from "#server/testing/server-process.ts";
import { unpackTestStore } from "#server/testing/open-test-store.ts";
import {
  createRequestStep,
  createSetVariableStep,
  createWaitStep,
  createWriteStep,
} from "#server/testing/run-data.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

/** Number of records: enough that the batch is still running when the test kills the server. */
const RECORDS = process.env["FULL_RUN"] === undefined ? 60 : 200;

let main: string;
const root = mkdtempSync(join(tmpdir(), "flowline-runs-"));
beforeAll(async () => {
  main = await buildTestServer();
});
afterAll(() => {
  for (const path of [root, dirname(main)]) rmSync(path, { recursive: true, force: true });
});

interface Batch {
  readonly status: string;
  readonly processedRecords: number;
  readonly failedRecords: number;
}

interface BatchRecord {
  readonly recordId: string;
  readonly status: string;
  readonly attempts: number;
  readonly executionId: string;
  readonly outputPreview: string | null;
}

async function call<Body>(
  server: ServerProcess,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const content = body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) };
  // Avoids a race: a busy server may close an idle kept-alive connection just when the next request reuses it.
  const headers = { connection: "close" };
  const response = await fetch(`${server.url}${path}`, { method, headers, ...content });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}

async function addCustomers(server: ServerProcess, count: number): Promise<void> {
  const form = new FormData();
  const lines = Array.from({ length: count }, (_, index) => `customer ${index}`);
  form.set("file", new Blob([["name", ...lines].join("\n")]), "customers.csv");
  form.set("typeValue", "customer");
  await call(server, "POST", "/v1/records/upload-csv", form);
}

async function addFlow(server: ServerProcess, delayMs: number): Promise<string> {
  const flow = buildFlow("Crashes", [
    createSetVariableStep("a", "one"),
    createWaitStep("b", delayMs),
    createSetVariableStep("c", "two"),
  ]);
  return (await call<{ readonly id: string }>(server, "POST", "/v1/flows", flow)).id;
}

const readBatch = (server: ServerProcess, id: string) => call<Batch>(server, "GET", `/v1/batch/status/${id}`);

async function readRecords(server: ServerProcess, batchId: string): Promise<readonly BatchRecord[]> {
  const all: BatchRecord[] = [];
  for (let cursor = ""; ;) {
    const page = await call<{
      readonly data: readonly BatchRecord[];
      readonly pagination: { readonly nextCursor: string | null };
    }>(server, "GET", `/local/batches/${batchId}/records?limit=100${cursor}`);
    all.push(...page.data);
    if (page.pagination.nextCursor === null) return all;
    cursor = `&cursor=${page.pagination.nextCursor}`;
  }
}

async function surviveKill(env: Record<string, string>): Promise<void> {
  let server = await startServerProcess(main, { env });
  await addCustomers(server, RECORDS);
  const flowId = await addFlow(server, 100);
  const virtualId = await startVirtualBatch(server);
  const dispatchId = await startSavingDispatch(server);
  // Starts this batch last, so that even a busy test cannot let it finish before the kill.
  const run = { recordType: "customer" };
  const { batchId } = await call<{ readonly batchId: string }>(
    server,
    "POST",
    `/v1/flows/${flowId}/run-on-record-type`,
    run,
  );
  while ((await readBatch(server, batchId)).processedRecords < RECORDS / 4) await wait(20);
  await server.end("SIGKILL");

  server = await startServerProcess(main, { env });
  const before = (await readRecords(server, batchId)).filter(({ status }) => status === "completed");
  expect(before.length).toBeLessThan(RECORDS);
  while (["scheduled", "running"].includes((await readBatch(server, batchId)).status)) await wait(100);
  expect(await readBatch(server, batchId)).toMatchObject({
    status: "completed",
    processedRecords: RECORDS,
    failedRecords: 0,
  });
  const records = await readRecords(server, batchId);
  expect(records.map(({ status }) => status)).toEqual(Array.from({ length: RECORDS }, () => "completed"));
  // Expects finished records to be unchanged, and at most two runs of the records that were running.
  for (const done of before) expect(records).toContainEqual(done);
  expect(Math.max(...records.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
  expect(records.filter(({ attempts }) => attempts === 2).length).toBeLessThanOrEqual(4);
  await expectStepsOnce({ server, flowId, batchId }, records);
  await expectVirtualBatchToEnd(server, virtualId);
  await expectDispatchToBeRepeatable(server, dispatchId);
  expect(await server.end("SIGTERM")).toBe(0);
}

const INLINE_RECORDS = 8;

/**
 * Starts a batch whose flow and records are stored only in the batch. It still runs when the test kills the
 * server.
 */
async function startVirtualBatch(server: ServerProcess): Promise<string> {
  const body = {
    flowDefinition: {
      name: "Virtual",
      steps: [createWaitStep("a", 1000), createSetVariableStep("b", "{{word}}")],
    },
    records: Array.from({ length: INLINE_RECORDS }, (_, index) => ({
      name: `inline ${index}`,
      metadata: { word: `word ${index}` },
    })),
    options: { recordConcurrency: 1 },
  };
  const { batchExecutionId } = await call<{ readonly batchExecutionId: string }>(
    server,
    "POST",
    "/v1/batch/flow",
    body,
  );
  return batchExecutionId;
}

async function expectVirtualBatchToEnd(server: ServerProcess, id: string): Promise<void> {
  while (["scheduled", "running"].includes((await readBatch(server, id)).status)) await wait(100);
  expect(await readBatch(server, id)).toMatchObject({
    status: "completed",
    processedRecords: INLINE_RECORDS,
    failedRecords: 0,
  });
  const records = await readRecords(server, id);
  expect(records.map(({ outputPreview }) => outputPreview)).toEqual(
    Array.from({ length: INLINE_RECORDS }, (_, index) => `word ${index}`),
  );
  for (const { recordId } of records) {
    const path = `/v1/batch/${id}/records/${recordId}/steps`;
    const { data } = await call<{ readonly data: readonly { readonly stepId: string }[] }>(
      server,
      "GET",
      path,
    );
    expect(data.map(({ stepId }) => stepId)).toEqual(["a", "b"]);
  }
}

/**
 * Starts a dispatch that saves a flow and a record before its run. Returns the flow's id from the first
 * event. Waits while the server still takes a killed one for alive.
 */
async function startSavingDispatch(server: ServerProcess): Promise<string> {
  const response = await fetch(`${server.url}/v1/dispatch`, {
    method: "POST",
    headers: { "idempotency-key": "saved-before-a-crash" },
    body: JSON.stringify({
      flow: { name: "Saved", steps: [{ ...createWaitStep("w", 60_000), id: undefined }] },
      record: { type: "saved", name: "Saved" },
      options: { flowMode: "upsert", recordMode: "create", streamResponse: true },
    }),
  });
  if (response.status === 409) return wait(500).then(() => startSavingDispatch(server));
  const { value = "" } = (await response.body?.pipeThrough(new TextDecoderStream()).getReader().read()) ?? {};
  const start = JSON.parse(/^data: (.+)$/m.exec(value)?.[1] ?? "{}") as { readonly flowId: string };
  return start.flowId;
}

/**
 * Expects that the flow and record of a killed run are stored once, and that the same request saves no
 * others.
 */
async function expectDispatchToBeRepeatable(server: ServerProcess, flowId: string): Promise<void> {
  const list = async () => {
    const [flows, records] = await Promise.all([
      call<{ readonly data: readonly { readonly id: string }[] }>(server, "GET", "/v1/flows?search=Saved"),
      call<{ readonly data: readonly object[] }>(server, "GET", "/v1/records?type=saved"),
    ]);
    return [flows.data.map(({ id }) => id), records.data.length];
  };
  expect(await list()).toEqual([[flowId], 1]);
  expect(await startSavingDispatch(server)).toBe(flowId);
  expect(await list()).toEqual([[flowId], 1]);
}

async function expectStepsOnce(
  {
    server,
    flowId,
    batchId,
  }: Readonly<Record<"flowId" | "batchId", string>> & {
    readonly server: ServerProcess;
  },
  records: readonly BatchRecord[],
  stepIds = ["a", "b", "c"],
): Promise<void> {
  const seen: string[] = [];
  for (let offset = 0; ; offset += 100) {
    const query = `batchId=${batchId}&sortBy=order&limit=100&offset=${offset}`;
    const { data } = await call<{
      readonly data: readonly { readonly executionSessionId: string; readonly stepId: string }[];
    }>(server, "GET", `/v1/flows/${flowId}/step-results?${query}`);
    seen.push(...data.map(({ executionSessionId, stepId }) => `${executionSessionId} ${stepId}`));
    if (data.length < 100) break;
  }
  const wanted = records.flatMap(({ executionId }) => stepIds.map((step) => `${executionId} ${step}`));
  expect(seen.toSorted()).toEqual(wanted.toSorted());
}

async function surviveImmediateKill(env: Record<string, string>): Promise<void> {
  let server = await startServerProcess(main, { env });
  await addCustomers(server, 8);
  const flowId = await addFlow(server, 400);
  const path = `/v1/flows/${flowId}/run-on-record-type`;
  const answer = call(server, "POST", path, { recordType: "customer" }).catch((error: unknown) => error);
  const list = () =>
    call<{ readonly data: readonly (Batch & { readonly batchExecutionId: string })[] }>(
      server,
      "GET",
      `/local/batches?flowId=${flowId}`,
    );
  while (((await list()).data[0]?.processedRecords ?? 0) === 0) await wait(20);
  await server.end("SIGKILL");
  expect(await answer).toBeInstanceOf(Error);
  server = await startServerProcess(main, { env });
  while ((await list()).data[0]?.status !== "completed") await wait(100);
  const [batch] = (await list()).data;
  expect(batch).toMatchObject({ processedRecords: 8, failedRecords: 0 });
  const batchId = String(batch?.batchExecutionId);
  await expectStepsOnce({ server, flowId, batchId }, await readRecords(server, batchId));
  expect(await server.end("SIGTERM")).toBe(0);
}

const EFFECTS = ["one", "two", "three"];

/**
 * Kills the server `kills` times while steps send requests, and expects that only requests in flight are
 * repeated.
 */
async function expectOnlyRequestsInFlightToRepeat(
  env: Record<string, string>,
  { records: total, kills }: { readonly records: number; readonly kills: number },
): Promise<void> {
  const receiver = await EffectReceiver.start(30);
  const start = () => startServerProcess(main, { env: { ...env, ALLOW_PRIVATE_HTTP: receiver.place } });
  const lastBefore: ReadonlyMap<string, string>[] = [];
  try {
    let server = await start();
    await addCustomers(server, total);
    const flow = buildFlow("Effects", [
      createSetVariableStep("record", "{{_record.name}}"),
      ...EFFECTS.map((id) => createRequestStep(id, receiver.place)),
      createWriteStep("written"),
    ]);
    const flowId = (await call<{ readonly id: string }>(server, "POST", "/v1/flows", flow)).id;
    const path = `/v1/flows/${flowId}/run-on-record-type`;
    const run = { recordType: "customer" };
    const { batchId } = await call<{ readonly batchId: string }>(server, "POST", path, run);
    for (let kill = 1; kill <= kills; kill += 1) {
      await receiver.waitFor(Math.ceil((kill * total * EFFECTS.length) / (kills + 1)));
      await server.end("SIGKILL");
      lastBefore.push(new Map(receiver.effects.map(({ record, name }) => [record, name])));
      server = await start();
    }
    while (["scheduled", "running"].includes((await readBatch(server, batchId)).status)) await wait(100);
    expect(await readBatch(server, batchId)).toMatchObject({ status: "completed", processedRecords: total });
    const { effects } = receiver;
    const names = Array.from({ length: total }, (_, index) =>
      EFFECTS.map((effect) => `customer ${index} /${effect}`),
    ).flat();
    const first = new Map(effects.toReversed().map((effect) => [effect.name, effect]));
    expect([...first.keys()].toSorted()).toEqual(names.toSorted());
    expect(new Set(effects.map(({ key }) => key)).size).toBe(names.length);
    const repeats = effects.filter((effect) => first.get(effect.name) !== effect);
    for (const { name, key, body, record } of repeats) {
      expect(first.get(name)).toMatchObject({ key, body });
      // Only the step that was in flight is repeated: the last of its record before one of the kills.
      expect(lastBefore.map((last) => last.get(record))).toContain(name);
    }
    expect(repeats.length).toBeLessThanOrEqual(4 * kills);
    const stepIds = ["record", ...EFFECTS, "written"];
    await expectStepsOnce({ server, flowId, batchId }, await readRecords(server, batchId), stepIds);
    const { data } = await call<{ readonly data: readonly { readonly metadata: object }[] }>(
      server,
      "GET",
      "/v1/records?type=written&limit=100",
    );
    expect(data.map(({ metadata }) => metadata)).toEqual(data.map(() => ({ done: true })));
    expect(data.length).toBe(Math.min(total, 100));
    expect(await server.end("SIGTERM")).toBe(0);
  } finally {
    receiver.close();
  }
}

async function leaveToOthers(env: Record<string, string>): Promise<void> {
  const first = await startServerProcess(main, { env });
  const second = await startServerProcess(main, { env });
  await addCustomers(first, RECORDS);
  const flowId = await addFlow(first, 3000);
  const path = `/v1/flows/${flowId}/run-on-record-type`;
  const { batchId } = await call<{ readonly batchId: string }>(first, "POST", path, {
    recordType: "customer",
  });
  const running = async () =>
    (await readRecords(first, batchId)).filter(({ status }) => status === "running").length;
  while ((await running()) < 4) await wait(50);
  expect(await first.end("SIGTERM")).toBe(0);
  while ((await readBatch(second, batchId)).processedRecords < 4) await wait(100);
  const done = (await readRecords(second, batchId)).filter(({ status }) => status === "completed");
  expect(new Set(done.map(({ attempts }) => attempts))).toEqual(new Set([1]));
  await call(second, "POST", `/v1/batch/cancel/${batchId}`);
  expect(await second.end("SIGTERM")).toBe(0);
}

describe.concurrent("a server killed while flows run", () => {
  it(
    "the server repeats only the requests in flight, with the same key (embedded)",
    { timeout: 120_000 },
    async () => {
      const size =
        process.env["FULL_RUN"] === undefined ? { records: 12, kills: 1 } : { records: 60, kills: 3 };
      await expectOnlyRequestsInFlightToRepeat(
        { DATA_DIR: await unpackTestStore(join(root, "effects")) },
        size,
      );
    },
  );

  it("the server finishes the batch after a restart (embedded)", { timeout: 120_000 }, async () => {
    await surviveKill({ DATA_DIR: await unpackTestStore(join(root, "batch")) });
  });

  it(
    "the server finishes a run whose request was interrupted (embedded)",
    { timeout: 120_000, tags: ["full"] },
    async () => {
      await surviveImmediateKill({ DATA_DIR: await unpackTestStore(join(root, "immediate")) });
    },
  );

  const postgres = getTestPostgresUrl();
  describe.skipIf(postgres === undefined)("on PostgreSQL", () => {
    const onDatabase = async (work: (env: { readonly DATABASE_URL: string }) => Promise<void>) => {
      const { url, drop } = await createTestDatabase(postgres ?? "");
      try {
        await work({ DATABASE_URL: url });
      } finally {
        await drop();
      }
    };

    it(
      "another server finishes the batch after the dead server's heartbeats stop",
      { timeout: 180_000 },
      () => onDatabase(surviveKill),
    );

    it(
      "another server repeats only the requests in flight, with the same key",
      { timeout: 300_000, tags: ["full"] },
      () => onDatabase((env) => expectOnlyRequestsInFlightToRepeat(env, { records: 60, kills: 3 })),
    );

    it(
      "the server stops in time after a signal, and leaves the remaining records to other servers",
      { timeout: 180_000, tags: ["full"] },
      () => onDatabase(leaveToOthers),
    );
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildFlow } from "#core/flow-builder.ts";
import { type ServerProcess, buildTestServer, startServer } from "#server/testing/server-process.ts";
import { setStep, waitStep } from "#server/testing/run-data.ts";
import { createDatabase } from "#server/testing/postgres-server.ts";
import { findPostgres } from "#server/testing/test-stores.ts";

const RECORDS = 200;

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
}

async function call<Body>(
  server: ServerProcess,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const content = body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) };
  // A server that is kept from its work for seconds would close an idle connection just as it is used again.
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
  const flow = buildFlow("Crashes", [setStep("a", "one"), waitStep("b", delayMs), setStep("c", "two")]);
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

/** A batch, killed in the middle, taken up by the next start: each record has one final result. */
async function surviveKill(env: Record<string, string>): Promise<void> {
  let server = await startServer(main, { env });
  await addCustomers(server, RECORDS);
  const flowId = await addFlow(server, 20);
  const run = { recordType: "customer" };
  const { batchId } = await call<{ readonly batchId: string }>(
    server,
    "POST",
    `/v1/flows/${flowId}/run-on-record-type`,
    run,
  );
  while ((await readBatch(server, batchId)).processedRecords < RECORDS / 4) await wait(20);
  await server.end("SIGKILL");

  server = await startServer(main, { env });
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
  // What had ended was left alone, and what was under way was begun once more.
  for (const done of before) expect(records).toContainEqual(done);
  expect(Math.max(...records.map(({ attempts }) => attempts))).toBeLessThanOrEqual(2);
  expect(records.filter(({ attempts }) => attempts === 2).length).toBeLessThanOrEqual(4);
  await expectStepsOnce(server, flowId, batchId, records);
  expect(await server.end("SIGTERM")).toBe(0);
}

async function expectStepsOnce(
  server: ServerProcess,
  flowId: string,
  batchId: string,
  records: readonly BatchRecord[],
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
  const wanted = records.flatMap(({ executionId }) =>
    ["a", "b", "c"].map((step) => `${executionId} ${step}`),
  );
  expect(seen.toSorted()).toEqual(wanted.toSorted());
}

/** A run within its request, killed: the batch is there, and is finished after the next start. */
async function surviveImmediateKill(env: Record<string, string>): Promise<void> {
  let server = await startServer(main, { env });
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
  server = await startServer(main, { env });
  while ((await list()).data[0]?.status !== "completed") await wait(100);
  const [batch] = (await list()).data;
  expect(batch).toMatchObject({ processedRecords: 8, failedRecords: 0 });
  await expectStepsOnce(
    server,
    flowId,
    String(batch?.batchExecutionId),
    await readRecords(server, String(batch?.batchExecutionId)),
  );
  expect(await server.end("SIGTERM")).toBe(0);
}

async function leaveToOthers(env: Record<string, string>): Promise<void> {
  const first = await startServer(main, { env });
  const second = await startServer(main, { env });
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

// Most of each is waiting for a dead server's claims to be over.
describe.concurrent("a server killed while flows run", () => {
  it("finishes the batch after it is started again (embedded)", { timeout: 120_000 }, async () => {
    await surviveKill({ DATA_DIR: join(root, "batch") });
  });

  it("finishes a run whose request was cut off (embedded)", { timeout: 120_000 }, async () => {
    await surviveImmediateKill({ DATA_DIR: join(root, "immediate") });
  });

  const postgres = findPostgres();
  describe.skipIf(postgres === undefined)("on PostgreSQL", () => {
    const onDatabase = async (work: (env: { readonly DATABASE_URL: string }) => Promise<void>) => {
      const { url, drop } = await createDatabase(postgres ?? "");
      try {
        await work({ DATABASE_URL: url });
      } finally {
        await drop();
      }
    };

    it("finishes the batch, once the dead server's claims are over", { timeout: 180_000 }, () =>
      onDatabase(surviveKill),
    );

    it("ends in time when it is told to stop, and leaves the rest to others", { timeout: 180_000 }, () =>
      onDatabase(leaveToOthers),
    );
  });
});

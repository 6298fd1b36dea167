import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildFlow } from "#core/testing/flow-builder.ts";
import { createTestDatabase } from "#server/testing/postgres-server.ts";
import { createSetVariableStep } from "#server/testing/run-data.ts";
import { type ServerProcess, buildTestServer, startServerProcess } from "#server/testing/server-process.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

const postgres = getTestPostgresUrl();
const RECORDS = 3;

describe.skipIf(postgres === undefined)("a web server and a worker on one PostgreSQL", () => {
  let main: string;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let web: ServerProcess;
  let worker: ServerProcess | undefined;
  const start = (role: string) =>
    startServerProcess(main, { env: { DATABASE_URL: database.url, FLOWLINE_ROLE: role } });
  beforeAll(async () => {
    main = await buildTestServer();
    database = await createTestDatabase(postgres ?? "");
    web = await start("web");
  });
  afterAll(async () => {
    await worker?.end("SIGTERM");
    await web.end("SIGTERM");
    await database.drop();
    rmSync(dirname(main), { recursive: true, force: true });
  });

  const call = async ({ url }: ServerProcess, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: JSON.parse(await response.text()) };
  };

  it(
    "the web server runs dispatches, and leaves batches to the worker",
    { timeout: 240_000, tags: ["full"] },
    async () => {
      const flow = buildFlow("Roles", [createSetVariableStep("a", "one")]);
      const { id } = (await call(web, "POST", "/v1/flows", flow)).json;
      for (let index = 0; index < RECORDS; index += 1)
        await call(web, "POST", "/v1/records", { type: "role", name: `record ${index}` });
      const run = () => call(web, "POST", `/v1/flows/${id}/run-on-record-type`, { recordType: "role" });

      const alone = (await run()).json;
      expect(alone).toMatchObject({ status: "scheduled", recordCount: RECORDS });
      const status = async () => (await call(web, "GET", `/v1/batch/status/${alone.batchId}`)).json;
      expect(await status()).toMatchObject({ status: "scheduled", processedRecords: 0 });
      const options = { streamResponse: false };
      const dispatched = await call(web, "POST", "/v1/dispatch", { flow: { id }, options });
      expect(dispatched.json).toMatchObject({ success: true, result: "one" });

      worker = await start("worker");
      await expect
        .poll(status, { timeout: 60_000 })
        .toMatchObject({ status: "completed", processedRecords: RECORDS, failedRecords: 0 });
      expect((await run()).json).toMatchObject({ executedImmediately: true, successCount: RECORDS });
      expect((await call(worker, "GET", "/readyz")).status).toBe(200);
      expect(await call(worker, "GET", "/v1/flows")).toMatchObject({
        status: 404,
        json: { error: expect.stringContaining("only runs the records of batches") },
      });
      const counted = /^flowline_runs_total\{status="completed"\} (\d+)$/m;
      const metrics = async (server: ServerProcess) => (await fetch(`${server.url}/metrics`)).text();
      expect(counted.exec(await metrics(worker))?.[1]).toBe(String(2 * RECORDS));
      expect(counted.exec(await metrics(web))?.[1]).toBe("1");
    },
  );
});

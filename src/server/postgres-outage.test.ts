import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTestServer } from "#server/testing/build-test-server.ts";
import { buildFlow } from "#core/testing/flow-builder.ts";
import {
  type StoppablePostgresServer,
  isPostgresInstalled,
  startStoppablePostgresServer,
} from "#server/testing/postgres-server.ts";
import { createSetVariableStep, createWaitStep } from "#server/testing/run-data.ts";
import { type ServerProcess, startServerProcess } from "#server/testing/server-process.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

const ASKED_OUTAGES = process.env["OUTAGES"];
const OUTAGES = Number(ASKED_OUTAGES ?? (process.env["FULL_RUN"] === undefined ? 2 : 12));
const WRITERS = 4;
const ACKNOWLEDGED = 12;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

interface Written {
  readonly id: string;
  acknowledged: string;
  /** Names of saves that got no response; the server may or may not have committed them. */
  unacknowledgedSaves: string[];
}

describe.skipIf(getTestPostgresUrl() === undefined || !isPostgresInstalled())(
  "a server whose PostgreSQL becomes unavailable",
  () => {
    let main: string;
    let postgres: StoppablePostgresServer;
    let server: ServerProcess;
    beforeAll(async () => {
      main = await buildTestServer();
      const started = await startStoppablePostgresServer();
      if (!started) throw new Error("no PostgreSQL is installed");
      postgres = started;
      server = await startServerProcess(main, { env: { DATABASE_URL: postgres.url, LOG_LEVEL: "silent" } });
    });
    afterAll(async () => {
      await server.end("SIGTERM");
      await postgres.stop();
    });

    const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
      const content = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${server.url}${path}`, { method, ...content });
      const { status, headers } = response;
      return { status, text: await response.text(), retryAfter: headers.get("retry-after") };
    };

    const findFault = ({ status, text, retryAfter }: Answer): string | undefined => {
      if (status === 200 || status === 201) return undefined;
      const { details } = JSON.parse(text) as { readonly details?: readonly { readonly code: string }[] };
      const isFine = status === 503 && details?.[0]?.code === "STORE_UNAVAILABLE" && Number(retryAfter) > 0;
      return isFine ? undefined : `${status} ${retryAfter} ${text}`;
    };

    const terminateBackends = async () => {
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      );
      await client.end();
    };
    const restart = async (mode: "fast" | "immediate") => {
      await postgres.halt(mode);
      await postgres.begin();
    };
    const killPostmaster = async () => {
      await postgres.kill();
      await postgres.begin();
    };
    const outage = async () => {
      await postgres.halt("fast");
      await wait(1500);
      await postgres.begin();
    };
    const outageKinds = [
      outage,
      killPostmaster,
      terminateBackends,
      () => restart("fast"),
      () => restart("immediate"),
    ];

    it(
      `the server survives ${OUTAGES} outages during writes, answers 503, and loses no acknowledged write`,
      { timeout: 60_000 + OUTAGES * 20_000 },
      async () => {
        const flows: Written[] = [];
        const faults: string[] = [];
        const seen = { acknowledged: 0, refused: 0, isOver: false };
        const note = (answer: Answer) => {
          const fault = findFault(answer);
          if (fault !== undefined) faults.push(fault);
          if (answer.status === 503) seen.refused += 1;
          else seen.acknowledged += 1;
        };
        for (let writer = 0; writer < WRITERS; writer += 1) {
          const { text } = await call("POST", "/v1/flows", { name: `writer ${writer}` });
          const { id } = JSON.parse(text) as { readonly id: string };
          flows.push({ id, acknowledged: `writer ${writer}`, unacknowledgedSaves: [] });
        }
        const write = async (flow: Written) => {
          for (let save = 0; !seen.isOver; save += 1) {
            const name = `${flow.id} save ${save}`;
            flow.unacknowledgedSaves.push(name);
            const answer = await call("PUT", `/v1/flows/${flow.id}`, { name });
            note(answer);
            if (answer.status === 200) Object.assign(flow, { acknowledged: name, unacknowledgedSaves: [] });
            else await wait(20);
          }
        };
        const read = async () => {
          while (!seen.isOver) {
            note(await call("GET", "/v1/flows?limit=5"));
            await wait(10);
          }
        };
        const work = Promise.all([...flows.map(write), read()]);
        const reach = async (count: number) => {
          const goal = seen.acknowledged + count;
          while (seen.acknowledged < goal && server.child.exitCode === null) await wait(20);
        };
        let survived = 0;
        for (let round = 0; round < OUTAGES && server.child.exitCode === null; round += 1) {
          await reach(ACKNOWLEDGED);
          await outageKinds[round % outageKinds.length]?.();
          await reach(ACKNOWLEDGED);
          if (server.child.exitCode === null) survived += 1;
        }
        if (ASKED_OUTAGES !== undefined)
          process.stdout.write(`PostgreSQL outages: ${survived} of ${OUTAGES} survived\n`);
        seen.isOver = true;
        await work.catch((error: unknown) => faults.push(String(error)));
        expect(faults).toEqual([]);
        expect(server.child.exitCode).toBe(null);
        expect(seen.refused).toBeGreaterThan(0);
        for (const { id, acknowledged: last, unacknowledgedSaves } of flows) {
          const { name } = JSON.parse((await call("GET", `/v1/flows/${id}`)).text) as {
            readonly name: string;
          };
          expect([last, ...unacknowledgedSaves]).toContain(name);
        }
      },
    );

    it(
      "the server answers 503 at once while the database is down, and keeps running",
      { timeout: 60_000 },
      async () => {
        await postgres.halt("fast");
        const answers = await Promise.all([
          call("GET", "/v1/flows"),
          call("POST", "/v1/flows", { name: "Never" }),
          call("POST", "/v1/dispatch", { flow: { id: "flow_none" } }),
          call("GET", "/readyz"),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
        expect(answers.map(findFault)).toEqual([undefined, undefined, undefined, undefined]);
        expect((await call("GET", "/healthz")).status).toBe(200);
        await postgres.begin();
        await expect.poll(async () => (await call("GET", "/readyz")).status, { timeout: 20_000 }).toBe(200);
      },
    );

    it(
      "the server finishes a batch that was running when the database was killed",
      { timeout: 120_000 },
      async () => {
        const records = Array.from({ length: 20 }, (_, index) => ({
          type: "outage",
          name: `record ${index}`,
        }));
        for (const record of records) expect((await call("POST", "/v1/records", record)).status).toBe(201);
        const steps = [createSetVariableStep("a", "one"), createWaitStep("b", 300)];
        const made = await call("POST", "/v1/flows", buildFlow("Outage", steps));
        const { id } = JSON.parse(made.text) as { readonly id: string };
        const started = await call("POST", `/v1/flows/${id}/run-on-record-type`, { recordType: "outage" });
        const { batchId } = JSON.parse(started.text) as { readonly batchId: string };
        await killPostmaster();
        const read = async () => {
          const { status, text } = await call("GET", `/v1/batch/status/${batchId}`);
          return status === 200
            ? (JSON.parse(text) as { readonly status: string; readonly processedRecords: number })
            : undefined;
        };
        await expect
          .poll(read, { timeout: 100_000, interval: 500 })
          .toMatchObject({ status: "completed", processedRecords: 20, failedRecords: 0 });
      },
    );

    it("the server stops cleanly without a database", { timeout: 60_000 }, async () => {
      await postgres.halt("fast");
      expect((await call("GET", "/v1/flows")).status).toBe(503);
      expect(await server.end("SIGTERM")).toBe(0);
      await postgres.begin();
    });
  },
);

import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import type { JsonObject } from "#core/json/json.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { type RunningServer, startBuiltServer } from "#e2e/harness/server.ts";
import { startModelServer, streamModelResponse } from "#server/testing/model-server.ts";
import { createTestDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { printMarkdownTable } from "./statistics.ts";

/** Numbers of server processes on one database; the last number only shows how many connections they need. */
const PROCESSES = (process.env["WORKERS"] ?? "1,2,4,10").split(",").map(Number);
/** Batches of one record that are started. */
const BATCHES = Number(process.env["BATCHES"] ?? 400);
/** Numbers of records of the mixed batches, repeated. */
const MIXED = [1, 1, 1, 1, 2, 2, 5, 5, 10, 100];
const RECORDS = Math.max(...MIXED);
/** Requests that start batches at the same time. */
const STARTS_AT_ONCE = 16;
const MODEL_MS = 200;
const LIMIT_MS = 120_000;
const POLL_MS = 100;
/** Allows ten servers with all of their connections: PostgreSQL itself allows a hundred. */
const MAX_CONNECTIONS = 400;

interface Workers {
  readonly pids: readonly number[];
  readonly servers: readonly ApiClient[];
  readonly client: Client;
  readonly recordIds: readonly string[];
}

interface Throughput {
  readonly perSecond: number;
  /** Most connections to the database at the same time, without that of the measurement. */
  readonly connections: number;
  /** Milliseconds of processor time of the servers, which other programs on the machine hardly change. */
  readonly processorMs: number;
  readonly transactions: number;
}

/** Milliseconds of a clock tick, in which Linux counts processor time. */
const TICK_MS = 10;

const FLOWS: readonly (readonly [string, readonly JsonObject[]])[] = [
  [
    "a wait of 0 ms",
    [
      buildStep("pause", { type: "wait-until", config: { delayMs: 0 } }),
      buildStep("name", {
        type: "set-variable",
        config: { variableName: "name", valueTemplate: "{{_record.name}}" },
      }),
    ],
  ],
  [
    `a model of ${MODEL_MS} ms`,
    [
      buildStep("ask", {
        type: "prompt",
        config: { model: "stand-in", userPrompt: "About {{_record.name}}", outputVariable: "answer" },
      }),
    ],
  ],
];

/** Measures batches on one PostgreSQL by number of server processes, which all accept requests and run records. */
export async function measureWorkers(): Promise<void> {
  const postgres = await openPostgresServer({ isDurable: true, maxConnections: MAX_CONNECTIONS });
  if (!postgres) {
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): the workers are left out.");
    return;
  }
  const model = await startModelServer((_, response) => {
    setTimeout(() => streamModelResponse(response, ["Noted."]), MODEL_MS);
  });
  const rows = [
    [
      "processes",
      "flow",
      "batches of one record/s",
      "server ms each",
      "transactions each",
      "mixed batches, records/s",
      "server ms each",
      "connections idle",
      "busy",
    ],
  ];
  try {
    for (const processes of PROCESSES) {
      await withWorkers(postgres.url, processes, model.url, async (workers) => {
        const idle = String(await countConnections(workers.client));
        for (const [name, steps] of FLOWS) {
          const single = await measureBatches(
            workers,
            steps,
            Array.from({ length: BATCHES }, () => 1),
          );
          const mixed = await measureBatches(workers, steps, [...MIXED, ...MIXED, ...MIXED, ...MIXED]);
          const records = 4 * MIXED.reduce((total, count) => total + count, 0);
          rows.push([
            String(processes),
            name,
            single.perSecond.toFixed(0),
            (single.processorMs / BATCHES).toFixed(0),
            (single.transactions / BATCHES).toFixed(1),
            mixed.perSecond.toFixed(0),
            (mixed.processorMs / records).toFixed(0),
            idle,
            String(Math.max(single.connections, mixed.connections)),
          ]);
        }
      });
    }
    const title = `PostgreSQL, ${BATCHES} batches of one record and ${MIXED.length * 4} of 1 to ${RECORDS}`;
    printMarkdownTable(title, rows);
  } finally {
    model.close();
    await postgres.stop();
  }
}

async function withWorkers(
  serverUrl: string,
  processes: number,
  modelUrl: string,
  work: (workers: Workers) => Promise<void>,
): Promise<void> {
  const { url, drop } = await createTestDatabase(serverUrl);
  const env = { DATABASE_URL: url, MODEL_BASE_URL: modelUrl };
  const running: RunningServer[] = [];
  const client = new Client({ connectionString: url });
  try {
    for (let index = 0; index < processes; index += 1)
      running.push(await startBuiltServer({ build: "server", env }));
    await client.connect();
    const servers = running.map((server) => new ApiClient(server.url));
    const recordIds: string[] = [];
    for (let index = 0; index < RECORDS; index += 1) {
      const body = { type: "scale", name: `Record ${index}`, metadata: {} };
      recordIds.push((await api(servers, index).call("createRecord", { body })).id);
    }
    const workers = { pids: running.map(({ pid }) => pid), servers, client, recordIds };
    // Starts the queue of every process, before the connections of idle ones are counted.
    await measureBatches(
      workers,
      FLOWS[0]?.[1] ?? [],
      servers.map(() => 1),
    );
    await work(workers);
  } finally {
    await client.end().catch(() => undefined);
    await Promise.all(running.map((server) => server.discard()));
    await drop();
  }
}

function api(servers: readonly ApiClient[], index: number): ApiClient {
  const server = servers[index % servers.length];
  if (!server) throw new Error("There is no server.");
  return server;
}

/** Starts a batch for each number of records, on all servers in turn. Returns the records per second until all ended. */
async function measureBatches(
  { pids, servers, client, recordIds }: Workers,
  steps: readonly JsonObject[],
  counts: readonly number[],
): Promise<Throughput> {
  const { id: flowId } = await api(servers, 0).createFlow(buildFlow("Bench", [...steps]));
  const processorMs = readProcessorMs(pids);
  const transactions = await countTransactions(client);
  let next = 0;
  const start = async () => {
    while (next < counts.length) {
      const index = next;
      next += 1;
      const count = counts[index] ?? 1;
      const from = count === RECORDS ? 0 : index % (RECORDS - count);
      const body = { flowId, recordIds: recordIds.slice(from, from + count) };
      await api(servers, index).call("startBatch", { body });
    }
  };
  const starts = Promise.all(Array.from({ length: STARTS_AT_ONCE }, start));
  let connections = 0;
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    connections = Math.max(connections, await countConnections(client));
    const state = await readBatches(client, flowId);
    if (state.failed > 0) throw new Error(`${state.failed} records failed.`);
    const hasEnded = state.batches === counts.length && state.open === 0;
    if (hasEnded || performance.now() > limit) {
      await starts;
      if (!hasEnded)
        console.log(`${state.open} of ${state.batches} batches are still open after ${LIMIT_MS / 1000} s.`);
      return {
        perSecond: state.processed / state.seconds,
        connections,
        processorMs: readProcessorMs(pids) - processorMs,
        transactions: (await countTransactions(client)) - transactions,
      };
    }
    await wait(POLL_MS);
  }
}

async function readBatches(client: Client, flowId: string) {
  const { rows } = await client.query<
    Record<"batches" | "open" | "failed" | "processed" | "seconds", string>
  >(
    `SELECT count(*) AS batches, count(*) FILTER (WHERE completed_at IS NULL) AS open,
       coalesce(sum(failed_records), 0) AS failed, coalesce(sum(processed_records), 0) AS processed,
       extract(epoch FROM max(coalesce(completed_at, now())) - min(created_at)) AS seconds
     FROM batches WHERE flow_id = $1`,
    [flowId],
  );
  const [row] = rows;
  return {
    batches: Number(row?.batches),
    open: Number(row?.open),
    failed: Number(row?.failed),
    processed: Number(row?.processed),
    seconds: Number(row?.seconds),
  };
}

async function countConnections(client: Client): Promise<number> {
  const { rows } = await client.query<{ readonly count: string }>(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  return Number(rows[0]?.count);
}

/** Returns the number of committed transactions, including the few of the measurement itself. */
async function countTransactions(client: Client): Promise<number> {
  const { rows } = await client.query<{ readonly count: string }>(
    "SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(rows[0]?.count);
}

/** Reads the processor time of processes of Linux, in user and system mode together. */
function readProcessorMs(pids: readonly number[]): number {
  return pids.reduce((total, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return total + (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }, 0);
}

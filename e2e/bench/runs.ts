import { setTimeout as wait } from "node:timers/promises";
import { buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import { Api } from "#e2e/harness/api.ts";
import { type RunningServer, startServer } from "#e2e/harness/server.ts";
import { createDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { fillStore } from "./fill-store.ts";
import { formatMs, median, printTable, quantile } from "./statistics.ts";

const RECORDS = Number(process.env["RECORDS"] ?? 500);
const FEW = 50;
const LONG = 21;
const ROUNDS = 15;
const FLOWS = 100;
const IDLE_REQUESTS = 200;
/** Between two requests of the one who goes on working while a batch runs. */
const PAUSE_MS = 10;

const variable = (id: string) =>
  buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate: "{{_record.name}}" } });

/** Three steps of different kinds that give the same for the same record, without asking anybody outside. */
const threeSteps = [
  variable("greeting"),
  buildStep("count", {
    type: "transform-data",
    config: {
      script: "return { letters: greeting.length, number: _record.metadata.number * 2 }",
      outputVariable: "counted",
    },
  }),
  buildStep("write", {
    type: "template",
    config: { template: "{{ greeting | upcase }} has {{ counted.letters }} letters", outputVariable: "text" },
  }),
];
const variables = (count: number) => Array.from({ length: count }, (_, index) => variable(`v${index}`));

/**
 * How fast batches are worked off by the built server, each step's result stored: on the embedded store, and on
 * PostgreSQL (the one that `TEST_DATABASE_URL` names, else the installed one), with one server and with two. And how long
 * others wait meanwhile.
 */
export async function measure(): Promise<void> {
  const rows = [["store", "servers", "flow", "records/s", "per step"]];
  await withServers(1, {}, async (api) => {
    await measureBatches("embedded", 1, api, rows);
    await measureOthers(api);
  });
  const postgres = await openPostgresServer({ isDurable: true });
  if (!postgres)
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): that half is left out.");
  try {
    if (postgres) await measurePostgres(postgres.url, rows);
  } finally {
    await postgres?.stop();
  }
  printTable(`Batches of ${RECORDS.toLocaleString("en")} records, 4 at a time`, rows);
}

async function measurePostgres(serverUrl: string, rows: string[][]): Promise<void> {
  for (const servers of [1, 2]) {
    const { url, drop } = await createDatabase(serverUrl);
    try {
      const env = { DATABASE_URL: url };
      await withServers(servers, env, (api) => measureBatches("PostgreSQL", servers, api, rows));
    } finally {
      await drop();
    }
  }
}

async function withServers(
  count: number,
  env: Readonly<Record<string, string>>,
  work: (api: Api) => Promise<void>,
): Promise<void> {
  const running: RunningServer[] = [];
  try {
    for (let index = 0; index < count; index += 1) running.push(await startServer({ build: "server", env }));
    await work(new Api(running[0]?.url ?? ""));
  } finally {
    await Promise.all(running.map((server) => server.discard()));
  }
}

async function measureBatches(store: string, servers: number, api: Api, rows: string[][]): Promise<void> {
  const recordIds = await createRecords(api);
  // The first batch also loads the queue and starts the threads of scripts.
  await runBatch(api, threeSteps, recordIds.slice(0, FEW));
  const mixed = await runBatch(api, threeSteps, recordIds);
  const one = await runBatch(api, variables(1), recordIds);
  const many = await runBatch(api, variables(LONG), recordIds);
  const perStep = (many - one) / RECORDS / (LONG - 1);
  const add = (flow: string, ms: number, step = "") =>
    rows.push([store, String(servers), flow, (RECORDS / (ms / 1000)).toFixed(0), step]);
  add("variable, script, template", mixed);
  add("1 variable", one);
  add(`${LONG} variables`, many, formatMs(perStep));
  if (servers === 1)
    rows.push([store, "1", "one record, by dispatch", formatMs(await measureDispatch(api)), ""]);
}

/** How long a list takes that somebody reads again and again, on a server at rest and on one that works on a batch. */
async function measureOthers(api: Api): Promise<void> {
  await fillStore(api, FLOWS, (index) => buildLongFlow(`Flow ${index}`, 20));
  const recordIds = await createRecords(api);
  const rows = [["GET /v1/flows", "requests", "median", "p99", "longest"]];
  const add = (name: string, times: readonly number[]) => {
    const figures = [0.5, 0.99, 1].map((share) => formatMs(quantile(times, share)));
    rows.push([name, String(times.length), ...figures]);
  };
  let left = IDLE_REQUESTS;
  add("at rest", await readLists(api, () => (left -= 1) >= 0));
  let isRunning = true;
  const batch = runBatch(api, threeSteps, recordIds).finally(() => (isRunning = false));
  add("while a batch runs", await readLists(api, () => isRunning));
  await batch;
  printTable(`One reader of ${FLOWS} flows on the embedded store, ${PAUSE_MS} ms after each answer`, rows);
}

async function readLists(api: Api, mayGoOn: () => boolean): Promise<readonly number[]> {
  const times: number[] = [];
  while (mayGoOn()) {
    const started = performance.now();
    await api.call("listFlows");
    times.push(performance.now() - started);
    await wait(PAUSE_MS);
  }
  return times;
}

async function createRecords(api: Api): Promise<readonly string[]> {
  const type = `bench ${Date.now()}`;
  const ids: string[] = [];
  for (let start = 0; start < RECORDS; start += FEW) {
    const slice = Array.from({ length: Math.min(FEW, RECORDS - start) }, (_, index) => start + index);
    const made = await Promise.all(
      slice.map((number) => {
        const body = { type, name: `${type} ${number}`, metadata: { number } };
        return api.call("createRecord", { body });
      }),
    );
    ids.push(...made.map(({ id }) => id));
  }
  return ids;
}

/** Milliseconds from the first record to the last. */
async function runBatch(
  api: Api,
  steps: readonly JsonObject[],
  recordIds: readonly string[],
): Promise<number> {
  const flow = await api.createFlow(buildFlow("Bench", [...steps]));
  const body = { flowId: flow.id, recordIds: [...recordIds], options: { recordConcurrency: 4 } };
  const { batchExecutionId } = await api.call("startBatch", { body });
  for (;;) {
    const state = await api.call("getBatch", { params: { id: batchExecutionId } });
    if (state.completedAt && state.startedAt) {
      if (state.failedRecords > 0) throw new Error(`${state.failedRecords} records failed`);
      return Date.parse(state.completedAt) - Date.parse(state.startedAt);
    }
    await wait(250);
  }
}

/** Median milliseconds from a request to the whole answer. */
async function measureDispatch(api: Api): Promise<number> {
  const flow = buildFlow("Bench", [...threeSteps]);
  const body = {
    flow: { name: "Bench", steps: flow.flowSteps },
    record: { name: "Bench", type: "bench", metadata: { number: 1 } },
  };
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    await api.call("dispatch", { body });
    times.push(performance.now() - started);
  }
  return median(times);
}

import { setTimeout as wait } from "node:timers/promises";
import { buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { type RunningServer, startBuiltServer } from "#e2e/harness/server.ts";
import { createTestDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { saveFigures } from "./figures.ts";
import { createFlowsUntilCount, runBatchToCompletion } from "./fill-store.ts";
import { formatMilliseconds, computeMedian, printAlignedTextTable, computeQuantile } from "./statistics.ts";

const RECORDS = Number(process.env["RECORDS"] ?? 500);
const CHUNK_SIZE = 50;
const STEPS_OF_LONG_FLOW = 21;
const ROUNDS = 15;
const FLOWS = 100;
const IDLE_REQUESTS = 200;
/** Milliseconds between two requests of a simulated user while a batch runs. */
const PAUSE_MS = 10;

const variable = (id: string) =>
  buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate: "{{_record.name}}" } });

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
/** A flow whose runs save checkpoints: before and after the write. */
const writing = [
  variable("greeting"),
  buildStep("write", {
    type: "upsert-record",
    config: { recordType: "bench result", recordName: "{{greeting}}", sourceVariable: { done: true } },
  }),
  variable("after"),
];
const variables = (count: number) => Array.from({ length: count }, (_, index) => variable(`v${index}`));

/**
 * Measures batches on the embedded store, on PostgreSQL with one server, and on PostgreSQL with two servers. Also
 * measures the response times of other requests while a batch runs.
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
  printAlignedTextTable(`Batches of ${RECORDS.toLocaleString("en")} records, 4 at a time`, rows);
}

async function measurePostgres(serverUrl: string, rows: string[][]): Promise<void> {
  for (const servers of [1, 2]) {
    const { url, drop } = await createTestDatabase(serverUrl);
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
  work: (api: ApiClient) => Promise<void>,
): Promise<void> {
  const running: RunningServer[] = [];
  try {
    for (let index = 0; index < count; index += 1)
      running.push(await startBuiltServer({ build: "server", env }));
    await work(new ApiClient(running[0]?.url ?? ""));
  } finally {
    await Promise.all(running.map((server) => server.discard()));
  }
}

async function measureBatches(
  store: string,
  servers: number,
  api: ApiClient,
  rows: string[][],
): Promise<void> {
  const recordIds = await createRecords(api);
  // Runs a batch without measuring it, because the first batch also loads the job queue and starts the script threads.
  await runBatch(api, threeSteps, recordIds.slice(0, CHUNK_SIZE));
  const mixed = await runBatch(api, threeSteps, recordIds);
  const written = await runBatch(api, writing, recordIds);
  const one = await runBatch(api, variables(1), recordIds);
  const many = await runBatch(api, variables(STEPS_OF_LONG_FLOW), recordIds);
  const perStep = (many - one) / RECORDS / (STEPS_OF_LONG_FLOW - 1);
  const add = (flow: string, ms: number, step = "") =>
    rows.push([store, String(servers), flow, (RECORDS / (ms / 1000)).toFixed(0), step]);
  add("variable, script, template", mixed);
  add("variable, write of a record, variable", written);
  add("1 variable", one);
  add(`${STEPS_OF_LONG_FLOW} variables`, many, formatMilliseconds(perStep));
  if (servers > 1) return;
  const dispatch = await measureDispatch(api);
  rows.push([store, "1", "one record, by dispatch", formatMilliseconds(dispatch), ""]);
  const recordsPerSecond = RECORDS / (mixed / 1000);
  await saveFigures(
    store === "embedded"
      ? { "runs-embedded": recordsPerSecond, dispatch }
      : { "runs-postgres": recordsPerSecond },
  );
}

async function measureOthers(api: ApiClient): Promise<void> {
  await createFlowsUntilCount(api, FLOWS, (index) => buildLongFlow(`Flow ${index}`, 20));
  const recordIds = await createRecords(api);
  const rows = [["GET /v1/flows", "requests", "median", "p99", "longest"]];
  const add = (name: string, times: readonly number[]) => {
    const figures = [0.5, 0.99, 1].map((share) => formatMilliseconds(computeQuantile(times, share)));
    rows.push([name, String(times.length), ...figures]);
  };
  let left = IDLE_REQUESTS;
  add("at rest", await readLists(api, () => (left -= 1) >= 0));
  let isRunning = true;
  const batch = runBatch(api, threeSteps, recordIds).finally(() => (isRunning = false));
  add("while a batch runs", await readLists(api, () => isRunning));
  await batch;
  printAlignedTextTable(
    `One reader of ${FLOWS} flows on the embedded store, ${PAUSE_MS} ms after each answer`,
    rows,
  );
}

async function readLists(api: ApiClient, mayGoOn: () => boolean): Promise<readonly number[]> {
  const times: number[] = [];
  while (mayGoOn()) {
    const started = performance.now();
    await api.call("listFlows");
    times.push(performance.now() - started);
    await wait(PAUSE_MS);
  }
  return times;
}

async function createRecords(api: ApiClient): Promise<readonly string[]> {
  const type = `bench ${Date.now()}`;
  const ids: string[] = [];
  for (let start = 0; start < RECORDS; start += CHUNK_SIZE) {
    const slice = Array.from({ length: Math.min(CHUNK_SIZE, RECORDS - start) }, (_, index) => start + index);
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

/** Runs the steps on the records. Returns the milliseconds from the start of the batch to its completion. */
async function runBatch(
  api: ApiClient,
  steps: readonly JsonObject[],
  recordIds: readonly string[],
): Promise<number> {
  const flow = await api.createFlow(buildFlow("Bench", [...steps]));
  return runBatchToCompletion(api, flow.id, recordIds);
}

/** Returns the median milliseconds from sending a dispatch request to the end of its response. */
async function measureDispatch(api: ApiClient): Promise<number> {
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
  return computeMedian(times);
}

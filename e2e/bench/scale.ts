import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { type RunningServer, startBuiltServer } from "#e2e/harness/server.ts";
import { COPIES_PER_RUN, copyFlow } from "#server/testing/copy-flow.ts";
import { createTestDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { saveFigures } from "./figures.ts";
import { runBatchToCompletion } from "./fill-store.ts";
import { computeMedian, printAlignedTextTable } from "./statistics.ts";

/** Numbers of flows, the smallest first. */
const SIZES = (process.env["SIZES"] ?? "1000,10000,100000").split(",").map(Number);
const STORES = (process.env["STORES"] ?? "embedded,postgres").split(",");
const ROUNDS = Number(process.env["ROUNDS"] ?? 300);
/** Rounds before the measurement, so that caches and the compiler are warm. */
const WARM_UP_ROUNDS = Math.ceil(ROUNDS / 10);

const STEPS = 20;
/** Records of each run: with runs of every tenth flow, there are ten times as many step results as flows. */
const RECORDS_PER_RUN = 5;

interface FilledStore {
  readonly server: RunningServer;
  readonly flows: number;
  /**
   * Ids of the original's run and its first record. The runs of copies append `_` and the copy's number to
   * `batchId`.
   */
  readonly batchId: string;
  readonly recordId: string;
}

interface ScaleRequest {
  readonly name: string;
  readonly method?: "PUT";
  readonly path: (store: FilledStore, copy: number) => string;
  readonly body?: (round: number) => unknown;
}

const lastRun = (copy: number) => Math.max(COPIES_PER_RUN, copy - (copy % COPIES_PER_RUN));

const REQUESTS: readonly ScaleRequest[] = [
  { name: "list, 50 flows", path: () => "/v1/flows?limit=50" },
  { name: "list by name", path: () => "/v1/flows?limit=50&sort=name" },
  { name: "search, in all names", path: () => "/v1/flows?search=report" },
  { name: "search, one flow", path: (_, copy) => `/v1/flows?search=number${copy}z` },
  { name: "one", path: (_, copy) => `/v1/flows/flow_${copy}` },
  {
    name: "put, a name",
    method: "PUT",
    path: (_, copy) => `/v1/flows/flow_${copy}`,
    body: (round) => ({ name: `Renamed ${round} weekly report` }),
  },
  { name: "versions", path: (_, copy) => `/v1/flow-versions/flow_${copy}` },
  {
    name: "results of a flow, 50",
    path: (_, copy) => `/v1/flows/flow_${lastRun(copy)}/step-results?limit=50`,
  },
  {
    name: "results of an execution",
    path: ({ batchId, recordId }, copy) => `/v1/batch/${batchId}_${lastRun(copy)}/records/${recordId}/steps`,
  },
  {
    name: "results of a record, 50",
    path: ({ recordId }) => `/v1/records/${recordId}/step-results?limit=50`,
  },
  { name: "runs of all flows, 50", path: () => "/local/batches?limit=50" },
  { name: "failed runs of all flows", path: () => "/local/batches?outcome=failed&limit=50" },
  { name: "runs of a flow", path: (_, copy) => `/local/batches?flowId=flow_${lastRun(copy)}` },
  {
    name: "health of a flow",
    path: (_, copy) => `/local/flows/flow_${lastRun(copy)}/health?days=30`,
  },
  {
    name: "records of a run",
    path: ({ batchId }, copy) => `/local/batches/${batchId}_${lastRun(copy)}/records`,
  },
  { name: "summary of runs", path: () => "/v1/batch/summary" },
];

/** Measures each request to stores with few and with many flows in turns, one request at a time. */
export async function measure(): Promise<void> {
  if (STORES.includes("embedded")) {
    const embedded = await measureStore("embedded store", fillEmbedded);
    await saveFigures({ "scale-reads-ratio": computeSlowestRatio(embedded) });
  }
  if (!STORES.includes("postgres")) return;
  const postgres = await openPostgresServer({ isDurable: true });
  if (!postgres) {
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): that half is left out.");
    return;
  }
  try {
    const times = await measureStore("PostgreSQL", (flows, closers) =>
      fillDatabase(postgres.url, flows, closers),
    );
    await saveFigures({ "scale-reads-postgres-ratio": computeSlowestRatio(times) });
  } finally {
    await postgres.stop();
  }
}

/** Returns the largest ratio of a request's median with the most flows to that with the fewest. */
function computeSlowestRatio(times: readonly number[][][]): number {
  return Math.max(...times.map((each) => computeMedian(each.at(-1) ?? []) / computeMedian(each[0] ?? [])));
}

type Closers = (() => Promise<void>)[];

async function measureStore(
  name: string,
  fill: (flows: number, closers: Closers) => Promise<FilledStore>,
): Promise<readonly number[][][]> {
  const closers: Closers = [];
  try {
    const stores: FilledStore[] = [];
    for (const flows of SIZES) {
      const begun = performance.now();
      stores.push(await fill(flows, closers));
      const seconds = Math.round((performance.now() - begun) / 1000);
      const steps = (flows / COPIES_PER_RUN) * RECORDS_PER_RUN * STEPS;
      console.log(`${name}: ${format(flows)} flows and ${format(steps)} step results filled in ${seconds} s`);
    }
    const times = await measureRounds(stores);
    printTable(name, times);
    return times;
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function fillEmbedded(flows: number, closers: Closers): Promise<FilledStore> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-scale-"));
  const original = await createOriginal({ dataDirectory });
  await copyFlow({ directory: dataDirectory }, original.flowId, flows);
  const server = await startBuiltServer({ build: "server", dataDirectory });
  closers.push(() => server.discard());
  return { ...original, server, flows };
}

async function fillDatabase(serverUrl: string, flows: number, closers: Closers): Promise<FilledStore> {
  const { url, drop } = await createTestDatabase(serverUrl);
  closers.push(drop);
  const env = { DATABASE_URL: url };
  const original = await createOriginal({ env });
  await copyFlow({ databaseUrl: url }, original.flowId, flows);
  const server = await startBuiltServer({ build: "server", env });
  closers.push(() => server.discard());
  return { ...original, server, flows };
}

/**
 * Creates and runs the flow to copy through a server, so that the copied rows are like those a server writes.
 */
async function createOriginal(options: Parameters<typeof startBuiltServer>[0]) {
  const server = await startBuiltServer({ build: "server", ...options });
  try {
    const api = new ApiClient(server.url);
    const records = await Promise.all(
      Array.from({ length: RECORDS_PER_RUN }, (_, index) =>
        api.call("createRecord", { body: { type: "scale", name: `Record ${index}`, metadata: { index } } }),
      ),
    );
    const recordIds = records.map(({ id }) => id);
    const flow = await api.createFlow(buildFlow("Flow numbercopynumberz weekly report", buildSteps()));
    await api.publishFlow(flow.id);
    await api.updateFlow(flow.id, { name: "Flow numbercopynumberz of the weekly report" });
    await runBatchToCompletion(api, flow.id, recordIds);
    const { data } = await api.call("listBatches", { query: { flowId: flow.id } });
    return { flowId: flow.id, batchId: data[0]?.batchExecutionId ?? "", recordId: recordIds[0] ?? "" };
  } finally {
    await server.stop();
  }
}

function buildSteps() {
  return Array.from({ length: STEPS }, (_, index) => {
    const text = `{{_record.name}} after {{out_${index}}}`.slice(0, index === 0 ? 16 : undefined);
    const name = `out_${index + 1}`;
    return index % 2 === 0
      ? buildStep(`step-${index + 1}`, {
          type: "set-variable",
          config: { variableName: name, valueTemplate: text },
        })
      : buildStep(`step-${index + 1}`, {
          type: "template",
          config: { template: `${text}, once more`, outputVariable: name },
        });
  });
}

/** Returns the milliseconds of each request, by request and store. */
async function measureRounds(stores: readonly FilledStore[]): Promise<readonly number[][][]> {
  const times = REQUESTS.map(() => stores.map((): number[] => []));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const [index, { name, method = "GET", path, body }] of REQUESTS.entries()) {
      for (const [size, store] of stores.entries()) {
        const copy = 1 + Math.floor(Math.random() * store.flows);
        const started = performance.now();
        const response = await fetch(store.server.url + path(store, copy), {
          method,
          ...(body && { body: JSON.stringify(body(round)) }),
        });
        const text = await response.text();
        if (round >= 0) times[index]?.[size]?.push(performance.now() - started);
        if (!response.ok) throw new Error(`${name} answered ${response.status}: ${text}`);
      }
    }
  }
  return times;
}

function printTable(store: string, times: readonly number[][][]): void {
  const title = `${store}, milliseconds of one request at a time, ${ROUNDS} rounds with a write in each`;
  const rows = REQUESTS.map(({ name }, index) => {
    const medians = (times[index] ?? []).map(computeMedian);
    const ratio = (medians.at(-1) ?? Number.NaN) / (medians[0] ?? Number.NaN);
    return [name, ...medians.map((ms) => ms.toFixed(1)), ratio.toFixed(2)];
  });
  const heads = SIZES.map((flows) => `${format(flows)} flows: p50`);
  printAlignedTextTable(title, [["request", ...heads, "ratio"], ...rows]);
}

const format = (count: number) => count.toLocaleString("en");

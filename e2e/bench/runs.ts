import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { createTestDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { saveFigures } from "./figures.ts";
import { runBatchToCompletion } from "./fill-store.ts";
import { computeMedian, formatMilliseconds, printAlignedTextTable } from "./statistics.ts";

const RECORDS = Number(process.env["RECORDS"] ?? 500);
const CHUNK_SIZE = 50;
const ROUNDS = 15;

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
/** Measures batches and single records on the embedded store and on PostgreSQL. */
export async function measure(): Promise<void> {
  const rows = [["store", "records of a batch/s", "one record, by dispatch"]];
  await measureStore("embedded", {}, rows);
  const postgres = await openPostgresServer({ isDurable: true });
  if (!postgres)
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): that half is left out.");
  try {
    if (postgres) await measurePostgres(postgres.url, rows);
  } finally {
    await postgres?.stop();
  }
  const title = `Batches of ${RECORDS.toLocaleString("en")} records, 4 at a time: variable, script, template`;
  printAlignedTextTable(title, rows);
}

async function measurePostgres(serverUrl: string, rows: string[][]): Promise<void> {
  const { url, drop } = await createTestDatabase(serverUrl);
  try {
    await measureStore("PostgreSQL", { DATABASE_URL: url }, rows);
  } finally {
    await drop();
  }
}

async function measureStore(
  store: "embedded" | "PostgreSQL",
  env: Readonly<Record<string, string>>,
  rows: string[][],
): Promise<void> {
  const server = await startBuiltServer({ build: "server", env });
  try {
    const api = new ApiClient(server.url);
    const recordIds = await createRecords(api);
    const flow = await api.createFlow(buildFlow("Bench", threeSteps));
    // Runs a batch without measuring it, because the first batch also loads the job queue and starts the script threads.
    await runBatchToCompletion(api, flow.id, recordIds.slice(0, CHUNK_SIZE));
    const perSecond = RECORDS / ((await runBatchToCompletion(api, flow.id, recordIds)) / 1000);
    const dispatch = await measureDispatch(api);
    rows.push([store, perSecond.toFixed(0), formatMilliseconds(dispatch)]);
    await saveFigures(
      store === "embedded" ? { "runs-embedded": perSecond, dispatch } : { "runs-postgres": perSecond },
    );
  } finally {
    await server.discard();
  }
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

/** Returns the median milliseconds from sending a dispatch request to the end of its response. */
async function measureDispatch(api: ApiClient): Promise<number> {
  const flow = buildFlow("Bench", threeSteps);
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

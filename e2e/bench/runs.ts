import { setTimeout as wait } from "node:timers/promises";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import { Api } from "#e2e/harness/api.ts";
import { startServer } from "#e2e/harness/server.ts";
import { formatMs, median, printTable } from "./statistics.ts";

const RECORDS = Number(process.env["RECORDS"] ?? 1_000);
const LONG = 41;
const ROUNDS = 15;

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
 * How fast batches are worked off by the built server, each step's result stored: on the embedded store, and on the
 * PostgreSQL that `TEST_DATABASE_URL` names, with one server and with two.
 */
export async function measure(): Promise<void> {
  const rows = [["store", "servers", "flow", "records/s", "per step"]];
  const databaseUrl = process.env["TEST_DATABASE_URL"];
  await measureStore("embedded", {}, 1, rows);
  if (databaseUrl === undefined || databaseUrl === "") {
    console.log("TEST_DATABASE_URL names no PostgreSQL: that half is left out.");
  } else {
    await measureStore("PostgreSQL", { DATABASE_URL: databaseUrl }, 1, rows);
    await measureStore("PostgreSQL", { DATABASE_URL: databaseUrl }, 2, rows);
  }
  printTable(`Batches of ${RECORDS.toLocaleString("en")} records, 4 at a time`, rows);
}

async function measureStore(
  name: string,
  env: Readonly<Record<string, string>>,
  servers: number,
  rows: string[][],
): Promise<void> {
  const running = [];
  for (let index = 0; index < servers; index += 1) running.push(await startServer({ build: "server", env }));
  const api = new Api(running[0]?.url ?? "");
  try {
    const type = `bench ${Date.now()}`;
    const recordIds = await createRecords(api, type);
    const run = (steps: readonly JsonObject[]) => runBatch(api, steps, recordIds);
    // The first batch also loads the queue and starts the threads of scripts.
    await run(threeSteps.slice(0, 1));
    const mixed = await run(threeSteps);
    const one = await run(variables(1));
    const many = await run(variables(LONG));
    const perStep = (many - one) / RECORDS / (LONG - 1);
    const perSecond = (ms: number) => (RECORDS / (ms / 1000)).toFixed(0);
    rows.push([name, String(servers), "variable, script, template", perSecond(mixed), ""]);
    rows.push([name, String(servers), "1 variable", perSecond(one), ""]);
    rows.push([name, String(servers), `${LONG} variables`, perSecond(many), formatMs(perStep)]);
    if (servers === 1)
      rows.push([name, "1", "one record, by dispatch", formatMs(await measureDispatch(api)), ""]);
  } finally {
    await Promise.all(running.map((server) => server.discard()));
  }
}

async function createRecords(api: Api, type: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let start = 0; start < RECORDS; start += 50) {
    const slice = Array.from({ length: Math.min(50, RECORDS - start) }, (_, index) => start + index);
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

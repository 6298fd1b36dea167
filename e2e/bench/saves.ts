import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject } from "#core/json/json.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { startBareSaveServer } from "#server/testing/bare-save-server.ts";
import { createTestDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { saveFigures } from "./figures.ts";
import { buildMixedFlow } from "./mixed-flow.ts";
import { computeMedian, computeQuantile, printAlignedTextTable } from "./statistics.ts";

const SIZES = [50, 500, 1_000];
const ROUNDS = Number(process.env["ROUNDS"] ?? 40);
const WARM_UP_ROUNDS = 15;
const SAVES_IN_A_ROW = 20;
const WRITERS = 8;

/**
 * Measures saves of one changed step on both stores, beside the same save of the bare server (`startBareSaveServer`), in
 * turns, one request at a time. Then a rename, twenty saves in a row, and eight writers of a flow each.
 */
export async function measure(): Promise<void> {
  const rows = [
    [
      "store",
      "steps",
      "save: p50",
      "p95",
      "bare: p50",
      "p95",
      "ratio",
      "rename",
      "20 in a row",
      "8 writers, each",
    ],
  ];
  await measureEmbedded(rows);
  const postgres = await openPostgresServer({ isDurable: true });
  if (!postgres)
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): that half is left out.");
  try {
    if (postgres) await measurePostgres(postgres.url, rows);
  } finally {
    await postgres?.stop();
  }
  printAlignedTextTable("Saves of one changed step, ms", rows);
}

async function measureEmbedded(rows: string[][]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "flowline-bare-"));
  try {
    await measureStore("embedded", { env: {}, barePlace: directory }, rows);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measurePostgres(serverUrl: string, rows: string[][]): Promise<void> {
  const [own, bare] = [await createTestDatabase(serverUrl), await createTestDatabase(serverUrl)];
  try {
    await measureStore("PostgreSQL", { env: { DATABASE_URL: own.url }, barePlace: bare.url }, rows);
  } finally {
    await own.drop();
    await bare.drop();
  }
}

interface StorePlaces {
  readonly env: Readonly<Record<string, string>>;
  readonly barePlace: string;
}

async function measureStore(
  store: "embedded" | "PostgreSQL",
  { env, barePlace }: StorePlaces,
  rows: string[][],
): Promise<void> {
  const server = await startBuiltServer({ build: "server", env });
  const bare = await startBareSaveServer(barePlace);
  try {
    for (const steps of SIZES) {
      const times = await measureSize({ url: server.url, bareUrl: bare.url }, steps);
      const { saves, bareSaves, renames, inARow, together } = times;
      const ratio = computeMedian(saves) / computeMedian(bareSaves);
      rows.push([
        store,
        steps.toLocaleString("en"),
        ...[saves, bareSaves].flatMap((each) => [format(each, 0.5), format(each, 0.95)]),
        ratio.toFixed(2),
        format(renames, 0.5),
        ...[inARow, together].map((each) => format(each, 0.5)),
      ]);
      const name = store === "embedded" ? "save" : "save-postgres";
      await saveFigures({ [`${name}-${steps}`]: computeMedian(saves) });
      if (steps === SIZES.at(-1)) await saveFigures({ [`${name}-ratio`]: ratio });
    }
  } finally {
    await server.discard();
    await bare.stop();
  }
}

interface Urls {
  readonly url: string;
  readonly bareUrl: string;
}

async function measureSize({ url, bareUrl }: Urls, steps: number) {
  const flow = buildMixedFlow("Flow", steps);
  const create = async (address: string) => {
    const { id } = JSON.parse(await send("POST", address, flow)) as { readonly id: string };
    return id;
  };
  const path = `${url}/v1/flows/${await create(`${url}/v1/flows`)}`;
  const barePath = `${bareUrl}/${steps}`;
  await send("POST", barePath, flow);
  const saves: number[] = [];
  const bareSaves: number[] = [];
  const renames: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const body = { flowSteps: changeOneStep(flow.flowSteps, round) };
    const times = [
      await time(() => send("PUT", path, body)),
      await time(() => send("PUT", barePath, body)),
      await time(() => send("PUT", path, { name: `Renamed ${round}` })),
    ];
    if (round < 0) continue;
    for (const [index, list] of [saves, bareSaves, renames].entries()) list.push(times[index] ?? Number.NaN);
  }
  const inARow: number[] = [];
  for (let round = 0; round < SAVES_IN_A_ROW; round += 1)
    inARow.push(await time(() => send("PUT", path, { flowSteps: changeOneStep(flow.flowSteps, round) })));
  const ids: string[] = [];
  for (let writer = 0; writer < WRITERS; writer += 1) ids.push(await create(`${url}/v1/flows`));
  const together: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const body = { flowSteps: changeOneStep(flow.flowSteps, round) };
    const took = await time(() => Promise.all(ids.map((id) => send("PUT", `${url}/v1/flows/${id}`, body))));
    together.push(took / WRITERS);
  }
  return { saves, bareSaves, renames, inARow, together };
}

/** Changes the text of one step in the middle, as an edit does. */
function changeOneStep(steps: readonly object[], round: number) {
  const middle = Math.floor(steps.length / 2);
  return steps.map((step, index) => {
    if (index !== middle) return step;
    const config = "config" in step && isJsonObject(step.config) ? step.config : {};
    return {
      ...step,
      name: `Step changed ${round}`,
      config: { ...config, note: `Changed {{result_${round}}}` },
    };
  });
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function send(method: "POST" | "PUT", url: string, body: object): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return text;
}

const format = (values: readonly number[], share: number) => computeQuantile(values, share).toFixed(1);

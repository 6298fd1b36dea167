import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { type RunningServer, startBuiltServer } from "#e2e/harness/server.ts";
import { fillFlows } from "#server/testing/fill-flows.ts";
import { createTestDatabase, openPostgresServer } from "#server/testing/postgres-server.ts";
import { measureHttpLoad } from "./load.ts";
import { printAlignedTextTable } from "./statistics.ts";

/** Numbers of flows, the smallest first. */
const SIZES = (process.env["SIZES"] ?? "1000,10000").split(",").map(Number);
const LOAD = { connections: 8, warmUpMs: 200, runMs: Number(process.env["RUN_MS"] ?? 500) };
/** Each search runs this many times on each store, in turns, so that other programs slow all of them down alike. */
const ROUNDS = 3;

const FLOW = {
  name: "Flow copynumber xcopynumberz weekly report",
  flowSteps: buildLongFlow("", 1).flowSteps,
};

/** `#` becomes a number that a flow of each store has. Searches for a rare word find one flow, but for the first. */
const SEARCHES: readonly (readonly [name: string, text: string])[] = [
  ["no search", ""],
  ["a word of every flow", "report"],
  ["frequent and the beginning of a rare word", "Flow # "],
  ["a rare word", "x#z"],
  ["frequent and rare", "Flow # x"],
  ["rare and frequent", "x#z weekly"],
  ["two rare", "# x#z"],
  ["frequent, but not in this order", "report weekly"],
  ["no match", "#y"],
  ["a letter of every flow", "e"],
  ["a letter of no flow", "q"],
  ["two letters of every flow", "fl"],
  ["two letters of no flow", "zq"],
];

/** Measures searches in names while eight clients send them, each with a text that no answer in memory has. */
export async function measure(): Promise<void> {
  await measureStore("embedded store", startEmbedded);
  const postgres = await openPostgresServer({ isDurable: true });
  if (!postgres) {
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): that half is left out.");
    return;
  }
  try {
    await measureStore("PostgreSQL", (flows, closers) => startWithDatabase(postgres.url, flows, closers));
  } finally {
    await postgres.stop();
  }
}

type Closers = (() => Promise<void>)[];

async function startEmbedded(flows: number, closers: Closers): Promise<RunningServer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-names-"));
  await (await startBuiltServer({ build: "server", dataDirectory })).stop();
  await fillFlows({ directory: dataDirectory }, flows, FLOW);
  const server = await startBuiltServer({ build: "server", dataDirectory });
  closers.push(() => server.discard());
  return server;
}

async function startWithDatabase(serverUrl: string, flows: number, closers: Closers): Promise<RunningServer> {
  const { url, drop } = await createTestDatabase(serverUrl);
  closers.push(drop);
  await fillFlows({ databaseUrl: url }, flows, FLOW);
  const server = await startBuiltServer({ build: "server", env: { DATABASE_URL: url } });
  closers.push(() => server.discard());
  return server;
}

async function measureStore(
  store: string,
  start: (flows: number, closers: Closers) => Promise<RunningServer>,
): Promise<void> {
  const closers: Closers = [];
  try {
    const servers: RunningServer[] = [];
    for (const flows of SIZES) servers.push(await start(flows, closers));
    await measureSearches(store, servers);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function measureSearches(store: string, servers: readonly RunningServer[]): Promise<void> {
  const heads = SIZES.map((flows) => flows.toLocaleString("en"));
  const rows = [["search", ...heads, "largest ratio"]];
  let sent = 0;
  for (const [name, text] of SEARCHES) {
    const results = servers.map(() => ({ median: Infinity, p95: Infinity }));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { url }] of servers.entries()) {
        const next = () => ({
          url: `${url}/v1/flows?limit=20&includeCount=true${buildParam(text, (sent += 1))}`,
        });
        const { median, p95 } = await measureHttpLoad(next, LOAD);
        const best = results[index];
        if (best) results[index] = { median: Math.min(best.median, median), p95: Math.min(best.p95, p95) };
      }
    }
    const ratio = Math.max(...results.map(({ median }) => median / (results[0]?.median ?? median)));
    const times = results.map(({ median, p95 }) => `${median.toFixed(1)} / ${p95.toFixed(1)}`);
    rows.push([name, ...times, ratio.toFixed(2)]);
  }
  const title = `Search in names, ${store}, by the number of flows: milliseconds, median / p95`;
  printAlignedTextTable(`${title}, ${LOAD.connections} connections`, rows);
}

/** Writes the search in another way for each request: with another number, in other cases, with other spaces around it. */
function buildParam(text: string, sent: number): string {
  if (text === "") return "";
  const search = text.replaceAll("#", String(100 + ((sent * 37) % 900)));
  const cased = Array.from(search, (character, index) =>
    (sent >> (index % 16)) % 2 === 1 ? character.toUpperCase() : character.toLowerCase(),
  ).join("");
  const spaces = [sent % 61, Math.floor(sent / 61) % 61].map((count) => " ".repeat(count));
  return `&search=${encodeURIComponent(spaces.join(cased))}`;
}

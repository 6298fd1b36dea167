import { join } from "node:path";
import { type RunChaosRound, playRunChaosRound } from "#server/testing/run-chaos.ts";
import { openPostgresServer } from "#server/testing/postgres-server.ts";
import { saveFigures } from "./figures.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 100);
const EMBEDDED_ROUNDS = Number(process.env["EMBEDDED_ROUNDS"] ?? Math.ceil(ROUNDS / 2));
/** Seed of the first round of each store; the others follow. */
const SEED = Number(process.env["SEED"] ?? 1);
/** Concurrent rounds. A round mostly waits until other servers may take over the work of a killed server. */
const AT_ONCE = Number(process.env["AT_ONCE"] ?? 3);

/** Kills servers while batches run, on PostgreSQL with three servers and on the embedded store with one. */
export async function measure(): Promise<void> {
  const main = join(process.cwd(), "dist", "server", "main.js");
  const postgres = await openPostgresServer({ isDurable: true, maxConnections: 400 });
  if (!postgres)
    console.log("No PostgreSQL found (TEST_DATABASE_URL, /usr/lib/postgresql): that half is left out.");
  try {
    const rounds = postgres ? await runRounds("PostgreSQL", main, postgres.url, ROUNDS) : [];
    const embedded = await runRounds("embedded", main, undefined, EMBEDDED_ROUNDS);
    const failed = [...rounds, ...embedded].filter(({ findings }) => findings.length > 0).length;
    console.log(`\n${rounds.length + embedded.length} rounds, ${failed} with a broken promise`);
    await saveFigures({ "run-chaos-findings": failed });
    if (failed > 0) process.exitCode = 1;
  } finally {
    await postgres?.stop();
  }
}

async function runRounds(
  store: string,
  main: string,
  postgresUrl: string | undefined,
  count: number,
): Promise<readonly RunChaosRound[]> {
  const rounds: RunChaosRound[] = [];
  let next = SEED;
  const work = async () => {
    while (next < SEED + count) {
      const seed = next;
      next += 1;
      const round = await playRunChaosRound({ main, postgresUrl, seed });
      rounds.push(round);
      printRound(store, round);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return rounds;
}

function printRound(store: string, round: RunChaosRound): void {
  const { seed, batches, records, kills, counts, seconds, findings } = round;
  const repeats = counts.repeatsOfLastStep + counts.repeatsOfEarlierSteps;
  console.log(
    `${store} SEED=${seed}: ${batches} batches, ${records} records, ${kills.join(", ")}: ` +
      `${counts.effects} effects, ${repeats} repeated, ${seconds.toFixed(1)} s, ${findings.length} findings`,
  );
  for (const finding of findings) console.log(`  ${finding}`);
}

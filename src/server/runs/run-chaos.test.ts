import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playRunChaosRound } from "#server/testing/run-chaos.ts";
import { buildTestServer } from "#server/testing/server-process.ts";
import { getTestPostgresUrl } from "#server/testing/test-stores.ts";

const ROUNDS = 3;

/**
 * Seed of the first round: `SEED=7` repeats rounds 7 to 9. `npm run bench:run-chaos` runs a hundred rounds.
 */
const SEED = Number(process.env["SEED"] ?? 1001);

describe.concurrent("servers that are killed while batches run", { tags: ["full"] }, () => {
  let main: string;
  beforeAll(async () => {
    main = await buildTestServer();
  });
  afterAll(() => rmSync(dirname(main), { recursive: true, force: true }));

  const runRounds = async (postgresUrl: string | undefined) => {
    const findings: string[] = [];
    for (let seed = SEED; seed < SEED + ROUNDS; seed += 1) {
      const round = await playRunChaosRound({ main, postgresUrl, seed });
      findings.push(...round.findings.map((finding) => `SEED=${seed}: ${finding}`));
    }
    expect(findings).toEqual([]);
  };

  it("each record ends once, with all of its results and effects (embedded)", { timeout: 600_000 }, () =>
    runRounds(undefined),
  );

  const postgres = getTestPostgresUrl();
  it.skipIf(postgres === undefined)(
    "each record ends once, with all of its results and effects, on three servers (PostgreSQL)",
    { timeout: 900_000 },
    () => runRounds(postgres),
  );
});

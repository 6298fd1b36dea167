import { beforeAll, expect, test } from "vitest";
import { loadMergeDocumentsModule } from "#client/document/remote/merge-newest-version.ts";
import { ConcurrentEditSimulation } from "#client/document/testing/concurrent-edit-simulation.ts";

// Three users with two tabs each edit one flow over a network that loses, delays, rejects and reorders
// requests, in tabs that crash. No edit may disappear without a user seeing it, and the displayed save state
// must be correct.

/**
 * Number of random sessions: 200 by default, 2,500 in `npm run test:full`. The variable SESSIONS overrides both; `npm
 * run bench:chaos` sets it to 10,000.
 */
const SEEDS = Number(process.env["SESSIONS"] ?? (process.env["FULL_RUN"] === undefined ? 200 : 2500));

async function flush(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

beforeAll(async () => {
  await loadMergeDocumentsModule();
});

test(`no edit is lost silently and only correct save states are shown in ${SEEDS} sessions of three users with two tabs each`, async () => {
  const shown = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const session = new ConcurrentEditSimulation(seed, flush);
    await session.run().catch((error: unknown) => {
      throw new Error(`Session ${seed}: ${String(error)}\n${session.log.join("\n")}`, { cause: error });
    });
    for (const text of session.shown) shown.set(text, (shown.get(text) ?? 0) + 1);
  }
  // Checks that the sessions covered each of these states.
  for (const text of [
    ..."Saved Saving… conflict merge".split(" "),
    "Changed elsewhere",
    "Offline — kept in this tab",
  ])
    expect(shown.get(text) ?? 0, text).toBeGreaterThan(SEEDS / 20);
}, 600_000);

import { beforeAll, expect, test } from "vitest";
import { loadMerging } from "./catch-up.ts";
import { WritingSession } from "./testing/writing-session.ts";

// Three people with two tabs each change one flow, over a network that loses, delays, refuses and reorders, in tabs that
// crash. Nothing that anybody did may be gone without somebody having been shown it, and what a tab says must be true.

/** `npm run bench:chaos` plays 10,000. */
const SEEDS = Number(process.env["SESSIONS"] ?? 2500);

async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

beforeAll(async () => {
  await loadMerging();
});

test(`no edit is gone unseen, and every state told is true, in ${SEEDS} sessions of three writers with two tabs each`, async () => {
  const told = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const session = new WritingSession(seed, settle);
    await session.run().catch((error: unknown) => {
      throw new Error(`Session ${seed}: ${String(error)}\n${session.log.join("\n")}`, { cause: error });
    });
    for (const text of session.told) told.set(text, (told.get(text) ?? 0) + 1);
  }
  // The sessions are worth nothing if they do not get into trouble.
  for (const text of [
    "Saved",
    "Saving…",
    "Changed elsewhere",
    "Offline — kept in this tab",
    "clash",
    "merge",
  ])
    expect(told.get(text) ?? 0, text).toBeGreaterThan(SEEDS / 20);
}, 600_000);

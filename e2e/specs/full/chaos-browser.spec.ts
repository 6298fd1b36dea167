import { runBrowserKillScenario } from "#e2e/chaos/browser-kills.ts";
import { expect, test } from "#e2e/harness/test.ts";

/**
 * Maximum age in milliseconds of an edit that a browser kill may lose. The app guarantees 300 ms, which `npm run
 * bench:chaos` checks; a busy test machine may need longer.
 */
const MAY_LOSE_MS = 1_000;

for (const seed of [1, 2]) {
  const tag = seed > 1 ? ["@full"] : [];
  const title = `killing the browser loses at most the last second of edits (seed ${seed})`;
  test(title, { tag }, async ({ api }) => {
    test.slow();
    const { edits } = await runBrowserKillScenario(seed, api, { mayLoseMs: MAY_LOSE_MS });
    expect(edits).toBeGreaterThan(0);
  });
}

import { playBrowserKill } from "#e2e/harness/storm/browser-kills.ts";
import { expect, test } from "#e2e/harness/test.ts";

// `npm run bench:chaos` plays many more.

/** The promise is 300, which the long run holds it to; a busy machine makes more of it, but never this much. */
const MAY_LOSE_MS = 1_000;

for (const seed of [1, 2]) {
  test(`a browser that is killed in a storm of edits has all but the last moment of them (${seed})`, async ({
    api,
  }) => {
    // Starting a browser twice takes its time.
    test.slow();
    const { edits } = await playBrowserKill(seed, api, { mayLoseMs: MAY_LOSE_MS });
    expect(edits).toBeGreaterThan(0);
  });
}

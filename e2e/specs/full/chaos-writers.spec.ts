import { ApiClient } from "#e2e/harness/api.ts";
import { runSeveralWritersScenario } from "#e2e/chaos/several-writers.ts";
import { expect, test } from "#e2e/harness/test.ts";

test(
  "three users with two tabs each edit one flow, and no text is overwritten silently",
  { tag: "@full" },
  async ({ browser, startOwnServer }) => {
    test.slow();
    const { url } = await startOwnServer();
    const outcome = await runSeveralWritersScenario(1, { browser, api: new ApiClient(url), actions: 30 });
    expect(outcome.texts).toBeGreaterThan(5);
  },
);

import { Api } from "#e2e/harness/api.ts";
import { playSeveralWriters } from "#e2e/harness/storm/several-writers.ts";
import { expect, test } from "#e2e/harness/test.ts";

// `npm run bench:chaos` plays many more.

test("three people with two tabs each write one flow, and nothing is gone that nobody has seen go", async ({
  browser,
  startOwnServer,
}) => {
  // Six pages share what is there.
  test.slow();
  const { url } = await startOwnServer();
  const outcome = await playSeveralWriters(1, { browser, api: new Api(url), deeds: 30 });
  expect(outcome.texts).toBeGreaterThan(5);
});

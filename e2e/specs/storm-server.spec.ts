import { expect, test } from "#e2e/harness/test.ts";
import { playServerKills } from "#e2e/harness/storm/server-kills.ts";

// `npm run bench:chaos` plays many more.

test("a server that is killed in a storm of edits and saves costs nobody anything", async ({
  page,
  problems,
}) => {
  // Starting a server takes its time.
  test.slow();
  problems.allow(/ERR_|Failed to load|status of 503/);
  const { statuses } = await playServerKills(1, page, { kills: 1 });
  expect([...statuses]).toContain("Offline — kept on this device");
});

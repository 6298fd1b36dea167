import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { runOfflineScenario, runNetworkFaultScenario } from "#e2e/chaos/network-chaos.ts";
import { expect, test } from "#e2e/harness/test.ts";

// A user edits at random, and the page must always show the correct save state. `npm run bench:chaos` runs many more
// seeds.

test("twenty offline edits are saved automatically once the network is back", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load/);
  const context = page.context();
  await runOfflineScenario(
    1,
    { page, api },
    { leave: () => context.setOffline(true), comeBack: () => context.setOffline(false) },
  );
});

test("twenty edits made while the server is down are saved automatically once it restarts", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|status of 503/);
  const dataDirectory = test.info().outputPath("data");
  const first = await startBuiltServer({ dataDirectory });
  const env = { PORT: new URL(first.url).port };
  await runOfflineScenario(
    2,
    { page, api: new ApiClient(first.url) },
    { leave: first.stop, comeBack: () => startOwnServer({ dataDirectory, env }) },
  );
});

test("network and server failures lose no edit, and the page recovers from each of them", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|status of (?:401|429|500|502)/);
  const { statuses } = await runNetworkFaultScenario(1, { page, api });
  expect([...statuses].toSorted()).toEqual([
    "Could not save — retry",
    "Not confirmed — retry",
    "Offline — kept on this device",
    "Saved",
    "Saving…",
    "Signed out — kept on this device",
    "unsaved changes",
  ]);
});

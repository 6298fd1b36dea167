import { Api } from "#e2e/harness/api.ts";
import { startServer } from "#e2e/harness/server.ts";
import { playBackAfterSaving, playOffline, playTroubles } from "#e2e/harness/storm/network-storms.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Somebody edits as chance will have it, and whatever they do, the page says of saving only what is so. `npm run
// bench:chaos` plays many more.

test("twenty edits without a network are saved by themselves when it is back", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load/);
  const context = page.context();
  await playOffline(
    1,
    { page, api },
    { leave: () => context.setOffline(true), comeBack: () => context.setOffline(false) },
  );
});

test("twenty edits without a server are saved by themselves when it runs again", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|status of 503/);
  const dataDirectory = test.info().outputPath("data");
  const first = await startServer({ dataDirectory });
  const env = { PORT: new URL(first.url).port };
  await playOffline(
    2,
    { page, api: new Api(first.url) },
    { leave: first.stop, comeBack: () => startOwnServer({ dataDirectory, env }) },
  );
});

test("no trouble between page and server takes an edit away, and every one of them passes", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|status of (?:401|429|500|502)/);
  const { statuses } = await playTroubles(1, { page, api });
  expect([...statuses].toSorted()).toEqual([
    "Could not save — retry",
    "Offline — kept on this device",
    "Saved",
    "Saving…",
    "Signed out — kept on this device",
    "unsaved changes",
  ]);
});

test("Back after saving, and forward again, shows what was saved and nothing else", async ({ page, api }) => {
  await playBackAfterSaving(1, { page, api });
});

import { expect, test } from "#e2e/harness/test.ts";
import { runServerKillScenario } from "#e2e/chaos/server-kills.ts";

test(
  "killing the server during edits and saves loses no edit",
  { tag: "@full" },
  async ({ page, problems }) => {
    test.slow();
    problems.allow(/ERR_|Failed to load|status of 503/);
    const { statuses } = await runServerKillScenario(1, page, { kills: 1 });
    expect([...statuses]).toContain("Offline — kept on this device");
  },
);

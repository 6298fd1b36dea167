import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, expect } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { RandomEditingUser } from "./chaos-editor.ts";
import { buildFlowForChaosRun } from "./chaos-flow.ts";
import { runChaosScenarioWithEventLog } from "./chaos-log.ts";
import { scheduleServerFault } from "./scheduled-fault.ts";
import { SaveStatusInvariantChecker } from "./invariant-checker.ts";

const EDITS_WITHOUT_SERVER = 4;

/**
 * Kills and restarts the server at the same address during continuous edits and saves. Fails if the store lacks an
 * acknowledged save, if the page loses an edit, or if the page does not repeat a requested save.
 */
export function runServerKillScenario(seed: number, page: Page, { kills }: { readonly kills: number }) {
  return runChaosScenarioWithEventLog(seed, async (log) => {
    const dice = new SeededRandom(seed);
    const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-"));
    let server = await startBuiltServer({ dataDirectory });
    try {
      const env = { PORT: new URL(server.url).port };
      const api = new ApiClient(server.url);
      const flow = await api.createFlow(buildFlowForChaosRun("Killed server"));
      const checker = await SaveStatusInvariantChecker.of({ page, api, flowId: flow.id, log });
      const chaos = new RandomEditingUser(flow, { page, dice, log, checker, name: "A" });
      await chaos.editor.open(`${server.url}/flows/${flow.id}`);
      for (let kill = 0; kill < kills; kill += 1) {
        const death = scheduleServerFault(dice.between(200, 3_000), async () => {
          await server.kill();
          log.note("the server is killed");
        });
        while (!death.hasCome()) await chaos.act({ saves: 0.3 });
        await death.done;
        await chaos.edit(EDITS_WITHOUT_SERVER);
        await chaos.rename();
        // Requests a save in every second outage. The page must retry that save by itself; without a request, the page
        // must wait for the user.
        const isAsked = kill % 2 === 0;
        if (isAsked) await chaos.perform({ type: "save", by: "key" });
        await chaos.edit(2);
        await chaos.checker.check();

        server = await startBuiltServer({ dataDirectory, env });
        log.note("the server is back");
        const { revision = 0 } = await api.getFlow(flow.id);
        expect(revision, "acknowledged saves are stored").toBeGreaterThanOrEqual(checker.traffic.revision);
        if (isAsked || chaos.checker.status?.startsWith("Offline")) await chaos.untilSaved();
        else await chaos.save();
      }
      return { statuses: checker.statuses };
    } finally {
      // Closes the page before the server, because pending requests to a stopped server would count as errors.
      await page.close();
      await server.discard();
    }
  });
}

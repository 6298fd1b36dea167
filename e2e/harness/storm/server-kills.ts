import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, expect } from "@playwright/test";
import { Api } from "#e2e/harness/api.ts";
import { startServer } from "#e2e/harness/server.ts";
import { Dice } from "./dice.ts";
import { StormEditor } from "./storm-editor.ts";
import { stormFlow } from "./storm-flow.ts";
import { playSeed } from "./storm-log.ts";
import { strikeIn } from "./strike.ts";
import { Witness } from "./witness.ts";

const EDITS_WITHOUT_SERVER = 4;

/**
 * Somebody edits and saves without a pause while the server is killed and comes back, at the same address and with the same
 * data. What it had acknowledged is there, and what it had not the page has kept, and saves by itself where that was asked.
 */
export function playServerKills(seed: number, page: Page, { kills }: { readonly kills: number }) {
  return playSeed(seed, async (log) => {
    const dice = new Dice(seed);
    const dataDirectory = await mkdtemp(join(tmpdir(), "flowline-"));
    let server = await startServer({ dataDirectory });
    try {
      const env = { PORT: new URL(server.url).port };
      const api = new Api(server.url);
      const flow = await api.createFlow(stormFlow("Killed server"));
      const witness = await Witness.of({ page, api, flowId: flow.id, log });
      const storm = new StormEditor(flow, { page, dice, log, witness, name: "A" });
      await storm.editor.open(`${server.url}/flows/${flow.id}`);
      for (let kill = 0; kill < kills; kill += 1) {
        const death = strikeIn(dice.between(200, 3_000), async () => {
          await server.kill();
          log.note("the server is killed");
        });
        while (!death.hasCome()) await storm.act({ saves: 0.3 });
        await death.done;
        await storm.edit(EDITS_WITHOUT_SERVER);
        await storm.rename();
        // A save that was asked for goes on by itself; one that was not is still the person's to ask for.
        const isAsked = kill % 2 === 0;
        if (isAsked) await storm.perform({ type: "save", by: "key" });
        await storm.edit(2);
        await storm.witness.check();

        server = await startServer({ dataDirectory, env });
        log.note("the server is back");
        const { revision = 0 } = await api.getFlow(flow.id);
        expect(revision, "what was acknowledged is there").toBeGreaterThanOrEqual(witness.traffic.revision);
        if (isAsked || storm.witness.status?.startsWith("Offline")) await storm.untilSaved();
        else await storm.save();
      }
      return { kills, deeds: storm.deeds, statuses: witness.statuses };
    } finally {
      // A page that outlives its server complains of whatever it was about to load.
      await page.close();
      await server.discard();
    }
  });
}

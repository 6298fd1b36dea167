import { type Browser, expect } from "@playwright/test";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { ApiClient, InjectedServerFault } from "#e2e/harness/api.ts";
import { type PageErrorAndWarningRecorder, recordPageErrorsAndWarnings } from "#e2e/harness/page-problems.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { toDisplayedStepRows, serializeStepRows, collectStepNamesAndPrompts } from "./flow-rows.ts";
import { WrittenAndRemovedTextRegistry } from "./written-text-ledger.ts";
import { buildFlowForChaosRun } from "./chaos-flow.ts";
import { runChaosScenarioWithEventLog } from "./chaos-log.ts";
import { RandomWriterTab } from "./writer-tab.ts";

const PEOPLE = ["A", "B", "C"];
const MOST_ROUNDS = 30;

const write = { method: "PUT", path: "/v1/flows/:id" };
const TROUBLES: readonly InjectedServerFault[] = [
  { ...write, delayMs: 400, times: 1 },
  { ...write, delayMs: 1_200, times: 1 },
  // Cuts the connection twice, because the browser itself resends the request after the first cut.
  { ...write, cut: "after", times: 2 },
  { ...write, status: 500, times: 1 },
];

/**
 * Lets three users with two tabs each edit one flow while responses are slow, cut or refused. Fails if a tab shows a
 * wrong save state, if a tab finally differs from the server, or if a text is lost that no user removed.
 */
export function runSeveralWritersScenario(
  seed: number,
  { browser, api, actions }: { readonly browser: Browser; readonly api: ApiClient; readonly actions: number },
): Promise<{ readonly texts: number }> {
  return runChaosScenarioWithEventLog(seed, async (log) => {
    const dice = new SeededRandom(seed);
    const ledger = new WrittenAndRemovedTextRegistry();
    const flow = await api.createFlow(buildFlowForChaosRun("Several writers"));
    const contexts = await Promise.all(
      PEOPLE.map(() => browser.newContext({ locale: "en-GB", reducedMotion: "reduce" })),
    );
    try {
      const tabs: RandomWriterTab[] = [];
      const watched: PageErrorAndWarningRecorder[] = [];
      for (const [index, context] of contexts.entries()) {
        for (const number of [1, 2]) {
          const page = await context.newPage();
          const name = `${PEOPLE[index]}${number}`;
          const problems = await recordPageErrorsAndWarnings(page);
          problems.allow(/status of (?:412|500)|ERR_/);
          watched.push(problems);
          tabs.push(await RandomWriterTab.open({ page, api, flowId: flow.id, dice, log, ledger, name }));
        }
      }
      for (let action = 0; action < actions; action += 1) {
        if (dice.isBelow(0.15)) await api.addFaults(dice.pick(TROUBLES));
        await dice.pick(tabs).act();
        for (const tab of tabs) await tab.look();
      }
      await api.clearFaults();
      await comeToRest(tabs);
      for (const tab of tabs) await tab.check();
      const held = toDisplayedStepRows(parseFlowDocument(await api.getFlow(flow.id)));
      for (const { name, rows } of tabs)
        expect(serializeStepRows(rows), `${name} shows what the server holds`).toBe(serializeStepRows(held));
      expect(ledger.findLost(collectStepNamesAndPrompts(held)), "texts that were lost silently").toEqual([]);
      const missed = tabs.reduce((sum, tab) => sum + tab.missed, 0);
      expect(missed, "actions that came too late").toBeLessThan(actions / 4);
      expect(watched.flatMap((problems) => problems.unexpected())).toEqual([]);
      return { texts: ledger.size };
    } finally {
      await api.clearFaults();
      await Promise.all(contexts.map((context) => context.close()));
    }
  });
}

async function comeToRest(tabs: readonly RandomWriterTab[]): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let isAtRest = true;
    for (const tab of tabs) {
      await expect(tab.editor.status).not.toHaveText("Saving…", { timeout: 30_000 });
      await tab.look();
      if (await tab.conflict.dialog.isVisible()) await tab.flush();
      else if (tab.status !== "Saved") await tab.save();
      else continue;
      isAtRest = false;
    }
    if (isAtRest) return;
  }
  throw new Error(
    `After ${MOST_ROUNDS} rounds not all is saved: ${tabs.map(({ status }) => status).join(", ")}`,
  );
}

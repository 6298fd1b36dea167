import { type Browser, expect } from "@playwright/test";
import { parseFlow } from "#core/flow-document.ts";
import type { Api, Fault } from "#e2e/harness/api.ts";
import { type PageProblems, watchPage } from "#e2e/harness/page-problems.ts";
import { Dice } from "./dice.ts";
import { rowsOf, spellRows, textsOf } from "./flow-rows.ts";
import { Ledger } from "./ledger.ts";
import { stormFlow } from "./storm-flow.ts";
import { playSeed } from "./storm-log.ts";
import { WriterTab } from "./writer-tab.ts";

const PEOPLE = ["A", "B", "C"];
const MOST_ROUNDS = 30;

const write = { method: "PUT", path: "/v1/flows/:id" };
const TROUBLES: readonly Fault[] = [
  { ...write, delayMs: 400, times: 1 },
  { ...write, delayMs: 1_200, times: 1 },
  // The browser itself asks once more where a connection was cut.
  { ...write, cut: "after", times: 2 },
  { ...write, status: 500, times: 1 },
];

export interface WritersOutcome {
  readonly deeds: number;
  readonly texts: number;
  readonly clashes: number;
  readonly statuses: ReadonlySet<string>;
}

/**
 * Three people with two tabs each write one flow at the same time, over answers that are slow, cut or refused. In the end
 * all tabs show what the server holds, and of all that was written nothing is gone that nobody has seen go. No tab ever
 * says of saving what is not so.
 */
export function playSeveralWriters(
  seed: number,
  { browser, api, deeds }: { readonly browser: Browser; readonly api: Api; readonly deeds: number },
): Promise<WritersOutcome> {
  return playSeed(seed, async (log) => {
    const dice = new Dice(seed);
    const ledger = new Ledger();
    const flow = await api.createFlow(stormFlow("Several writers"));
    const contexts = await Promise.all(
      PEOPLE.map(() => browser.newContext({ locale: "en-GB", reducedMotion: "reduce" })),
    );
    try {
      const tabs: WriterTab[] = [];
      const watched: PageProblems[] = [];
      for (const [index, context] of contexts.entries()) {
        for (const number of [1, 2]) {
          const page = await context.newPage();
          const name = `${PEOPLE[index]}${number}`;
          const problems = await watchPage(page);
          problems.allow(/status of (?:412|500)|ERR_/);
          watched.push(problems);
          tabs.push(await WriterTab.open({ page, api, flowId: flow.id, dice, log, ledger, name }));
        }
      }
      for (let deed = 0; deed < deeds; deed += 1) {
        if (dice.isBelow(0.15)) await api.addFaults(dice.pick(TROUBLES));
        await dice.pick(tabs).act();
        for (const tab of tabs) await tab.look();
      }
      await api.clearFaults();
      await comeToRest(tabs);
      for (const tab of tabs) await tab.check();
      const held = rowsOf(parseFlow(await api.getFlow(flow.id)));
      for (const { name, rows } of tabs)
        expect(spellRows(rows), `${name} shows what the server holds`).toBe(spellRows(held));
      expect(ledger.findLost(textsOf(held)), "texts that are gone unseen").toEqual([]);
      const missed = tabs.reduce((sum, tab) => sum + tab.missed, 0);
      expect(missed, "deeds that came too late").toBeLessThan(deeds / 4);
      expect(watched.flatMap((problems) => problems.unexpected())).toEqual([]);
      return {
        deeds,
        texts: ledger.size,
        clashes: tabs.reduce((sum, tab) => sum + tab.clashes, 0),
        statuses: new Set(tabs.flatMap(({ witness }) => [...witness.statuses])),
      };
    } finally {
      await api.clearFaults();
      await Promise.all(contexts.map((context) => context.close()));
    }
  });
}

/** Everybody saves, and chooses where that is asked, until nobody has anything left. */
async function comeToRest(tabs: readonly WriterTab[]): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    let isAtRest = true;
    for (const tab of tabs) {
      await expect(tab.editor.status).not.toHaveText("Saving…", { timeout: 30_000 });
      await tab.look();
      if (await tab.conflict.dialog.isVisible()) await tab.settle();
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

import { type Page, expect } from "@playwright/test";
import type { Api, ClockJump, Fault } from "#e2e/harness/api.ts";
import { Dice } from "./dice.ts";
import { StormEditor } from "./storm-editor.ts";
import { stormFlow } from "./storm-flow.ts";
import { type StormLog, playSeed } from "./storm-log.ts";
import { Witness } from "./witness.ts";

interface Place {
  readonly page: Page;
  readonly api: Api;
}

const write = { method: "PUT", path: "/v1/flows/:id" };

/** Everything that the fault hook can do to a save, and what of it ends without anybody's doing. */
const TROUBLES: readonly { readonly name: string; readonly faults: readonly (Fault | ClockJump)[] }[] = [
  { name: "a slow answer", faults: [{ ...write, delayMs: 700, times: 1 }] },
  // The browser itself asks once more over another connection where one was cut.
  { name: "a cut before the write", faults: [{ ...write, cut: "before", times: 4 }] },
  { name: "a cut after the write", faults: [{ ...write, cut: "after", times: 4 }] },
  { name: "half an answer", faults: [{ ...write, cut: "mid", times: 1 }] },
  { name: "a failure", faults: [{ ...write, status: 500, times: 2 }] },
  {
    name: "a page of a gateway",
    faults: [
      {
        ...write,
        status: 502,
        body: "<html>Bad gateway</html>",
        headers: { "content-type": "text/html" },
        times: 1,
      },
    ],
  },
  { name: "a session that ended", faults: [{ ...write, status: 401, times: 1 }] },
  {
    name: "too many requests",
    faults: [{ ...write, status: 429, headers: { "retry-after": "1" }, times: 1 }],
  },
  { name: "a clock that goes back", faults: [{ clockMs: -7_200_000 }] },
  { name: "a clock that runs ahead", faults: [{ clockMs: 7_200_000 }] },
];

/** Edits and saves through every trouble that there can be between page and server. None takes anything away. */
export function playTroubles(seed: number, place: Place) {
  return playSeed(seed, async (log) => {
    const storm = await startStorm(seed, place, log);
    const dice = new Dice(seed + 1);
    for (const { name, faults } of shuffle(dice, TROUBLES)) {
      log.note(`now: ${name}`);
      await place.api.clearFaults();
      await place.api.addFaults(...faults);
      await storm.edit(2);
      await storm.perform({ type: "save", by: "key" });
      await storm.edit(dice.isBelow(0.5) ? 2 : 0);
      await expect(storm.editor.status).not.toHaveText("Saving…", { timeout: 30_000 });
      const status = await storm.witness.check();
      if (status.startsWith("Signed out")) await place.page.getByRole("button", { name: "Retry" }).click();
      // Edits that came after the save are unsaved ones on top of it, and for the person to save.
      await expect(storm.editor.status).toHaveText(/^(?:Saved|\d+ unsaved changes?)$/, { timeout: 60_000 });
      await storm.save();
    }
    await place.api.clearFaults();
    return { troubles: TROUBLES.length, deeds: storm.deeds, statuses: storm.witness.statuses };
  });
}

const EDITS_OFFLINE = 20;

/** Twenty edits without a network or a server, a save among them, and back. `without` takes it away and brings it back. */
export function playOffline(
  seed: number,
  place: Place,
  { leave, comeBack }: { readonly leave: () => Promise<unknown>; readonly comeBack: () => Promise<unknown> },
) {
  return playSeed(seed, async (log) => {
    const storm = await startStorm(seed, place, log);
    await storm.edit(3);
    await leave();
    log.note("nobody can be reached");
    await storm.edit(EDITS_OFFLINE / 2);
    await storm.perform({ type: "save", by: "key" });
    await storm.edit(EDITS_OFFLINE / 2);
    await expect(storm.editor.status).toHaveText("Offline — kept on this device", { timeout: 30_000 });
    await storm.witness.check();
    await comeBack();
    log.note("the way is free");
    await storm.untilSaved();
    return { deeds: storm.deeds, statuses: storm.witness.statuses };
  });
}

/** Saves, goes back to where it came from, and forward again. */
export function playBackAfterSaving(seed: number, { page, api }: Place) {
  return playSeed(seed, async (log) => {
    await page.goto("/flows");
    const storm = await startStorm(seed, { page, api }, log);
    for (let round = 0; round < 3; round += 1) {
      await storm.edit(4);
      await storm.save();
      await page.goBack();
      await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
      await page.goForward();
      await expect(storm.editor.list).toBeVisible();
      await storm.witness.check();
      storm.startAnew();
      await storm.witness.expectHeld(storm.shown);
    }
    return { deeds: storm.deeds };
  });
}

async function startStorm(seed: number, { page, api }: Place, log: StormLog): Promise<StormEditor> {
  const flow = await api.createFlow(stormFlow("Storm"));
  const witness = await Witness.of({ page, api, flowId: flow.id, log });
  const storm = new StormEditor(flow, { page, dice: new Dice(seed), log, witness, name: "A" });
  await storm.editor.open(`${api.url}/flows/${flow.id}`);
  return storm;
}

function shuffle<Item>(dice: Dice, items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => [dice.next(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}

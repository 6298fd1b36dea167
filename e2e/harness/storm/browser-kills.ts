import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, expect } from "@playwright/test";
import type { Flow } from "#contract/flow.ts";
import { parseFlow } from "#core/flow-document.ts";
import type { Api } from "#e2e/harness/api.ts";
import { Conflict } from "#e2e/harness/conflict.ts";
import { countKept } from "#e2e/harness/device.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { type MortalBrowser, startMortalBrowser } from "#e2e/harness/mortal-browser.ts";
import { barOf, press } from "#e2e/harness/recovery-bar.ts";
import { Dice } from "./dice.ts";
import { spellDocument, spellRows } from "./flow-rows.ts";
import { recordViews, takeViews } from "./page-view.ts";
import { type Moment, StormEditor } from "./storm-editor.ts";
import { stormFlow } from "./storm-flow.ts";
import { type StormLog, playSeed } from "./storm-log.ts";
import { strikeIn } from "./strike.ts";
import { Witness } from "./witness.ts";

export interface KillOutcome {
  readonly edits: number;
  readonly recovered: number;
  /** How long the oldest edit that is missing had stood on the page, in milliseconds; 0 where none is. */
  readonly oldestLost: number;
}

/**
 * Somebody edits, writes and saves without a pause, and the browser is killed in the middle of it. Who opens the flow again
 * in the same profile has all that had stood on the page for so many milliseconds: a beginning of the edits, nothing else,
 * and nothing of it was saved that nobody asked to save.
 */
export function playBrowserKill(
  seed: number,
  api: Api,
  { mayLoseMs }: { readonly mayLoseMs: number },
): Promise<KillOutcome> {
  return playSeed(seed, async (log) => {
    const dice = new Dice(seed);
    const profile = await mkdtemp(join(tmpdir(), "flowline-profile-"));
    let browser = await startMortalBrowser(profile);
    try {
      const flow = await api.createFlow(stormFlow("Killed browser"));
      const { page } = browser;
      const witness = await Witness.of({ page, api, flowId: flow.id, log });
      const storm = new StormEditor(flow, { page, dice, log, witness, name: "A" });
      await storm.editor.open(`${api.url}/flows/${flow.id}`);
      const killedAt = await killAmidst(storm, browser, dice.between(300, 4_000));
      log.note("the browser is killed");

      browser = await startMortalBrowser(profile);
      const held = await api.getFlow(flow.id);
      const shown = await recover(browser.page, `${api.url}/flows/${flow.id}`, log);
      log.note(`recovered ${shown}`);
      const outcome = judge(storm.moments, shown, { killedAt, mayLoseMs });
      expect(spell(await api.getFlow(flow.id)), "nothing was saved unasked").toBe(spell(held));
      await saveRecovered(browser.page);
      expect(spell(await api.getFlow(flow.id)), "what was recovered can be saved").toBe(shown);
      return outcome;
    } finally {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    }
  });
}

/** Resolves with the time of the kill, which comes so many milliseconds after the first deed has begun. */
async function killAmidst(storm: StormEditor, browser: MortalBrowser, ms: number): Promise<number> {
  let killedAt: number | undefined;
  const death = strikeIn(ms, async () => {
    killedAt = Date.now();
    await browser.kill();
  });
  try {
    while (!death.hasCome()) await storm.act({ saves: 0.08, writes: 0.2 });
  } catch (error) {
    // Whoever is in the middle of a deed cannot finish it.
    if (killedAt === undefined) throw error;
  }
  await death.done;
  return killedAt ?? Date.now();
}

/** Opens the flow and takes up what is offered there. Returns what stands on the page then, spelled. */
async function recover(page: Page, address: string, log: StormLog): Promise<string> {
  // The list looks at what is kept and takes nothing.
  await page.goto(new URL("/flows", address).href);
  const kept = (await countKept(page)).filter((unsaved) => unsaved > 0);
  log.note(`on the device: ${kept.join(", ") || "nothing"} unsaved`);
  await recordViews(page);
  const editor = new Editor(page);
  await editor.open(address);
  if (kept.length === 0) {
    await editor.untilUnderstood();
    await expect(barOf(page)).toHaveCount(0);
    await expect(editor.status).toHaveText("Saved");
  } else {
    await expect(barOf(page)).toContainText(/^Recovered|on this device/);
    log.note((await barOf(page).innerText()).replaceAll("\n", " | "));
    // A save of our own had come to the server, but its answer not to the page.
    if ((await barOf(page).getByRole("button", { name: "Keep mine" }).count()) > 0)
      await press(page, "Keep mine");
    await expect(editor.status).not.toHaveText("Saved");
  }
  return spellRows((await takeViews(page)).at(-1)?.rows ?? []);
}

/** What is missing of the edits, if they are there from the first on. */
function judge(
  moments: readonly Moment[],
  shown: string,
  { killedAt, mayLoseMs }: { readonly killedAt: number; readonly mayLoseMs: number },
): KillOutcome {
  const last = moments.findLastIndex(({ document }) => spellDocument(document) === shown);
  if (last < 0) throw new Error(`Nobody ever made ${shown}.`);
  const seen = moments.filter(({ seenAt }) => seenAt !== undefined);
  const lost = moments.slice(last + 1).flatMap(({ seenAt }) => seenAt ?? []);
  const oldestLost = lost.length === 0 ? 0 : killedAt - Math.min(...lost);
  if (oldestLost > mayLoseMs)
    throw new Error(
      `${lost.length} edits are missing, of which one had stood there for ${Math.round(oldestLost)} ms.`,
    );
  return { edits: seen.length - 1, recovered: seen.length - 1 - lost.length, oldestLost };
}

async function saveRecovered(page: Page): Promise<void> {
  const editor = new Editor(page);
  const { dialog } = new Conflict(page);
  await editor.saveButton.click({ force: true });
  await expect(editor.status.filter({ hasText: /^Saved$/ }).or(dialog)).toBeVisible();
  if (await dialog.isVisible()) {
    for (const mine of await dialog.getByRole("radio", { name: /^Mine/ }).all()) await mine.check();
    await dialog.getByRole("button", { name: "Apply and save" }).click();
  }
  await expect(editor.status).toHaveText("Saved");
}

const spell = (flow: Flow) => spellDocument(parseFlow(flow));

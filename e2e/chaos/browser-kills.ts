import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Page, expect } from "@playwright/test";
import type { Flow } from "#contract/flow.ts";
import { parseFlowDocument } from "#core/document/flow-document.ts";
import type { ApiClient } from "#e2e/harness/api.ts";
import { SaveConflictPageObject } from "#e2e/harness/conflict.ts";
import { readUnsavedEditCountOfEachJournal } from "#e2e/harness/browser-storage.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { type KillableBrowser, startKillableBrowser } from "#e2e/harness/killable-browser.ts";
import { locateRecoveryBar, clickButtonInRecoveryBar } from "#e2e/harness/recovery-bar.ts";
import { SeededRandom } from "#core/testing/seeded-random.ts";
import { serializeStepRowsOfDocument, serializeStepRows } from "./flow-rows.ts";
import { startRecordingPageSnapshots, takeRecordedPageSnapshots } from "./page-view.ts";
import { type DisplayedFlowDocument, RandomEditingUser } from "./chaos-editor.ts";
import { buildFlowForChaosRun } from "./chaos-flow.ts";
import { type ChaosScenarioEventLog, runChaosScenarioWithEventLog } from "./chaos-log.ts";
import { scheduleServerFault } from "./scheduled-fault.ts";
import { SaveStatusInvariantChecker } from "./invariant-checker.ts";

export interface BrowserKillOutcome {
  readonly edits: number;
  /** Milliseconds between the first display of the oldest lost edit and the kill; 0 if no edit is lost. */
  readonly oldestLost: number;
}

/**
 * Kills the browser during edits and saves, and reopens the flow in the same profile. Throws if the page then lacks an
 * edit that was shown for `mayLoseMs`, lacks an edit but has a later one, or has sent a save.
 */
export function runBrowserKillScenario(
  seed: number,
  api: ApiClient,
  { mayLoseMs }: { readonly mayLoseMs: number },
): Promise<BrowserKillOutcome> {
  return runChaosScenarioWithEventLog(seed, async (log) => {
    const dice = new SeededRandom(seed);
    const profile = await mkdtemp(join(tmpdir(), "flowline-profile-"));
    let browser = await startKillableBrowser(profile);
    try {
      const flow = await api.createFlow(buildFlowForChaosRun("Killed browser"));
      const { page } = browser;
      const checker = await SaveStatusInvariantChecker.of({ page, api, flowId: flow.id, log });
      const chaos = new RandomEditingUser(flow, { page, dice, log, checker, name: "A" });
      await chaos.editor.open(`${api.url}/flows/${flow.id}`);
      const killedAt = await killAmidst(chaos, browser, dice.between(300, 4_000));
      log.note("the browser is killed");

      browser = await startKillableBrowser(profile);
      const held = await api.getFlow(flow.id);
      const shown = await recover(browser.page, `${api.url}/flows/${flow.id}`, log);
      log.note(`recovered ${shown}`);
      const outcome = assess(chaos.moments, shown, { killedAt, mayLoseMs });
      expect(serialize(await api.getFlow(flow.id)), "no unrequested save took place").toBe(serialize(held));
      await saveRecovered(browser.page);
      expect(serialize(await api.getFlow(flow.id)), "the recovered edits can be saved").toBe(shown);
      return outcome;
    } finally {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    }
  });
}

/**
 * Makes an edit, then performs random actions until the browser is killed `ms` after that edit. Resolves with the time
 * of the kill.
 */
async function killAmidst(chaos: RandomEditingUser, browser: KillableBrowser, ms: number): Promise<number> {
  await chaos.rename();
  let killedAt: number | undefined;
  const death = scheduleServerFault(ms, async () => {
    killedAt = Date.now();
    await browser.kill();
  });
  try {
    while (!death.hasCome()) await chaos.act({ saves: 0.08, writes: 0.2 });
  } catch (error) {
    if (killedAt === undefined) throw error;
  }
  await death.done;
  return killedAt ?? Date.now();
}

/** Opens the flow and restores the recovered edits. Returns the serialized document that the page then shows. */
async function recover(page: Page, address: string, log: ChaosScenarioEventLog): Promise<string> {
  // Reads the journals on the flow list. The editor would claim them for recovery.
  await page.goto(new URL("/flows", address).href);
  const unsavedCounts = (await readUnsavedEditCountOfEachJournal(page)).filter((unsaved) => unsaved > 0);
  log.note(`on the device: ${unsavedCounts.join(", ") || "nothing"} unsaved`);
  await startRecordingPageSnapshots(page);
  const editor = new EditorPageObject(page);
  await editor.open(address);
  const bar = locateRecoveryBar(page);
  if (unsavedCounts.length === 0) await editor.untilAnalyzed();
  // If the server wrote all edits on the device in a save whose response was lost, the page empties the journals and
  // shows no recovery bar.
  const isOver = async () => (await bar.isVisible()) || !(await hasUnsavedJournal(page));
  await expect.poll(isOver, { intervals: [20, 50, 100] }).toBe(true);
  if (!(await bar.isVisible())) {
    await expect(bar).toHaveCount(0);
    await expect(editor.status).toHaveText("Saved");
  } else {
    await expect(bar).toContainText(/^Recovered|on this device/);
    log.note((await bar.innerText()).replaceAll("\n", " | "));
    // If the server received a save whose response was lost, the recovery bar asks the user to choose.
    if ((await bar.getByRole("button", { name: "Keep mine" }).count()) > 0)
      await clickButtonInRecoveryBar(page, "Keep mine");
    await expect(editor.status).not.toHaveText("Saved");
  }
  return serializeStepRows((await takeRecordedPageSnapshots(page)).at(-1)?.rows ?? []);
}

async function hasUnsavedJournal(page: Page): Promise<boolean> {
  return (await readUnsavedEditCountOfEachJournal(page)).some((unsaved) => unsaved > 0);
}

/**
 * Counts the edits. Throws if a missing edit was made before a recovered edit, or if a missing edit was
 * shown for longer than `mayLoseMs`.
 */
function assess(
  moments: readonly DisplayedFlowDocument[],
  shown: string,
  { killedAt, mayLoseMs }: { readonly killedAt: number; readonly mayLoseMs: number },
): BrowserKillOutcome {
  const last = moments.findLastIndex(({ document }) => serializeStepRowsOfDocument(document) === shown);
  if (last < 0) throw new Error(`No edit produced ${shown}.`);
  const seen = moments.filter(({ seenAt }) => seenAt !== undefined);
  const lost = moments.slice(last + 1).flatMap(({ seenAt }) => seenAt ?? []);
  const oldestLost = lost.length === 0 ? 0 : killedAt - Math.min(...lost);
  if (oldestLost > mayLoseMs)
    throw new Error(
      `${lost.length} edits are missing, one of which was shown for ${Math.round(oldestLost)} ms.`,
    );
  return { edits: seen.length - 1, oldestLost };
}

async function saveRecovered(page: Page): Promise<void> {
  const editor = new EditorPageObject(page);
  const { dialog } = new SaveConflictPageObject(page);
  await editor.saveButton.click({ force: true });
  await expect(editor.status.filter({ hasText: /^Saved$/ }).or(dialog)).toBeVisible();
  if (await dialog.isVisible()) {
    for (const mine of await dialog.getByRole("radio", { name: /^Mine/ }).all()) await mine.check();
    await dialog.getByRole("button", { name: "Apply and save" }).click();
  }
  await expect(editor.status).toHaveText("Saved");
}

const serialize = (flow: Flow) => serializeStepRowsOfDocument(parseFlowDocument(flow));

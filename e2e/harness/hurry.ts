import { setTimeout as pause } from "node:timers/promises";
import { type Page, expect } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "./api.ts";
import { EditorPageObject } from "./editor.ts";
import { FlowListPageObject } from "./flow-list.ts";
import { buildSampleDigestFlowBody } from "./open-flow.ts";
import { pressKeysWithoutWaiting } from "./press-at-once.ts";
import { RecordsPageObject, createRecord, createUniqueRecordType } from "./records.ts";
import {
  createDelayedClickOnElement,
  delayRequestsUntilReleased,
  slowDownCpu,
  waitUntilTimersFired,
} from "./slow-down-page.ts";

interface HurryContext {
  readonly page: Page;
  /** The server has no flows. */
  readonly api: ApiClient;
}

export interface HurryTiming {
  /** Milliseconds between two actions of the user, such as the last key of a search and the click on a row. */
  readonly delayMs: number;
  /** Factor by which the processor of the page is slowed down. */
  readonly slowdown: number;
}

/** A user acts before the page has finished the previous action. */
interface HurryScenario {
  readonly title: string;
  readonly run: (context: HurryContext, timing: HurryTiming) => Promise<void>;
  /** A message in the browser's console that the scenario causes. */
  readonly expectedProblem?: RegExp;
  /**
   * Whether this differs from another scenario only in the page or the control; `npm test` omits variants.
   */
  readonly isVariant?: true;
}

export const hurryScenarios: readonly HurryScenario[] = [
  { title: "a flow opened during the search debounce stays open", run: openFlowWhileSearching },
  {
    title: "a record opened during the search debounce stays open, and the search field matches the URL",
    run: openRecordWhileSearching,
    isVariant: true,
  },
  {
    title: "changing the sort order during the search debounce keeps the search",
    run: sortWhileSearching,
    isVariant: true,
  },
  {
    title: "Arrow Down right after typing a search waits for the search result",
    run: enterListWhileSearching,
    isVariant: true,
  },
  {
    title: "a flow deleted right before a reload stays deleted",
    run: reloadAfterDelete,
    // The reloaded page reads the flow to check that the delete succeeded, and gets a 404.
    expectedProblem: /status of 404/,
  },
  {
    title: "leaving at any moment of a save waits for the save without asking the user",
    run: leaveWhileSaving,
  },
  {
    title: "the New flow dialog receives every key typed after the click",
    run: typeIntoNewFlow,
  },
];

async function createFlows(api: ApiClient, ...names: readonly string[]): Promise<void> {
  for (const name of names) await api.createFlow(buildFlow(name, [buildStep("a")]));
}

async function openFlowWhileSearching(
  { page, api }: HurryContext,
  { delayMs, slowdown }: HurryTiming,
): Promise<void> {
  await createFlows(api, "Other", "Digest");
  const list = new FlowListPageObject(page);
  const release = await delayRequestsUntilReleased(page, /\/assets\/flow-editor-page/);
  await list.open();
  const clickAfter = await createDelayedClickOnElement(list.link("Digest"));
  await slowDownCpu(page, slowdown);
  await list.search.focus();
  await page.keyboard.type("dig");
  await clickAfter(delayMs);
  // Expects the URL of the flow even after all timers: while the editor's code loads, the list is still mounted, and
  // its search debounce could change the URL.
  await expect(page).toHaveURL(/\/flows\/flow_\w+$/);
  await waitUntilTimersFired(page);
  release();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await expect(page).toHaveURL(/\/flows\/flow_\w+$/);
}

async function openRecordWhileSearching(
  { page, api }: HurryContext,
  { delayMs, slowdown }: HurryTiming,
): Promise<void> {
  const type = createUniqueRecordType();
  for (const name of ["Other", "Ada"]) await createRecord(api, type, name);
  const records = new RecordsPageObject(page);
  await records.open(type);
  await expect(records.rows).toHaveCount(2);
  const clickAfter = await createDelayedClickOnElement(records.link("Ada"));
  await slowDownCpu(page, slowdown);
  await records.search.focus();
  await page.keyboard.type("ad");
  await clickAfter(delayMs);
  await expect(records.name).toHaveValue("Ada");
  await waitUntilTimersFired(page);
  await expect(page).toHaveURL(/record=record_/);
  await expect(records.name).toHaveValue("Ada");
  await page.keyboard.press("Escape");
  await expect(records.panel).toHaveCount(0);
  const searched = new URL(page.url()).searchParams.get("search") ?? "";
  await expect(records.search).toHaveValue(searched);
}

async function sortWhileSearching(
  { page, api }: HurryContext,
  { delayMs, slowdown }: HurryTiming,
): Promise<void> {
  await createFlows(api, "Digest B", "Digest A", "Other");
  const list = new FlowListPageObject(page);
  await list.open("?sort=name");
  await list.expectNames(["Digest A", "Digest B", "Other"]);
  const clickAfter = await createDelayedClickOnElement(new FlowListPageObject(page).sortButton("Name"));
  await slowDownCpu(page, slowdown);
  await list.search.focus();
  await page.keyboard.type("dig");
  await clickAfter(delayMs);
  await list.expectNames(["Digest B", "Digest A"]);
  await waitUntilTimersFired(page);
  await expect(page).toHaveURL(/search=dig&sort=name&order=desc$/);
  await expect(list.search).toHaveValue("dig");
}

async function enterListWhileSearching(
  { page, api }: HurryContext,
  { delayMs, slowdown }: HurryTiming,
): Promise<void> {
  await createFlows(api, "Omega", "Alpha");
  const list = new FlowListPageObject(page);
  await list.open();
  await expect(list.link("Alpha")).toBeVisible();
  await slowDownCpu(page, slowdown);
  await list.search.focus();
  const typed = pressKeysWithoutWaiting(page, { text: "Omega" });
  await pause(delayMs);
  await Promise.all([typed, pressKeysWithoutWaiting(page, "ArrowDown")]);
  await expect(list.link("Omega")).toBeFocused();
  await list.expectNames(["Omega"]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Omega" })).toBeVisible();
}

async function reloadAfterDelete(
  { page, api }: HurryContext,
  { delayMs, slowdown }: HurryTiming,
): Promise<void> {
  await createFlows(api, "Kept");
  const { id } = await api.createFlow(buildFlow("Doomed", [buildStep("a")]));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.chooseFromMenu("Doomed", "Delete");
  const confirm = page.getByRole("alertdialog").getByRole("button", { name: "Delete" });
  await expect(confirm).toBeVisible();
  await slowDownCpu(page, slowdown);
  await confirm.click();
  await pause(delayMs);
  await page.reload();
  // Expects that the list hides the deleted flow, even if the server handled the request for the list before the
  // delete request.
  await list.expectNames(["Kept"]);
  await expect.poll(async () => (await api.request("getFlow", { params: { id } })).status).toBe(404);
}

/**
 * Milliseconds that the page waits for a save before it asks the user. A save on a slow machine may take
 * longer.
 */
const PATIENCE_MS = 2000;
/**
 * Milliseconds that a save takes: longer than some of the tested delays before leaving, shorter than others.
 */
const SAVE_MS = 220;

async function leaveWhileSaving(
  { page, api }: HurryContext,
  { delayMs, slowdown }: HurryTiming,
): Promise<void> {
  // Disables the timer after which the page asks, so that a question means that the page does not wait for
  // the save.
  await page.addInitScript((patience) => {
    const start = window.setTimeout.bind(window);
    Object.assign(window, {
      setTimeout: (run: () => void, ms?: number, ...more: unknown[]) =>
        ms === patience ? 0 : start(run, ms, ...more),
    });
  }, PATIENCE_MS);
  const flow = await api.createFlow(buildSampleDigestFlowBody());
  const editor = new EditorPageObject(page);
  await page.goto("/flows");
  await new FlowListPageObject(page).link("Digest").click();
  await expect(editor.status).toHaveText("Saved");
  await slowDownCpu(page, slowdown);
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText("1 unsaved change");
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", delayMs: SAVE_MS, times: 1 });
  await saveAndLeave(page, delayMs);
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  expect(await page.locator("html").getAttribute("data-asked"), "asked").toBeNull();
  expect((await api.getFlow(flow.id)).revision, "the revision of the flow").toBe(2);
}

/**
 * Clicks Save and then the link to the list. Runs as a script in the page, because Playwright is too slow for short
 * pauses.
 */
async function saveAndLeave(page: Page, pauseMs: number): Promise<void> {
  await page.evaluate((ms) => {
    const asked = new MutationObserver(() => {
      if (document.querySelector("[role=alertdialog]")) document.documentElement.dataset["asked"] = "yes";
    });
    asked.observe(document.body, { childList: true, subtree: true });
    const [save] = [...document.querySelectorAll("button")].filter(
      ({ textContent }) => textContent === "Save",
    );
    const back = document.querySelector<HTMLElement>("a[aria-label='Back to flows']");
    if (!save || !back) throw new Error("There is nothing to press.");
    save.click();
    setTimeout(() => back.click(), ms);
  }, pauseMs);
}

async function typeIntoNewFlow({ page }: HurryContext, { delayMs, slowdown }: HurryTiming): Promise<void> {
  const list = new FlowListPageObject(page);
  const isLoaded = page.waitForResponse(/\/assets\/new-flow-dialog/);
  await list.open();
  await isLoaded;
  await slowDownCpu(page, slowdown);
  await page.getByRole("button", { name: "New flow" }).click();
  await pause(delayMs);
  await pressKeysWithoutWaiting(page, { text: "next one" });
  await expect(page.getByRole("dialog").getByRole("textbox", { name: "Name" })).toHaveValue("next one");
}

import type { Page } from "@playwright/test";
import type { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { buildSampleDigestFlowBody } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { openChromiumSession } from "#e2e/harness/chromium-session.ts";

/** How long the page waits for a save before it asks, in milliseconds. A slow machine may need longer for a save. */
const PATIENCE_MS = 2000;

test.beforeEach(async ({ page, api }) => {
  await api.deleteAllFlows();
  // Lets the page wait without end, so that it asks only if it does not wait for the save.
  await page.addInitScript((patience) => {
    const start = window.setTimeout.bind(window);
    Object.assign(window, {
      setTimeout: (run: () => void, ms?: number, ...more: unknown[]) =>
        ms === patience ? 0 : start(run, ms, ...more),
    });
  }, PATIENCE_MS);
});

/** Milliseconds from the click on Save to the click on the link that leaves the editor. */
const PAUSES = [0, 50, 100, 150, 200, 250, 400];
/** Milliseconds that a save takes: longer than some of the pauses and shorter than others. */
const SAVE_MS = 220;

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

async function hurryThroughAll(page: Page, api: ApiClient, slowdown: number): Promise<void> {
  const flow = await api.createFlow(buildSampleDigestFlowBody());
  const editor = new EditorPageObject(page);
  const list = new FlowListPageObject(page);
  await page.goto("/flows");
  const session = await openChromiumSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  for (const [index, pauseMs] of PAUSES.entries()) {
    await list.link("Digest").click();
    await expect(editor.status).toHaveText("Saved");
    await editor.switchOf("Fetch").click();
    await expect(editor.status).toHaveText("1 unsaved change");
    await api.addFaults({ method: "PUT", path: "/v1/flows/:id", delayMs: SAVE_MS, times: 1 });
    await saveAndLeave(page, pauseMs);
    await expect(page.getByRole("heading", { level: 1, name: "Flows" }), `${pauseMs} ms`).toBeVisible();
    expect(await page.locator("html").getAttribute("data-asked"), `asked after ${pauseMs} ms`).toBeNull();
    expect((await api.getFlow(flow.id)).revision, `${pauseMs} ms`).toBe(index + 2);
  }
}

test("leaving at any moment of a save waits for the save without asking", async ({ page, api }) => {
  await hurryThroughAll(page, api, 1);
});

test(
  "leaving at any moment of a save waits for the save without asking, with 6× CPU slowdown",
  { tag: "@full" },
  async ({ page, api }) => {
    await hurryThroughAll(page, api, 6);
  },
);

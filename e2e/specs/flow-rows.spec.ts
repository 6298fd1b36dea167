import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { waitUntilUnsavedEditCountPersisted } from "#e2e/harness/browser-storage.ts";
import { delayRequestsUntilReleased } from "#e2e/harness/slow-down-page.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const namedFlow = (name: string) => buildFlow(name, [buildStep("a"), buildStep("b", { enabled: false })]);

test("Back restores the focus to the opened row, and the link to the list focuses the heading", async ({
  page,
  api,
}) => {
  const names = Array.from({ length: 40 }, (_, index) => `Flow ${String(index + 1).padStart(2, "0")}`);
  await Promise.all(names.map((name) => api.createFlow(namedFlow(name))));
  const list = new FlowListPageObject(page);
  await list.open("?sort=name");
  await list.link("Flow 01").focus();
  await page.keyboard.press("End");
  await expect(list.link("Flow 40")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Flow 40" })).toBeVisible();
  await page.goBack();
  await expect(list.link("Flow 40")).toBeFocused();
  await expect(list.row("Flow 40")).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Flow 40" })).toBeVisible();
  await page.getByRole("link", { name: "Back to flows" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeFocused();
});

test("Ctrl+A on a row selects no text of the page", { tag: "@full" }, async ({ page, api }) => {
  await api.createFlow(namedFlow("Digest"));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.link("Digest").focus();
  await page.keyboard.press("ControlOrMeta+a");
  expect(await page.evaluate(() => getSelection()?.toString())).toBe("");
});

test(
  "a row's tooltip closes when a change by another user moves the row",
  { tag: "@full" },
  async ({ page, api }) => {
    const { id } = await api.createFlow(namedFlow("Other"));
    await api.createFlow(namedFlow("Digest"));
    const list = new FlowListPageObject(page);
    await list.open();
    await expect(list.rows).toHaveCount(2);
    await list.row("Digest").getByRole("link", { name: "Steps of Digest" }).hover();
    const tooltip = page.locator("[popover]:popover-open");
    await expect(tooltip).toContainText("Off");
    // Moves the pointer onto the tooltip, where it remains when the row moves: leaving the row would close the tooltip.
    await tooltip.hover();
    await api.updateFlow(id, { name: "Renamed" });
    await list.expectNames(["Renamed", "Digest"]);
    await expect(tooltip).toHaveCount(0);
  },
);

test(
  "rows stay in place when the notices of the page load, and the notices do not cover the focused row",
  { tag: "@full" },
  async ({ page, api }) => {
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => api.createFlow(buildFlow(`Row ${index}`, [buildStep("a")]))),
    );
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await page.evaluate(() =>
      localStorage.setItem("flowline-first-steps", JSON.stringify({ shownOn: "all pages", done: [] })),
    );
    await editor.switchOf("Fetch").click();
    await waitUntilUnsavedEditCountPersisted(page, 1);
    const release = await delayRequestsUntilReleased(page, /\/assets\/(?:idle-parts|unsaved|list-first)/);
    const list = new FlowListPageObject(page);
    await list.open();
    const link = list.link("Row 29");
    const before = await link.boundingBox();
    release();
    const notice = page.getByRole("region", { name: "Unsaved changes on this device" });
    const card = page.getByRole("region", { name: "First steps" });
    await expect(notice).toBeInViewport({ ratio: 1 });
    await expect(card).toBeInViewport({ ratio: 1 });
    // The loaded font may move text by a pixel; a notice above the rows would move them by its height.
    const moved = ((await link.boundingBox())?.y ?? 0) - (before?.y ?? 0);
    expect(Math.abs(moved)).toBeLessThan(2);

    await link.focus();
    for (let row = 0; row < 20; row += 1) await page.keyboard.press("ArrowDown");
    const focused = page.locator("[data-row-link]:focus");
    await expect(focused).toBeFocused();
    const bottom = await focused.evaluate((element) => element.getBoundingClientRect().bottom);
    expect(bottom).toBeLessThanOrEqual((await notice.boundingBox())?.y ?? 0);
  },
);

import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "#e2e/harness/api.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const buildMailFlow = (name: string, model: string | undefined = "gpt-4o") =>
  buildFlow(name, [
    buildStep("classify", {
      config: { userPrompt: "Hi", outputVariable: "label", ...(model !== "" && { model }) },
      fromTheFuture: { a: [1] },
    }),
    buildStep("mail", {
      type: "send-email",
      name: "Mail the team",
      config: { to: "a@example.com", subject: "{{label}}", html: "Hello" },
    }),
  ]);

async function createFlows(api: ApiClient, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, (await api.createFlow(buildMailFlow(name))).id);
  return ids;
}

const idOf = (ids: ReadonlyMap<string, string>, name: string) => ids.get(name) ?? "";

class BulkPageObject {
  readonly bar: Locator;
  readonly dialog: Locator;
  readonly outcomes: Locator;

  constructor(page: Page) {
    this.bar = page.getByRole("region", { name: "Selected flows" });
    this.dialog = page.getByRole("dialog");
    this.outcomes = this.dialog.getByRole("group", { name: "Outcomes" }).getByRole("listitem");
  }

  button(name: string | RegExp): Locator {
    return this.dialog.getByRole("button", { name, exact: typeof name === "string" });
  }
}

test("publishing 30 flows fails only for flows that changed meanwhile, which can be reviewed and retried", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of (412|404|429|500)/);
  const names = Array.from({ length: 30 }, (_, index) => `Flow ${String(index + 1).padStart(2, "0")}`);
  const ids = await createFlows(api, names);
  await api.publishFlow(idOf(ids, "Flow 30"));
  await api.updateFlow(idOf(ids, "Flow 02"), buildMailFlow("Flow 02", ""));
  const list = new FlowListPageObject(page);
  const bulk = new BulkPageObject(page);
  await list.open("?sort=name");
  await page.getByRole("checkbox", { name: "Select all loaded flows" }).check();
  await expect(bulk.bar).toContainText("30 flows selected");
  await bulk.bar.getByRole("button", { name: "Publish" }).click();

  const preview = bulk.dialog.getByRole("group", { name: "Changes going live" });
  await expect(bulk.dialog).toContainText("“Flow 30”: Nothing to publish: up to date.");
  await expect(preview.getByRole("listitem").first()).toContainText("Flow 01");
  await preview.getByRole("button", { name: /^Flow 01/ }).click();
  await expect(preview).toContainText("The whole flow goes live: 2 steps.");
  await expect(preview).toContainText("First publish, 1 error");
  await expectNoAccessibilityViolationsInBothThemes(page, "the preview of 30 publications");

  // Another client changes two flows and deletes a third while the preview is open. The server also rejects
  // the publish of a fourth flow once with 429 (rate limit) and of a fifth once with 500.
  for (const name of ["Flow 03", "Flow 20"])
    await api.updateFlow(idOf(ids, name), { description: "Changed by another client" });
  await api.call("deleteFlow", { params: { id: idOf(ids, "Flow 12") } });
  const publishPath = (name: string) => `/v1/flows/${idOf(ids, name)}/publish`;
  await api.addFaults(
    { method: "POST", path: publishPath("Flow 05"), status: 429, headers: { "retry-after": "1" }, times: 1 },
    { method: "POST", path: publishPath("Flow 07"), status: 500, times: 1 },
  );
  await expect(bulk.button("Publish 29 flows")).toHaveAccessibleDescription(
    "Confirm the errors above to publish.",
  );
  await bulk.dialog.getByRole("checkbox", { name: /^Publish anyway/ }).check();
  await bulk.button("Publish 29 flows").click();
  await expect(bulk.dialog).toContainText("25 flows published, 4 failed, 1 skipped.");
  await expect(bulk.outcomes.nth(0)).toContainText("Flow 03");
  await expect(bulk.outcomes.nth(0)).toContainText("Skipped: changed elsewhere in the meantime.");
  await expect(bulk.outcomes.nth(1)).toContainText("Server error (500)");
  await expect(bulk.outcomes.nth(2)).toContainText("Deleted elsewhere.");
  await expect(bulk.button("Done")).toBeFocused();
  await expectNoAccessibilityViolationsInBothThemes(page, "the outcomes of 30 publications");

  await bulk.button("Review 4 flows again").click();
  await expect(bulk.dialog).toContainText("1 flow skipped: couldn’t be read. Deleted elsewhere.");
  await expect(preview.locator("[aria-posinset]")).toHaveCount(3);
  await bulk.button("Publish 3 flows").click();
  await expect(bulk.dialog).toContainText("3 flows published.");
  await bulk.button("Done").click();
  const flows = await api.listFlows();
  expect(flows).toHaveLength(29);
  expect(flows.filter(({ hasUnpublishedChanges }) => hasUnpublishedChanges !== false)).toEqual([]);
  // The deleted flow is no longer selected, and a new search selects nothing.
  await expect(bulk.bar).toContainText("29 flows selected");
  await expect(bulk.bar.getByRole("button", { name: "Publish" })).toHaveAccessibleDescription(
    "Nothing to publish: up to date.",
  );
  await list.search.fill("Flow 0");
  await expect(bulk.bar).toHaveCount(0);
});

test(
  "by keyboard alone, flows are selected in ranges and beyond the loaded rows, and their steps are disabled",
  { tag: "@full" },
  async ({ page, api }) => {
    const names = Array.from({ length: 103 }, (_, index) => `Flow ${String(index + 1).padStart(3, "0")}`);
    const ids = await createFlows(api, names);
    const keyboard = new KeyboardOnlyUser(page);
    await keyboard.forbidPointers();
    const list = new FlowListPageObject(page);
    const bulk = new BulkPageObject(page);
    await list.open("?sort=name");
    await expect(list.link("Flow 001")).toBeVisible();
    await keyboard.press("j");
    await expect(list.link("Flow 001")).toBeFocused();
    await keyboard.press("ControlOrMeta+a");
    await expect(bulk.bar).toContainText("100 flows selected");
    await keyboard.press("ControlOrMeta+a");
    await expect(bulk.bar).toContainText("103 flows selected");
    await keyboard.press("Escape");
    await expect(bulk.bar).toHaveCount(0);
    await keyboard.press("Space");
    await expect(bulk.bar).toContainText("1 flow selected");
    await keyboard.press("ArrowDown");
    await expect(list.link("Flow 002")).toBeFocused();
    await keyboard.press("ArrowDown");
    await expect(list.link("Flow 003")).toBeFocused();
    await keyboard.press("Shift+Space");
    await expect(bulk.bar).toContainText("3 flows selected");

    await api.updateFlow(idOf(ids, "Flow 003"), { name: "Flow 003, renamed" });
    await expect(list.link("Flow 003, renamed")).toBeFocused();
    await keyboard.press("Delete");
    await expect(bulk.dialog.getByRole("heading", { name: "Delete 3 flows?" })).toBeVisible();
    await expect(bulk.dialog).toContainText("Flow 003, renamed");
    await keyboard.press("Escape");
    await expect(list.link("Flow 003, renamed")).toBeFocused();
    await expectNoAccessibilityViolationsInBothThemes(page, "selected flows");

    await keyboard.tabBackTo(bulk.bar.getByRole("button", { name: "Switch steps…" }));
    await keyboard.press("Enter");
    const type = bulk.dialog.getByRole("combobox", { name: "Step type" });
    await keyboard.tabTo(type);
    await page.keyboard.type("Prompt");
    const preview = bulk.dialog.getByRole("group", { name: "Changes" });
    const rows = preview.locator("[aria-posinset]");
    await expect(rows).toHaveCount(3);
    await expect(rows.first()).toContainText("Disabled “Classify”");
    await expect(rows.first()).toContainText("“Mail the team” reads “label” from “Classify”, which is off.");
    await keyboard.tabTo(bulk.dialog.getByRole("checkbox", { name: "Include Flow 002" }));
    await keyboard.press("Space");
    await keyboard.tabTo(bulk.button("Change 2 flows"));
    await keyboard.press("Enter");
    await expect(bulk.dialog).toContainText("2 flows changed, 1 skipped.");
    await expect(bulk.button("Done")).toBeFocused();
    await keyboard.press("Enter");
    await expect(bulk.dialog).toHaveCount(0);
    const first = (await api.getFlow(idOf(ids, "Flow 001"))).flowSteps;
    expect(first.map(({ enabled }) => enabled)).toEqual([false, true]);
    expect(first[0]?.["fromTheFuture"]).toEqual({ a: [1] });
    expect((await api.getFlow(idOf(ids, "Flow 002"))).flowSteps[0]?.["enabled"]).toBe(true);
    keyboard.expectGoodStops();
  },
);

test.describe("on a touch screen", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test(
    "flows are selected, deleted, restored, duplicated and exported by touch alone",
    { tag: "@full" },
    async ({ page, api }) => {
      await extendUndoPeriod(page);
      await page.addInitScript(() => {
        addEventListener("pointerdown", (event) => {
          if (event.pointerType !== "touch") throw new Error(`A ${event.pointerType} was used.`);
        });
      });
      const ids = await createFlows(api, ["Alpha", "Beta", "Gamma"]);
      const list = new FlowListPageObject(page);
      const bulk = new BulkPageObject(page);
      await list.open();
      for (const name of ["Alpha", "Beta"])
        await page.getByRole("checkbox", { name: `Select ${name}` }).tap();
      await expect(bulk.bar).toContainText("2 flows selected");
      const choose = async (entry: string) => {
        await bulk.bar.getByRole("button", { name: "Actions for selected flows" }).tap();
        await page.getByRole("menuitem", { name: entry }).tap();
      };

      await choose("Delete");
      await bulk.button("Delete 2 flows").tap();
      await list.expectNames(["Gamma"]);
      await page.getByRole("button", { name: "Undo" }).tap();
      await list.expectNames(["Gamma", "Beta", "Alpha"]);
      expect(await api.listFlows()).toHaveLength(3);

      for (const name of ["Alpha", "Beta"])
        await page.getByRole("checkbox", { name: `Select ${name}` }).tap();
      await choose("Duplicate");
      await bulk.button("Duplicate 2 flows").tap();
      await expect(bulk.dialog).toContainText("2 flows duplicated.");
      await expectNoAccessibilityViolationsInBothThemes(page, "the outcomes on a phone");
      await bulk.button("Done").tap();
      await expect(list.row("Copy of Alpha")).toBeVisible();

      await choose("Export");
      await bulk.dialog.getByRole("radio", { name: "One JSON file with all flows" }).tap();
      const download = page.waitForEvent("download");
      await bulk.button("Export").tap();
      const exported = JSON.parse(await readFile(await (await download).path(), "utf8"));
      expect(exported).toMatchObject([{ name: "Beta" }, { name: "Alpha" }]);
      expect(exported[0].flowSteps).toEqual((await api.getFlow(idOf(ids, "Beta"))).flowSteps);
      await bulk.button("Done").tap();
    },
  );
});

import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const namedFlow = (name: string) =>
  buildFlow(name, [
    buildStep("a", { name: "Fetch the page", type: "fetch-url" }),
    buildStep("b", { name: "Summarize it", enabled: false }),
  ]);

test("column headings sort by mouse and keyboard, and announce the order", async ({ page, api }) => {
  for (const name of ["Beta", "Alpha"]) await api.createFlow(namedFlow(name));
  const list = new FlowListPageObject(page);
  await list.open();
  await expect(list.sortButton("Updated")).toHaveAccessibleName("Updated, descending");
  const byName = list.sortButton("Name");
  await expect(byName).toHaveAccessibleName("Name");

  await byName.focus();
  await page.keyboard.press("Enter");
  await expect(byName).toHaveAccessibleName("Name, ascending");
  await list.expectNames(["Alpha", "Beta"]);
  await expect(byName).toBeFocused();
  await expect(page.getByText("Sorted by name, ascending.")).toBeAttached();
  await page.keyboard.press("Space");
  await expect(byName).toHaveAccessibleName("Name, descending");
  await list.expectNames(["Beta", "Alpha"]);

  await page.getByRole("button", { name: "Sort: Name, descending" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Created" }).click();
  await expect(page).toHaveURL(/sort=createdAt$/);
  await list.expectNames(["Alpha", "Beta"]);
});

test("slash, question mark, J, K, arrow keys and Shift+F10 work anywhere on the list", async ({
  page,
  api,
}) => {
  for (const name of ["Third", "Second", "First"]) await api.createFlow(namedFlow(name));
  const list = new FlowListPageObject(page);
  await list.open();
  await list.expectNames(["First", "Second", "Third"]);
  await page.keyboard.press("j");
  await expect(list.link("First")).toBeFocused();
  await page.keyboard.press("j");
  await expect(list.link("Second")).toBeFocused();
  await page.keyboard.press("k");
  await expect(list.link("First")).toBeFocused();
  await page.keyboard.press("/");
  await expect(list.search).toBeFocused();
  await page.keyboard.type("j?/");
  await expect(list.search).toHaveValue("j?/");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowDown");
  await expect(list.link("First")).toBeFocused();
  await page.keyboard.press("End");
  await expect(list.link("Third")).toBeFocused();
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: "Open", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await list.link("First").focus();

  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(dialog).toContainText("Search flows");
  await expect(dialog).toContainText("Next flow");
  await dialog.getByRole("switch", { name: "Single-key shortcuts" }).click();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(list.link("First")).toBeFocused();
  await page.keyboard.press("j");
  await expect(list.link("First")).toBeFocused();
  await page.reload();
  await list.link("First").focus();
  await page.keyboard.press("?");
  await page.keyboard.press("ControlOrMeta+/");
  // Expects one dialog, of Ctrl+/, because the key “?” stays disabled.
  await expect(page.getByRole("dialog")).toHaveCount(1);
});

test("the flow preview in a row names the steps on hover, on focus and to screen readers", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow({ ...namedFlow("Digest"), description: "Sums up a page." });
  const list = new FlowListPageObject(page);
  await list.open();
  const line = list.link("Steps of Digest");
  await expect(line).toHaveAttribute("aria-description", "Fetch the page, Summarize it (off)");
  const card = page.locator("[popover]:popover-open");
  await line.hover();
  await expect(card).toContainText("Sums up a page.");
  await expect(card).toContainText("Fetch the page");
  await expect(card.getByText("Off", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card).toHaveCount(0);

  await list.link("Digest").focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Favorite Digest" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(line).toBeFocused();
  await expect(card).toContainText("Summarize it");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/flows/${id}$`));
});

test.describe("on a touch screen", () => {
  test.use({ hasTouch: true, viewport: { width: 360, height: 740 } });

  test(
    "a tap on the flow preview in a row opens the card with the step names, and a second tap closes it",
    { tag: "@full" },
    async ({ page, api }) => {
      await api.createFlow(namedFlow("Digest"));
      const list = new FlowListPageObject(page);
      await list.open();
      const card = page.locator("[popover]:popover-open");
      await list.link("Steps of Digest").tap();
      await expect(card).toContainText("Fetch the page");
      await list.link("Steps of Digest").tap();
      await expect(card).toHaveCount(0);
      await expect(page).toHaveURL(/\/flows$/);
      await list.link("Digest").tap();
      await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
    },
  );
});

test(
  "descriptions that are long, right-to-left or contain markup do not change the height of a row",
  { tag: "@full" },
  async ({ page, api }) => {
    const descriptions = [
      "word ".repeat(2_000),
      "يقرأ الرسائل الجديدة ".repeat(40),
      "<b>bold</b> & <img src=x>",
      "",
    ];
    for (const [index, description] of descriptions.entries())
      await api.createFlow({ ...namedFlow(`Flow ${index}`), description });
    const list = new FlowListPageObject(page);
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 740 });
      await list.open();
      await expect(list.row("Flow 2")).toContainText("<b>bold</b> & <img src=x>");
      const heights = () =>
        list.rows.evaluateAll((rows) => rows.map((row) => row.scrollHeight - row.clientHeight));
      await expect.poll(heights).toEqual([0, 0, 0, 0]);
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await expect.poll(overflow).toBeLessThanOrEqual(0);
      await expectNoAccessibilityViolationsInBothThemes(page, `a list at ${width} pixels`);
    }
  },
);

test(
  "sample flows are tagged until the note about them is dismissed, in all tabs",
  { tag: "@full" },
  async ({ page, context, startOwnServer }) => {
    const { url } = await startOwnServer({ env: { SEED: "1" } });
    const other = await context.newPage();
    for (const tab of [page, other]) {
      await tab.goto(`${url}/flows`);
      await expect(tab.getByRole("complementary", { name: "Sample flows" })).toBeVisible();
    }
    const list = new FlowListPageObject(page);
    await list.chooseFromMenu("Release notes", "Duplicate");
    await expect(list.row("Copy of Release notes")).toBeVisible();
    await expect(list.row("Copy of Release notes")).not.toContainText("Sample");
    await expect(list.row("Release notes")).toContainText("Sample");
    await expectNoAccessibilityViolationsInBothThemes(page, "the list of samples");

    await page.getByRole("button", { name: "Dismiss the note about samples" }).click();
    for (const tab of [page, other]) {
      await expect(tab.getByRole("complementary", { name: "Sample flows" })).toHaveCount(0);
      await expect(tab.getByText("Sample", { exact: true })).toHaveCount(0);
    }
    await expect(list.rows.first().getByRole("link").first()).toBeFocused();
    await page.reload();
    await expect(list.row("Release notes")).toBeVisible();
    await expect(page.getByText("Sample", { exact: true })).toHaveCount(0);
  },
);

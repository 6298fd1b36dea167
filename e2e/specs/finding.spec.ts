import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const flow = (name: string, tags: readonly string[] = []) => ({ ...buildFlow(name, [buildStep("a")]), tags });

const openViews = (page: Page) => page.getByRole("button", { name: /^Views/ }).click();

async function chooseView(page: Page, name: string): Promise<void> {
  await openViews(page);
  await page.getByRole("menuitemcheckbox", { name, exact: true }).click();
}

async function chooseStatus(page: Page, label: string): Promise<void> {
  await page.getByRole("combobox", { name: "Status" }).selectOption({ label });
}

test("tags are edited and filtered by keyboard, kept over a reload, and shown in another tab", async ({
  page,
  api,
  context,
}) => {
  await api.createFlow(flow("Onboarding", ["a tag of exactly forty characters, yes!!", "eu", "العملاء"]));
  await api.createFlow(flow("Digest", ["eu"]));
  const before = await api.createFlow(flow("Report"));
  const list = new FlowListPageObject(page);
  await list.open();
  const other = new FlowListPageObject(await context.newPage());
  await other.open();
  await expect(other.row("Report")).toBeVisible();

  await page.getByRole("button", { name: "Actions for Report" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Open", exact: true })).toBeFocused();
  await page.keyboard.press("t");
  await expect(page.getByRole("menuitem", { name: "Tags…" })).toBeFocused();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Tags of “Report”" });
  const field = dialog.getByRole("combobox", { name: "Add tags" });
  await expect(field).toBeFocused();
  await page.keyboard.type("Sales");
  await page.keyboard.press("Enter");
  await page.keyboard.type("E");
  await expect(dialog.getByRole("option", { name: /eu/ })).toHaveAttribute("data-highlighted", "true");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Remove eu" })).toBeVisible();
  await page.keyboard.press("Backspace");
  await expect(dialog.getByRole("button", { name: "Remove eu" })).toHaveCount(0);
  await page.keyboard.type("x".repeat(41));
  await expect(dialog.getByText("A tag has at most 40 characters.")).toBeVisible();
  await field.fill("EU");
  await page.keyboard.press("Enter");
  await expectNoAccessibilityViolationsInBothThemes(page, "the dialog of tags");
  await dialog.getByRole("button", { name: "Save tags" }).focus();
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Actions for Report" })).toBeFocused();
  await expect(list.row("Report")).toContainText("Tags: eu, Sales.");
  await expect(other.row("Report")).toContainText("Tags: eu, Sales.");
  const after = await api.getFlow(before.id);
  expect(after).toEqual({ ...before, tags: ["eu", "Sales"] });

  await page.getByRole("button", { name: "Tags", exact: true }).focus();
  await page.keyboard.press("Enter");
  const filter = page.getByRole("combobox", { name: "Filter by tags" });
  await expect(filter).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option", { name: "eu 3 flows" })).toHaveAttribute("data-highlighted", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?tag=eu$/);
  await list.expectNames(["Report", "Digest", "Onboarding"]);
  await page.keyboard.type("sal");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?tag=eu&tag=Sales$/);
  await list.expectNames(["Report"]);
  await expectNoAccessibilityViolationsInBothThemes(page, "the filter by tags");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Tags: eu, Sales" })).toBeFocused();
  await page.reload();
  await list.expectNames(["Report"]);
  await page.goBack();
  await list.expectNames(["Report", "Digest", "Onboarding"]);

  await api.call("changeFlowTags", { params: { id: before.id }, body: { remove: ["EU"] } });
  await list.expectNames(["Digest", "Onboarding"]);
  await list.open("?tag=none&search=x");
  await expect(page.getByText("No flows with the tag “none” match “x”.")).toBeVisible();
  await page.getByRole("button", { name: "Show all flows" }).click();
  await list.expectNames(["Report", "Digest", "Onboarding"]);
});

test(
  "views and favorites are saved in the browser, and two tabs lose no change of a view",
  { tag: "@full" },
  async ({ page, api, context }) => {
    for (const name of ["Third", "Second", "First"]) await api.createFlow(flow(name));
    const list = new FlowListPageObject(page);
    await extendUndoPeriod(page);
    await list.open("?status=draft");
    await openViews(page);
    await page.getByRole("menuitem", { name: "Save view…" }).click();
    const naming = page.getByRole("dialog", { name: "Save view" });
    await expect(naming).toContainText("Draft. Saved in this browser.");
    await page.keyboard.press("Enter");
    await expect(naming).toContainText("Name is required.");
    await page.keyboard.type("Work");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Views: Work", exact: true })).toBeVisible();

    const secondPage = await context.newPage();
    const second = new FlowListPageObject(secondPage);
    await second.open();
    await chooseView(secondPage, "Work");
    await second.expectNames(["First", "Second", "Third"]);

    await chooseStatus(page, "Published");
    await expect(page.getByRole("button", { name: "Views: Work, changed" })).toBeVisible();
    await openViews(page);
    await page.getByRole("menuitem", { name: "Update “Work”" }).click();
    await expect(page.getByRole("button", { name: "Views: Work", exact: true })).toBeVisible();

    await second.search.fill("ir");
    await second.expectNames(["First", "Third"]);
    await openViews(secondPage);
    await secondPage.getByRole("menuitem", { name: "Update “Work”" }).click();
    const conflict = secondPage.getByRole("dialog", { name: "“Work” was changed in another tab" });
    await expect(conflict).toContainText("Published");
    await expect(conflict).toContainText("“ir” · Draft");
    await expectNoAccessibilityViolationsInBothThemes(secondPage, "the conflict of a view");
    await conflict.getByRole("button", { name: "Save mine as new view" }).click();
    await secondPage.getByRole("textbox", { name: "Name" }).fill("Mine");
    await secondPage.keyboard.press("Enter");
    await expect(secondPage.getByRole("button", { name: "Views: Mine", exact: true })).toBeVisible();
    await chooseView(page, "Work");
    await expect(page).toHaveURL(/status=published&view=|view=.*status=published/);

    await openViews(page);
    await page.getByRole("menuitem", { name: "Manage views…" }).click();
    await page.getByRole("button", { name: "Work", exact: true }).click();
    await page.getByRole("textbox", { name: "View name" }).fill("Ours");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Ours", exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Delete Ours" }).click();
    await expect(page.getByRole("button", { name: "Open Ours" })).toHaveCount(0);
    await list.toast("Deleted the view “Ours”.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("button", { name: "Open Ours" })).toBeVisible();
    await page.keyboard.press("Escape");

    await chooseView(page, "All flows");
    const star = page.getByRole("button", { name: "Favorite Second" });
    await star.focus();
    await page.keyboard.press("Space");
    await expect(star).toHaveAttribute("aria-pressed", "true");
    await list.chooseFromMenu("First", "Add to favorites");
    await list.link("Third").click();
    await expect
      .poll(() => page.evaluate(() => localStorage.getItem("flowline-recent-flows")))
      .toContain("Third");
    await page.getByRole("link", { name: "Back to flows" }).click();
    await chooseView(page, "Favorites");
    await list.expectNames(["First", "Second"]);
    await page.reload();
    await list.expectNames(["First", "Second"]);
    await list.chooseFromMenu("First", "Remove from favorites");
    await list.expectNames(["Second"]);
    await chooseView(page, "Recently opened");
    await list.expectNames(["Third"]);
  },
);

test(
  "many flows are tagged at once, and the overview edits tags and the favorite",
  { tag: "@full" },
  async ({ page, api }) => {
    for (const name of ["Digest", "Report", "Triage"]) await api.createFlow(flow(name, ["eu"]));
    const list = new FlowListPageObject(page);
    await list.open();
    await page.getByRole("checkbox", { name: "Select Digest" }).check();
    await page.getByRole("checkbox", { name: "Select Report" }).check();
    await page.getByRole("button", { name: "Tag…" }).click();
    const dialog = page.getByRole("dialog", { name: "Tag 2 flows" });
    await expect(dialog.getByRole("combobox", { name: "Add tags" })).toBeFocused();
    await expect(dialog.getByRole("button", { name: "Remove eu" })).toBeVisible();
    await page.keyboard.type("Sales");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Remove eu" }).click();
    await dialog.getByRole("button", { name: "Tag 2 flows" }).click();
    await expect(dialog).toContainText("2 flows tagged");
    await dialog.getByRole("button", { name: "Done" }).click();
    await expect(list.row("Digest")).toContainText("Tags: Sales.");
    await expect(list.row("Triage")).toContainText("Tags: eu.");
    await page.getByRole("button", { name: "Clear selection" }).click();

    await page.setViewportSize({ width: 1600, height: 900 });
    await list.link("Report").click();
    const overview = page.getByRole("complementary", { name: "Overview" });
    const favorite = overview.getByRole("button", { name: "Favorite Report" });
    await favorite.click();
    await expect(favorite).toHaveAttribute("aria-pressed", "true");
    await overview.getByRole("button", { name: "Edit tags" }).click();
    await expect(page.getByRole("combobox", { name: "Add tags" })).toBeFocused();
    await page.keyboard.type("beta");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Save tags" }).click();
    await expect(overview.getByRole("list", { name: "Tags" })).toHaveText("betaSales");
    await expect(page.getByRole("button", { name: "Save", exact: true })).toHaveAttribute(
      "aria-disabled",
      "true",
    );
    await page.getByRole("button", { name: "Actions for this flow" }).click();
    await page.getByRole("menuitem", { name: "Remove from favorites" }).click();
    await expect(favorite).toHaveAttribute("aria-pressed", "false");
  },
);

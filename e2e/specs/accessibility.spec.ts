import { buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { chooseThemeInMenu } from "#e2e/harness/choose-theme.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import {
  expect,
  expectNoAccessibilityViolations,
  expectNoAccessibilityViolationsInBothThemes,
  test,
} from "#e2e/harness/test.ts";

test("axe finds no violations on the flow list and its dialogs", async ({ page, api }) => {
  await api.deleteAllFlows();
  const list = new FlowListPageObject(page);
  await list.open();
  await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the empty list");

  const live = await api.createFlow(buildFlow("Live", [buildStep("a"), buildStep("b", { enabled: false })]));
  await api.publishFlow(live.id);
  await api.updateFlow(live.id, { name: "Live and changed" });
  await api.createFlow(buildLongFlow("Draft", 20));
  await list.open();
  await expect(list.row("Draft")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the list");

  await page.getByRole("button", { name: "Actions for Draft" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "a row's menu");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "New flow" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByRole("button", { name: "Create flow" }).click();
  await expect(page.getByText("Name is required.")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the dialog for a new flow");
  await page.keyboard.press("Escape");

  await list.chooseFromMenu("Live and changed", "Delete");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the delete confirmation");
  await page.keyboard.press("Escape");

  await list.chooseFromMenu("Draft", "Publish");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the publish dialog");
  await page.keyboard.press("Escape");

  await list.open("?search=zzz");
  await expect(page.getByRole("heading", { name: "No matching flows" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the list without matches");
});

test(
  "axe finds no violations on the sign-in page and the not-found page",
  { tag: "@full" },
  async ({ page, startOwnServer, problems }) => {
    problems.allow(/status of 40[14]/);
    const { url } = await startOwnServer({ env: { API_KEYS: "key-0123456789abc" } });
    await page.goto(`${url}/sign-in`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expectNoAccessibilityViolationsInBothThemes(page, "the sign-in page");
    await page.goto(`${url}/no/such/page`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectNoAccessibilityViolationsInBothThemes(page, "the not-found page");
  },
);

test("a step's name is a button that opens the settings and leaves the focus on the row", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const name = editor.row("Fetch").getByRole("button", { name: "Fetch, open settings" });
  await expect(name).toHaveAttribute("tabindex", "-1");
  await name.click();
  await expect(page.getByRole("complementary", { name: "Inspector of Fetch" })).toBeVisible();
  await expect(editor.row("Fetch")).toBeFocused();
  await editor.row("Clean").getByRole("button", { name: "Clean, open settings" }).press("Enter");
  await expect(page.getByRole("complementary", { name: "Inspector of Clean" })).toBeVisible();
  await expect(editor.row("Clean")).toBeFocused();

  const names = await editor.list
    .getByRole("button")
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
  expect(names).toEqual([...new Set(names)]);
});

test("the editor and the list have no axe violations and no horizontal overflow at 320 pixels", async ({
  page,
  api,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await expectNoAccessibilityViolations(page, "the narrow editor");
  await editor.row("Fetch").click({ position: { x: 150, y: 20 } });
  await expect(page.getByRole("dialog", { name: "Step" })).toBeVisible();
  await expectNoAccessibilityViolations(page, "the inspector as a sheet");
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await new FlowListPageObject(page).open();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expectNoAccessibilityViolations(page, "the narrow list");
  await page.goto("/runs");
  await expect(page.getByRole("heading", { level: 1, name: "Runs" })).toBeVisible();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expectNoAccessibilityViolations(page, "the narrow list of runs");
});

test(
  "keeps the chosen theme after a reload, and follows the system theme when set to System",
  { tag: "@full" },
  async ({ page }) => {
    await new FlowListPageObject(page).open();
    await chooseThemeInMenu(page, "Dark");
    await page.reload();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await chooseThemeInMenu(page, "System");
    await page.emulateMedia({ colorScheme: "light" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(background).not.toBe(light);
  },
);

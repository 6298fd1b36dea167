import type { Page } from "@playwright/test";
import { buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

const chooseTheme = async (page: Page, theme: "Light" | "Dark") => {
  await page.getByRole("radio", { name: theme }).check();
  await expect(page.locator("html")).toHaveAttribute("data-theme", theme.toLowerCase());
};

for (const theme of ["Light", "Dark"] as const) {
  test.describe(`in the ${theme.toLowerCase()} theme, axe finds nothing`, () => {
    test("on the list and its dialogs", async ({ page, api }) => {
      await api.deleteAllFlows();
      const list = new FlowList(page);
      await list.open();
      await chooseTheme(page, theme);
      await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
      await expectAccessible(page, "the empty list");

      const live = await api.createFlow(
        buildFlow("Live", [buildStep("a"), buildStep("b", { enabled: false })]),
      );
      await api.publishFlow(live.id);
      await api.updateFlow(live.id, { name: "Live and changed" });
      await api.createFlow(buildLongFlow("Draft", 20));
      await list.open();
      await expect(list.row("Draft")).toBeVisible();
      await expectAccessible(page, "the list");

      await page.getByRole("button", { name: "Actions for Draft" }).click();
      await expect(page.getByRole("menu")).toBeVisible();
      await expectAccessible(page, "a row's menu");
      await page.keyboard.press("Escape");

      await page.getByRole("button", { name: "New flow" }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await page.getByRole("button", { name: "Create flow" }).click();
      await expectAccessible(page, "the dialog for a new flow");
      await page.keyboard.press("Escape");

      await list.chooseFromMenu("Live and changed", "Delete");
      await expect(page.getByRole("alertdialog")).toBeVisible();
      await expectAccessible(page, "the question before a delete");
      await page.keyboard.press("Escape");

      await list.chooseFromMenu("Draft", "Publish");
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page, "the publish dialog");
      await page.keyboard.press("Escape");

      await list.open("?search=zzz");
      await expect(page.getByRole("heading", { name: "No flow matches" })).toBeVisible();
      await expectAccessible(page, "the list without a match");
    });

    test("in the editor and its dialogs", async ({ page, api }) => {
      // A dozen states, each looked at by axe.
      test.slow();
      const { flow, editor } = await openFlow({ page, api });
      await chooseTheme(page, theme);
      await expectAccessible(page, "the editor");

      await editor.row("Fetch").click();
      await expect(page.getByRole("textbox", { name: "URL" })).toBeVisible();
      await page.getByRole("button", { name: /^More/ }).click();
      await expectAccessible(page, "the inspector's form");
      await page.getByRole("tab", { name: "JSON" }).click();
      await expect(page.getByRole("textbox", { name: "Config (JSON)" })).toBeVisible();
      await expectAccessible(page, "the inspector's JSON");

      await editor.openMenu("Fetch");
      await expectAccessible(page, "a step's menu");
      await page.keyboard.press("Escape");

      await page.getByRole("button", { name: "Add step", exact: true }).click();
      await expect(page.getByRole("dialog", { name: "Add step" })).toBeVisible();
      await expectAccessible(page, "the step picker");
      await page.keyboard.press("Escape");

      await editor.handle("Fetch").focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowDown");
      await expectAccessible(page, "a move by keyboard");
      await page.keyboard.press("Escape");

      await editor.renameFlow("Mine");
      await api.updateFlow(flow.id, { name: "Theirs" });
      await expect(page.getByRole("alert")).toContainText("Changed elsewhere");
      await expectAccessible(page, "a conflict");
      await editor.saveButton.click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page, "the choice between both");
      await page.keyboard.press("Escape");

      await page.getByRole("link", { name: "All flows" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
      await expectAccessible(page, "the question before leaving");
    });

    test("on the sign-in page and a missing one", async ({ page, startOwnServer, problems }) => {
      problems.allow(/status of 40[14]/);
      const { url } = await startOwnServer({ env: { API_KEYS: "key" } });
      await page.goto(`${url}/sign-in`);
      await chooseTheme(page, theme);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expectAccessible(page, "the sign-in page");
      await page.goto(`${url}/no/such/page`);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expectAccessible(page, "a page that is not there");
    });
  });
}

test("on a phone, the editor and its sheet have no violation and nothing sticks out", async ({
  page,
  api,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const { editor } = await openFlow({ page, api });
  await expectAccessible(page, "the narrow editor");
  await editor.row("Fetch").click({ position: { x: 150, y: 20 } });
  await expect(page.getByRole("dialog", { name: "Step" })).toBeVisible();
  await expectAccessible(page, "the inspector as a sheet");
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await new FlowList(page).open();
  expect(await overflow()).toBeLessThanOrEqual(0);
  await expectAccessible(page, "the narrow list");
});

test("the theme is kept, and follows the system when told to", async ({ page }) => {
  await new FlowList(page).open();
  await chooseTheme(page, "Dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("radio", { name: "System" }).check();
  await page.emulateMedia({ colorScheme: "light" });
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).not.toBe(light);
});

import type { Locator, Page } from "@playwright/test";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.describe("on a phone", () => {
  test.use({ viewport: { width: 320, height: 480 }, hasTouch: true, isMobile: true });

  test("the save status is not truncated, and every entry of a row's menu can be reached", async ({
    page,
    api,
    problems,
  }) => {
    problems.allow(/status of 503/);
    const { editor } = await createFlowAndOpenEditor({ page, api });
    const expectWhole = async (text: string) => {
      await expect(editor.status).toHaveText(text);
      const words = editor.status.locator("span");
      await expect
        .poll(() => words.evaluate((span) => span.scrollWidth - span.clientWidth), text)
        .toBeLessThanOrEqual(0);
    };
    await expectWhole("Saved");
    await editor.switchOf("Fetch").tap();
    await expectWhole("1 unsaved change");
    await editor.switchOf("Clean").tap();
    await expectWhole("2 unsaved changes");

    const menu = page.getByRole("menu");
    const last = page.getByRole("menuitem", { name: "Delete" });
    const button = page.getByRole("button", { name: "Actions for Clean" });
    await button.tap();
    // The other entries scroll above Delete.
    await expect(last).toBeInViewport({ ratio: 1 });
    await page.getByRole("menuitem", { name: "Move", exact: true }).tap();
    for (const name of ["Move, back", "Move to…"])
      await expect(page.getByRole("menuitem", { name })).toBeInViewport({ ratio: 1 });
    await page.getByRole("menuitem", { name: "Move, back" }).tap();
    await expect(page.getByRole("menuitem", { name: "Move up" })).toHaveCount(0);
    await last.tap();
    await expect(menu).toHaveCount(0);
    await editor.expectSaid("Deleted “Clean”. Undo to restore.");

    await page.getByRole("button", { name: "Actions for Fetch" }).press("Enter");
    await expect(page.getByRole("menuitem", { name: "Configure" })).toBeFocused();
    await page.keyboard.press("End");
    await expect(last).toBeFocused();
    await expect(last).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Home");
    await expect(page.getByRole("menuitem", { name: "Configure" })).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Escape");

    await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 503 });
    await editor.saveButton.tap();
    await expectWhole("Not confirmed — retry");
  });
});

test.describe("in forced colors mode", () => {
  test("enabled, selected, focused, current and active elements look different", async ({ page, api }) => {
    await page.emulateMedia({ forcedColors: "active" });
    const { editor } = await createFlowAndOpenEditor({ page, api });
    // Moves the pointer away, so that no hover style is in the screenshots.
    await page.mouse.move(0, 0);

    const on = await look(editor.switchOf("Fetch"));
    await editor.row("Fetch").focus();
    await page.keyboard.press("Space");
    await editor.expectSaid("“Fetch” is off.");
    await expect.poll(() => look(editor.switchOf("Fetch"))).not.toBe(on);

    await editor.row("Clean").focus();
    const unselected = await look(editor.row("Notify"));
    await page.keyboard.press("End");
    await expect(editor.row("Notify")).toBeFocused();
    await page.keyboard.press("Shift+ArrowUp");
    await expect(editor.row("Notify")).toHaveAccessibleName(/selected$/);
    await page.keyboard.press("Home");
    await expect(editor.row("Fetch")).toBeFocused();
    await expect.poll(() => look(editor.row("Notify")), "a selected row").not.toBe(unselected);

    const unfocused = await look(editor.row("Clean"));
    await page.keyboard.press("ArrowDown");
    await expect(editor.row("Clean")).toBeFocused();
    await expect.poll(() => look(editor.row("Clean")), "a focused row").not.toBe(unfocused);

    expect(await look(page.getByRole("link", { name: "Steps" })), "the current tab").not.toBe(
      await look(page.getByRole("link", { name: "JSON" })),
    );
    await expectGround(page, "[data-drop-marker] > :first-child", async () => {
      await editor.pickUpByKeyboard("Clean");
      await editor.pressAndHear("ArrowDown");
    });
    await editor.pressAndHear("Escape");

    await editor.row("Clean").focus();
    await page.keyboard.press("Shift+F10");
    const items = page.getByRole("menuitem");
    await expect(items.first()).toBeFocused();
    const chosen = await look(items.first());
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => look(items.first()), "the active menu item").not.toBe(chosen);
    await page.keyboard.press("Escape");

    await page.keyboard.press("ControlOrMeta+f");
    await page.keyboard.type("Notify");
    await expect(editor.row("Notify")).toHaveCSS("outline-style", "solid");
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    const types = page.getByRole("option");
    await expect(types.and(page.locator("[aria-selected=true]"))).toHaveCSS("outline-style", "solid");
  });
});

async function look(locator: Locator): Promise<string> {
  return (await locator.screenshot({ animations: "disabled", caret: "hide" })).toString("base64");
}

/**
 * Expects that the background color of an element differs from the page's, because only the background marks the
 * element.
 */
async function expectGround(page: Page, selector: string, begin: () => Promise<void>): Promise<void> {
  await begin();
  const ground = (css: string) =>
    page
      .locator(css)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await ground(selector)).not.toBe(await ground("body"));
  expect(await ground(selector)).not.toBe("rgba(0, 0, 0, 0)");
}

test("rows animate to their new position, unless reduced motion is preferred", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const seconds = () =>
    editor.row("Fetch").evaluate((row) => Number.parseFloat(getComputedStyle(row).transitionDuration));
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await seconds()).toBeLessThan(0.001);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  expect(await seconds()).toBeGreaterThan(0.1);
});

import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

test("the keyboard map opens by ?, Ctrl+/ and the menu, and gives the focus back", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  const map = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await editor.row("Clean").focus();
  await page.keyboard.press("?");
  await expect(map.getByText("Duplicate")).toBeVisible();
  await expectAccessible(page, "the keyboard map");
  await page.keyboard.press("Escape");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Control+/");
  await expect(map).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click();
  await expect(map).toBeVisible();
});

test("keys of a single character can be switched off, for good", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("?");
  await page.getByRole("switch", { name: "Single-key shortcuts" }).click();
  await page.keyboard.press("Escape");
  await page.reload();
  await editor.row("Clean").focus();
  await page.keyboard.press("?");
  await page.keyboard.press("/");
  await page.keyboard.press("Control+/");
  // Only the last one opened something.
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.getByRole("switch", { name: "Single-key shortcuts" }).click();
  await page.keyboard.press("Escape");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("/");
  await expect(page.getByRole("dialog", { name: "Add step" })).toBeVisible();
});

test("/ adds after the focused row, at the end from elsewhere, and knows what was added last", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Queue").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("crawl");
  await page.keyboard.press("Enter");
  await editor.expectSaid("Added Crawl website at position 2 of 3, in Route then.");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await page.keyboard.type("Crawl /?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(editor.row("Crawl /?")).toBeFocused();

  await page
    .getByRole("button", { name: "Close inspector" })
    .or(page.getByRole("heading", { level: 1 }))
    .first()
    .focus();
  await page.keyboard.press("Escape");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("/");
  const dialog = page.getByRole("dialog", { name: "Add step" });
  await expect(dialog.getByRole("option").first()).toHaveText(/^Crawl website/);
  await expect(dialog.getByRole("group", { name: "Recent" })).toBeVisible();
  await page.keyboard.press("Enter");
  await editor.expectSaid("Added Crawl website at position 5 of 5.");
});

test("no shortcut works while typing, in a dialog or in a menu", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("F2");
  const name = page.getByRole("textbox", { name: /^Name of step/ });
  await page.keyboard.press("Control+a");
  await page.keyboard.type("a/b?");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Control+d");
  await expect(name).toHaveValue("a/b?");
  await page.keyboard.press("Enter");
  await editor.expectSteps(["Fetch", "a/b?", "Route", "Notify"]);

  await editor.openMenu("Fetch");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("/");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Add step", exact: true }).click();
  await page.keyboard.press("Control+d");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("1 unsaved change");
  await expect(page.getByRole("heading", { name: /selected$/ })).toHaveCount(0);
});

test("while an input method composes, its keys are its own", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Clean").focus();
  await page.evaluate(() => {
    for (const key of ["?", "/", "Delete", "a"]) {
      const event = { key, bubbles: true, cancelable: true, isComposing: true, ctrlKey: key === "a" };
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", event));
    }
  });
  await page.keyboard.press("Control+/");
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: /selected$/ })).toHaveCount(0);
  await expect(editor.status).toHaveText("Saved");
});

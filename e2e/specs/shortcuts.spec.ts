import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("the keyboard shortcuts dialog opens by ?, Ctrl+/ and the help menu, and returns the focus when it closes", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await editor.row("Clean").focus();
  await page.keyboard.press("?");
  await expect(dialog.getByText("Duplicate")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Control+/");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Help", exact: true }).click();
  await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click();
  await expect(dialog).toBeVisible();
});

test("the / key adds a step after the focused row, or at the end, and preselects the most common type", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Queue").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("fetch");
  await page.keyboard.press("Enter");
  await editor.expectSaid("Added “Fetch URL” at position 2 of 3, in “Route” then.");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await page.keyboard.type("Read /?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(editor.row("Read /?")).toBeFocused();

  await page
    .getByRole("button", { name: "Close inspector" })
    .or(page.getByRole("heading", { level: 1 }))
    .first()
    .focus();
  await page.keyboard.press("Escape");
  // Closing the inspector moves the focus to the row, which must not happen after the blur.
  await editor.waitFourFrames();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("/");
  const dialog = page.getByRole("dialog", { name: "Add step" });
  const prompt = dialog.getByRole("group", { name: "Common" }).getByRole("option").first();
  await expect(prompt).toHaveText(/^Prompt/);
  await expect(prompt).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await editor.expectSaid("Added “Prompt” at position 5 of 5.");
});

test("shortcuts are ignored in text fields, dialogs and menus", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
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
  await expect(page.getByRole("dialog", { name: "Add step" }).getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Control+d");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("1 unsaved change");
  await expect(page.getByRole("heading", { name: /selected$/ })).toHaveCount(0);
});

test("shortcuts are ignored during IME composition", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
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

import type { Page } from "@playwright/test";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { SHORTCUT_CHECKS, buildShortcutCheckFlow } from "#e2e/harness/shortcut-checks.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test("the keyboard shortcuts dialog opens by ?, Ctrl+/ and the help menu, and returns the focus when it closes", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await editor.row("Clean").focus();
  await page.keyboard.press("?");
  await expect(dialog.getByText("Duplicate")).toBeVisible();
  const labels = (await readSheet(page)).map(({ label }) => label).toSorted();
  expect(labels, "each entry of the sheet has a check in SHORTCUT_CHECKS").toEqual(
    Object.keys(SHORTCUT_CHECKS).toSorted(),
  );
  await expectNoAccessibilityViolations(page, "the shortcut sheet");
  await page.keyboard.press("Escape");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Control+/");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Help", exact: true }).click();
  await page.getByRole("menuitem", { name: "Keyboard shortcuts" }).click();
  await expect(dialog).toBeVisible();
});

test(
  "single-key shortcuts can be disabled, and stay disabled after a reload",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.row("Clean").focus();
    await page.keyboard.press("?");
    await page.getByRole("switch", { name: "Single-key shortcuts" }).click();
    await page.keyboard.press("Escape");
    await page.reload();
    await editor.row("Clean").focus();
    await page.keyboard.press("?");
    await page.keyboard.press("/");
    await page.keyboard.press("Control+/");
    // Expects one dialog, of Ctrl+/, because the keys “?” and “/” are disabled.
    await expect(page.getByRole("dialog")).toHaveCount(1);
    await page.getByRole("switch", { name: "Single-key shortcuts" }).click();
    await page.keyboard.press("Escape");
    await expect(editor.row("Clean")).toBeFocused();
    await page.keyboard.press("/");
    await expect(page.getByRole("dialog", { name: "Add step" })).toBeVisible();
  },
);

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

interface SheetEntry {
  readonly label: string;
  readonly keys: readonly string[];
}

const PLAYWRIGHT_KEYS: Readonly<Record<string, string>> = {
  Ctrl: "Control",
  "↑": "ArrowUp",
  "↓": "ArrowDown",
  "←": "ArrowLeft",
  "→": "ArrowRight",
  "↵": "Enter",
  Esc: "Escape",
  Del: "Delete",
};

/** Reads all shortcuts from the help dialog, so that a new shortcut without a check fails the test. */
async function readSheet(page: Page): Promise<readonly SheetEntry[]> {
  const rows = await page
    .getByRole("dialog", { name: "Keyboard shortcuts" })
    .locator("dl > div")
    .evaluateAll((entries) =>
      entries.map((entry) => ({
        label: entry.querySelector("dt")?.textContent ?? "",
        shortcuts: [...entry.querySelectorAll("kbd")].map((kbd) =>
          [...kbd.querySelectorAll("[aria-hidden]")].map((key) => key.textContent ?? ""),
        ),
      })),
    );
  return rows.map(({ label, shortcuts }) => ({
    label,
    keys: shortcuts.map((keys) => keys.map((key) => PLAYWRIGHT_KEYS[key] ?? key).join("+")),
  }));
}

test(
  "every shortcut in the keyboard shortcuts dialog has the described effect",
  { tag: "@full" },
  async ({ page, api, context }) => {
    test.setTimeout(300_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await createFlowAndOpenEditor({ page, api }, buildShortcutCheckFlow());
    await page.keyboard.press("Control+/");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    for (const { label, keys } of await readSheet(page)) {
      for (const key of keys) {
        await test.step(`${label}: ${key}`, async () => {
          const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildShortcutCheckFlow());
          const press = () => page.keyboard.press(key);
          await SHORTCUT_CHECKS[label]?.({ page, api, editor, flowId: flow.id, key, press });
        });
      }
    }
  },
);

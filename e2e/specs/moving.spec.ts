import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

const nestedFlow = () =>
  buildFlow("Nested", [
    buildStep("fetch"),
    buildConditional("route", [buildStep("score"), buildStep("hide")], [buildStep("approve")]),
    buildStep("notify"),
  ]);

test("Alt+Shift+Arrow keys are mirrored in right-to-left layout", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await editor.row("Fetch").focus();
  await page.keyboard.press("Alt+Shift+ArrowLeft");
  await editor.expectSaid("Moved “Fetch” to position 1 of 3, in “Route” then.");
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await editor.expectSaid("Moved “Fetch” to position 2 of 3.");
});

test("Alt+Arrow on a handle keeps the focus on the handle", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
  await editor.handle("Fetch").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await editor.expectSaid("Moved “Fetch” to position 2 of 3.");
  await expect(editor.handle("Fetch")).toBeFocused();
});

test(
  "the menu of a selected row moves the whole selection, and returns the focus",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
    await editor.row("Score").click();
    await editor.row("Hide").click({ modifiers: ["Shift"] });
    await editor.chooseFromMenu("Hide", "Move", "Move selected steps out of “Route” › then");
    await editor.expectSaid("Moved 2 steps to position 3 of 5.");
    await expect(page.getByRole("button", { name: "Actions for Hide" })).toBeFocused();
    await editor.openMenu("Fetch");
    await page.getByRole("menuitem", { name: "Move", exact: true }).press("ArrowRight");
    const up = page.getByRole("menuitem", { name: "Move up", exact: true });
    await expect(up).toHaveAttribute("aria-disabled", "true");
    await expect(up).toHaveAccessibleDescription("“Fetch” is already first.");
    const reason = page.locator(":popover-open", { hasText: "“Fetch” is already first." });
    await expect(reason).toBeVisible();
  },
);

import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";

const plainFlow = () =>
  buildFlow(
    "Plain",
    ["a", "b", "c", "d"].map((id) => buildStep(id)),
  );

test("a click selects one step, Shift+click a range, and Ctrl+click toggles a step", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, plainFlow());
  const panel = page.getByRole("complementary", { name: "Selection" });
  await editor.row("A").click();
  await expect(page.getByRole("complementary", { name: "Inspector of A" })).toBeVisible();
  await expect(page).toHaveURL(/\?step=a$/);
  await editor.row("C").click({ modifiers: ["Shift"] });
  await editor.expectSaid("3 steps selected.");
  await expect(panel.getByRole("heading")).toHaveText("3 steps selected");
  await expect(page).not.toHaveURL(/step=/);
  await expect(page.getByRole("complementary", { name: /^Inspector/ })).toHaveCount(0);
  await expect(editor.row("B")).toHaveAccessibleName(/selected/);
  await editor.row("B").click({ modifiers: ["Control"] });
  await editor.expectSaid("2 steps selected.");
  await editor.row("D").click({ modifiers: ["Control"] });
  await expect(panel.getByRole("listitem")).toHaveText(["A", "C", "D"]);
  await editor.row("D").click();
  await expect(page.getByRole("complementary", { name: "Inspector of D" })).toBeVisible();
});

test("Shift+Arrow extends the selection from the focused step, and Escape clears it", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(editor.row("Route")).toBeFocused();
  await editor.expectSaid("2 steps selected.");
  // The second Shift+ArrowDown extends the selection past the heading of a branch, because only steps can be
  // selected.
  await page.keyboard.press("Shift+ArrowDown");
  await expect(editor.row("Queue")).toBeFocused();
  await editor.expectSaid("3 steps selected.");
  await page.keyboard.press("Shift+ArrowUp");
  await expect(editor.row("Route")).toBeFocused();
  await page.keyboard.press("Escape");
  await editor.expectSaid("No steps selected.");
  await expect(editor.row("Route")).toBeFocused();
  await expect(page.getByRole("complementary", { name: "Selection" })).toHaveCount(0);
});

test(
  "Ctrl+A selects all visible steps, and pressed again also the folded ones",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await page.getByRole("button", { name: "Collapse Route" }).click();
    await editor.row("Fetch").focus();
    await page.keyboard.press("Control+a");
    await editor.expectSaid("4 steps selected.");
    await page.keyboard.press("Control+a");
    await editor.expectSaid("7 steps selected.");
    await expect(page.getByText("Includes 3 steps nested in another selected step.")).toBeVisible();
    // The buttons of the selection panel must not announce Space as their shortcut, because Space acts on the focused
    // row, which need not be selected.
    const panel = page.getByRole("complementary", { name: "Selection" });
    for (const name of ["Switch off", "Switch on"]) {
      const button = panel.getByRole("button", { name, exact: true });
      await expect(button).not.toHaveAttribute("aria-keyshortcuts");
    }
    await editor.openMenu("Fetch");
    await expect(page.getByRole("menuitem", { name: "Delete selected steps" })).toBeVisible();
    await page.keyboard.press("Escape");
  },
);

test(
  "Space, Delete and undo act on the whole selection, as one edit with one announcement",
  { tag: "@full" },
  async ({ page, api }) => {
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, plainFlow());
    await editor.row("B").focus();
    await page.keyboard.press("Shift+ArrowDown");
    await expect(editor.row("C")).toBeFocused();
    await page.keyboard.press("Space");
    await editor.expectSaid("2 steps are off.");
    await expect(editor.switchOf("B")).not.toBeChecked();
    await expect(editor.status).toHaveText("1 unsaved change");
    await page.keyboard.press("Delete");
    await editor.expectSaid("Deleted 2 steps. Undo to restore.");
    await expect(editor.row("D")).toBeFocused();
    await editor.expectSteps(["A", "D"]);
    await expect(page.getByRole("complementary", { name: "Selection" })).toHaveCount(0);

    await page.keyboard.press("Control+z");
    await editor.expectSaid("Undid delete 2 steps.");
    await editor.expectSteps(["A", "B", "C", "D"]);
    await expect(page.getByRole("heading", { name: "2 steps selected" })).toBeVisible();
    await page.keyboard.press("Control+z");
    await editor.expectSaid("Undid switch off 2 steps.");
    await expect(editor.status).toHaveText("Saved");
    expect((await api.getFlow(flow.id)).flowSteps.length).toBe(4);
  },
);

test("the selection panel moves, disables and deletes steps, and keeps the focus", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, plainFlow());
  await editor.row("C").click();
  await editor.row("D").click({ modifiers: ["Shift"] });
  const panel = page.getByRole("complementary", { name: "Selection" });
  await expectNoAccessibilityViolations(page, "the selection panel");
  const up = panel.getByRole("button", { name: "Move up" });
  await up.click();
  await editor.expectSaid("Moved 2 steps to position 2 of 4.");
  await up.click();
  await editor.expectSteps(["C", "D", "A", "B"]);
  await expect(up).toBeFocused();
  await expect(up).toHaveAccessibleDescription("2 steps are already first.");
  await panel.getByRole("button", { name: "Switch off" }).click();
  await editor.expectSaid("2 steps are off.");
  await panel.getByRole("button", { name: "Delete" }).click();
  await expect(editor.row("A")).toBeFocused();
  await editor.expectSteps(["A", "B"]);
  await page.keyboard.press("Control+z");
  await editor.expectSteps(["C", "D", "A", "B"]);
  await panel.getByRole("button", { name: "Copy" }).focus();
  await page.keyboard.press("Delete");
  await editor.expectSteps(["A", "B"]);
});

test(
  "pressing a panel button that disappears moves the focus to the step list",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.row("Fetch").click();
    await editor.row("Clean").click({ modifiers: ["Control"] });
    const panel = page.getByRole("complementary", { name: "Selection" });
    await panel.getByRole("button", { name: /^Move into “Route”/ }).press("Enter");
    await expect(editor.row("Fetch")).toBeFocused();
    await panel.getByRole("button", { name: "Switch off" }).press("Enter");
    await expect(editor.row("Fetch")).toBeFocused();
  },
);

test("clicking a tooltip closes it and keeps the focus", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Fetch").focus();
  await page.keyboard.press("Tab");
  await expect(editor.handle("Fetch")).toBeFocused();
  const tooltip = page.getByText("Drag to move, click to choose a position");
  await tooltip.click();
  await expect(tooltip).toBeHidden();
  await expect(editor.handle("Fetch")).toBeFocused();
});

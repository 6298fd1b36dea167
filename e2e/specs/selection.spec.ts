import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";
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

test("the selection panel moves, disables and deletes steps, and keeps the focus", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, plainFlow());
  await editor.row("C").click();
  await editor.row("D").click({ modifiers: ["Shift"] });
  const panel = page.getByRole("complementary", { name: "Selection" });
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

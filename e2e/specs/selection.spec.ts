import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";
import { buildFlow, buildStep } from "#core/flow-builder.ts";

const plainFlow = () =>
  buildFlow(
    "Plain",
    ["a", "b", "c", "d"].map((id) => buildStep(id)),
  );

test("a click selects one, Shift a range, Ctrl one more or less", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, plainFlow());
  const panel = page.getByRole("complementary", { name: "Selection" });
  await editor.row("A").click();
  await expect(page.getByRole("complementary", { name: "Inspector of A" })).toBeVisible();
  await expect(page).toHaveURL(/\?step=a$/);
  await editor.row("C").click({ modifiers: ["Shift"] });
  await editor.expectSaid("3 steps are selected.");
  await expect(panel.getByRole("heading")).toHaveText("3 steps selected");
  await expect(page).not.toHaveURL(/step=/);
  await expect(page.getByRole("complementary", { name: /^Inspector/ })).toHaveCount(0);
  await expect(editor.row("B")).toHaveAccessibleName(/selected/);
  await editor.row("B").click({ modifiers: ["Control"] });
  await editor.expectSaid("2 steps are selected.");
  await editor.row("D").click({ modifiers: ["Control"] });
  await expect(panel.getByRole("listitem")).toHaveText(["A", "C", "D"]);
  await editor.row("D").click();
  await expect(page.getByRole("complementary", { name: "Inspector of D" })).toBeVisible();
});

test("Shift and arrows extend from where the focus is, Escape clears", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(editor.row("Route")).toBeFocused();
  await editor.expectSaid("2 steps are selected.");
  // The rows that say then and else are no steps.
  await page.keyboard.press("Shift+ArrowDown");
  await expect(editor.row("Queue")).toBeFocused();
  await editor.expectSaid("3 steps are selected.");
  await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Escape");
  await editor.expectSaid("No step is selected.");
  await expect(editor.row("Route")).toBeFocused();
  await expect(page.getByRole("complementary", { name: "Selection" })).toHaveCount(0);
});

test("Ctrl+A selects what is to be seen, and again what is folded away", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await page.getByRole("button", { name: "Fold Route" }).click();
  await editor.row("Fetch").focus();
  await page.keyboard.press("Control+a");
  await editor.expectSaid("4 steps are selected.");
  await page.keyboard.press("Control+a");
  await editor.expectSaid("7 steps are selected.");
  await expect(page.getByText("3 of them are inside another one, and go along with it.")).toBeVisible();
  // What Space does depends on the row that has the focus, and the labels leave the counting to the heading.
  const panel = page.getByRole("complementary", { name: "Selection" });
  for (const name of ["Switch off", "Switch on"]) {
    const button = panel.getByRole("button", { name, exact: true });
    await expect(button).not.toHaveAttribute("aria-keyshortcuts");
  }
  await editor.openMenu("Fetch");
  await expect(page.getByRole("menuitem", { name: "Delete selected steps" })).toBeVisible();
  await page.keyboard.press("Escape");
});

test("Space, Delete and undo act on all that is selected, as one edit with one announcement", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api }, plainFlow());
  await editor.row("B").focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(editor.row("C")).toBeFocused();
  await page.keyboard.press("Space");
  await editor.expectSaid("2 steps are off.");
  await expect(editor.switchOf("B")).not.toBeChecked();
  await expect(editor.status).toHaveText("1 unsaved change");
  await page.keyboard.press("Delete");
  await editor.expectSaid("Deleted 2 steps. Undo brings them back.");
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
});

test("the panel moves, switches and deletes, and keeps the focus while it can", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, plainFlow());
  await editor.row("C").click();
  await editor.row("D").click({ modifiers: ["Shift"] });
  const panel = page.getByRole("complementary", { name: "Selection" });
  await expectAccessible(page, "the selection panel");
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
  await panel.getByRole("button", { name: "Copy" }).focus();
  await page.keyboard.press("Delete");
  await editor.expectSteps(["A", "B"]);
});

test("by touch, Select starts to gather steps, and a bar acts on them", async ({ browser, server, api }) => {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: { width: 390, height: 760 },
    hasTouch: true,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const { editor } = await openFlow({ page, api }, plainFlow());
  await page.getByRole("button", { name: "Actions for B" }).tap();
  await page.getByRole("menuitem", { name: "Select" }).tap();
  await editor.expectSaid("Selecting. Tap a step to add it or take it away.");
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar.getByRole("heading")).toHaveText("1 step selected");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await editor.row("D").tap({ position: { x: 150, y: 20 } });
  await expect(bar.getByRole("heading")).toHaveText("2 steps selected");
  await expectAccessible(page, "the selection bar");
  await bar.getByRole("button", { name: "Delete" }).tap();
  await editor.expectSteps(["A", "C"]);
  await expect(bar).toHaveCount(0);
  await page.getByRole("button", { name: /^Undo/ }).tap();
  await expect(bar.getByRole("heading")).toHaveText("2 steps selected");
  await bar.getByRole("button", { name: "Select none" }).tap();
  await expect(bar).toHaveCount(0);
  // From here on a tap opens a step again.
  await editor.row("A").tap({ position: { x: 150, y: 20 } });
  await expect(page.getByRole("dialog", { name: "Step" })).toBeVisible();
  await context.close();
});

test("a button of the panel that goes with its press leaves the focus on the steps", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Fetch").click();
  await editor.row("Clean").click({ modifiers: ["Control"] });
  const panel = page.getByRole("complementary", { name: "Selection" });
  await panel.getByRole("button", { name: /^Move into “Route”/ }).press("Enter");
  await expect(editor.row("Fetch")).toBeFocused();
  await panel.getByRole("button", { name: "Switch off" }).press("Enter");
  await expect(editor.row("Fetch")).toBeFocused();
});

test("a press on a tooltip closes it and leaves the focus where it was", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Fetch").focus();
  await page.keyboard.press("Tab");
  await expect(editor.handle("Fetch")).toBeFocused();
  const tooltip = page.getByText("Drag to reorder, click to choose a place");
  await tooltip.click();
  await expect(tooltip).toBeHidden();
  await expect(editor.handle("Fetch")).toBeFocused();
});

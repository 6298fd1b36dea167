import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("step rows expose name, level, position and set size to screen readers", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const row = editor.row("Route");
  await expect(row).toHaveAttribute("data-step-id", "route");
  await expect(row).toHaveAttribute("aria-level", "1");
  await expect(row).toHaveAttribute("aria-posinset", "3");
  await expect(row).toHaveAttribute("aria-setsize", "4");
  await expect(row).toHaveAccessibleName(/^3 Route/);
  await expect(row).toContainText("then 2 · else 1");
  await expect(editor.switchOf("Notify")).not.toBeChecked();
  await expect(editor.status).toHaveText("Saved");
});

test("a keyboard move announces each position it passes", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  expect(await editor.moveByKeyboard("Fetch", 2)).toEqual([
    "Picked up “Fetch”, position 1 of 4. Use arrow keys to move, with Shift to the next valid position. Space drops, Escape cancels.",
    "“Fetch”, position 2 of 4, before “Route”.",
    "“Fetch”, position 1 of 3, in “Route” then, before “Queue”.",
    "“Fetch”, position 2 of 3, in “Route” then, before “Hide”.",
    "“Fetch”, position 3 of 3, in “Route” then, at the end.",
    "“Fetch”, position 1 of 2, in “Route” else, before “Approve”.",
    "“Fetch”, position 2 of 2, in “Route” else, at the end.",
    "“Fetch”, position 3 of 4, before “Notify”.",
    "Moved “Fetch” to position 3 of 4.",
  ]);
  await expect(editor.handle("Fetch")).toBeFocused();
});

test("Escape cancels a move by keyboard and by mouse, and leaves nothing to save", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.handle("Fetch").focus();
  await page.keyboard.press("Space");
  await editor.expectSaid(/^Picked up “Fetch”/);
  await page.keyboard.press("ArrowDown");
  await editor.expectSaid("“Fetch”, position 2 of 4, before “Route”.");
  await page.keyboard.press("Escape");
  await editor.expectSaid("Move cancelled. “Fetch” stays at position 1.");

  await editor.untilDraggable();
  const row = await editor.row("Clean").boundingBox();
  await page.mouse.move(row!.x + 200, row!.y + 10);
  await page.mouse.down();
  await page.mouse.move(row!.x + 200, row!.y + 90, { steps: 8 });
  await editor.expectSaid(/^“Clean”, position/);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(editor.status).toHaveText("Saved");
});

test(
  "dropping a step outside the list results in no change or one unsaved change",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.untilDraggable();
    const row = await editor.row("Clean").boundingBox();
    await page.mouse.move(row!.x + 200, row!.y + 10);
    await page.mouse.down();
    await page.mouse.move(row!.x + 200, row!.y + 60, { steps: 8 });
    await page.mouse.move(row!.x + 200, 5, { steps: 8 });
    await page.mouse.up();
    await expect(editor.status).toHaveText(/^(Saved|1 unsaved change)$/);
  },
);

test("Alt+Arrow moves the step and keeps the focus on it", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSteps(["Clean", "Fetch", "Route", "Notify"]);
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSaid("“Clean” is already first.");
});

test("moving or disabling a conditional leaves its nested steps unchanged", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.chooseFromMenu("Route", "Move", "Move to top");
  await editor.expectSaid("Moved “Route” to position 1 of 4.");
  await editor.row("Route").focus();
  await page.keyboard.press("Space");
  const body = await editor.save();
  expect(body).toEqual({
    flowSteps: [flow.flowSteps[2], flow.flowSteps[0], flow.flowSteps[1], flow.flowSteps[3]].map(
      (step, order) => ({
        ...step,
        order,
        enabled: order === 0 ? false : step?.["enabled"],
      }),
    ),
  });
});

test("undo and redo name each edit and still work after a save", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Fetch").click();
  await editor.chooseFromMenu("Notify", "Move", "Move to top");
  await expect(editor.status).toHaveText("3 unsaved changes");
  await editor.save();

  await page.getByRole("button", { name: /^Undo move “Notify”/ }).click();
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.status).toHaveText("1 unsaved change");
  await page.keyboard.press("Control+z");
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await page.keyboard.press("Control+z");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  expect(await editor.save()).toEqual({ flowSteps: flow.flowSteps });
  expect(JSON.stringify((await api.getFlow(flow.id)).flowSteps)).toBe(JSON.stringify(flow.flowSteps));

  await page.keyboard.press("Control+Shift+z");
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.status).toHaveText("1 unsaved change");
});

test("disabling and re-enabling a step leaves nothing to save", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText("1 unsaved change");
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText("Saved");
});

test("after a delete the focus moves to the next row, else the previous, else the Add step button", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("f", [buildStep("a"), buildStep("b"), buildStep("c")]),
  );
  await editor.row("B").focus();
  await page.keyboard.press("Delete");
  await expect(editor.row("C")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(editor.row("A")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("button", { name: "Add step" })).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(editor.row("A")).toBeFocused();
});

test("a step can be moved, disabled, renamed and saved by keyboard alone", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await new KeyboardOnlyUser(page).tabTo(editor.row("Fetch"));
  await page.keyboard.press("ArrowDown");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Alt+ArrowDown");
  await page.keyboard.press("Space");
  await page.keyboard.press("F2");
  await page.keyboard.type("Tidy");
  await page.keyboard.press("Enter");
  await expect(editor.row("Tidy")).toBeFocused();
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: "Rename", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps.map((step) => step["name"])).toEqual([
    "Fetch",
    "Route",
    "Tidy",
    "Notify",
  ]);
});

test("undo in a field that the user has not changed undoes the flow's last edit, not the text in Try it", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Greetings", [buildStep("greet")]),
  );
  await editor.untilAnalyzed();
  await page.keyboard.press("Control+Enter");
  const message = page.getByRole("textbox", { name: "Message" });
  await message.click();
  await page.keyboard.type("Hello");
  await page.getByRole("button", { name: "Add step", exact: true }).click();
  await page.keyboard.type("crawl");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await page.keyboard.press("Control+z");
  await editor.expectSteps(["Greet"]);
  await expect(message).toHaveValue("Hello");
});

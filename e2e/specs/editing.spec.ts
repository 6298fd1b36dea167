import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

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

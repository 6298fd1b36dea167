import type { Locator } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

const walkFlow = () =>
  buildFlow("On the train", [
    buildStep("fetch", { name: "Fetch page", type: "fetch-url", config: { outputVariable: "page" } }),
    buildConditional("route", [buildStep("queue")], [buildStep("approve")]),
    buildStep("notify", { type: "send-email" }),
  ]);

test("edits and saves a flow by touch alone", async ({ page, api }) => {
  test.setTimeout(180_000);
  await page.addInitScript(() => {
    addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch") throw new Error(`A ${event.pointerType} was used.`);
    });
  });
  await api.deleteAllFlows();
  const { id } = await api.createFlow(walkFlow());
  const editor = new EditorPageObject(page);
  const sheet = page.getByRole("dialog", { name: "Step", exact: true });
  const bar = page.getByRole("region", { name: "Selection" });
  /** Types like an on-screen keyboard, without key events. */
  const write = (text: string) => page.keyboard.insertText(text);
  /** Waits for the focus, which may move only some time after the tap. */
  const tapAndWrite = async (field: Locator, text: string) => {
    await field.tap();
    await expect(field).toBeFocused();
    await write(text);
  };
  const tapRow = (name: string) => editor.row(name).tap({ position: { x: 150, y: 20 } });

  await test.step("open the flow", async () => {
    const list = new FlowListPageObject(page);
    await list.open();
    await list.link("On the train").tap();
    await expect(page.getByRole("heading", { level: 1, name: "On the train" })).toBeFocused();
    await editor.expectOutline([
      "1 Fetch page",
      "2 Route",
      "  then",
      "  1 Queue",
      "  else",
      "  1 Approve",
      "3 Notify",
    ]);
    await expectNoAccessibilityViolations(page, "the editor on a touch screen");
  });

  await test.step("add a step and configure it in the sheet", async () => {
    await page.getByRole("button", { name: "Add step", exact: true }).tap();
    const picker = page.getByRole("dialog", { name: "Add step" });
    await tapAndWrite(picker.getByRole("combobox"), "prompt");
    await picker.getByRole("option", { name: /^Prompt/ }).tap();
    await editor.expectSaid("Added “Prompt” at position 4 of 4.");
    await expect(sheet.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
    await write("Sum up");
    await tapAndWrite(sheet.getByRole("textbox", { name: "Prompt", exact: true }), "Sum up {{page}}");
    await tapAndWrite(sheet.getByRole("textbox", { name: "Save result as" }), "summary");
    await expectNoAccessibilityViolations(page, "the sheet on a touch screen");
    await sheet.getByRole("button", { name: "Close" }).tap();
    await expect(sheet).toHaveCount(0);
    await expect(editor.row("Sum up")).toBeFocused();
  });

  await test.step("add a step to a branch by the “+” of its heading", async () => {
    await page.getByRole("button", { name: "Add step first in Route else" }).tap();
    await page
      .getByRole("dialog", { name: "Add step" })
      .getByRole("option", { name: /^Template/ })
      .tap();
    await editor.expectSaid("Added “Template” at position 1 of 2, in “Route” else.");
    await expect(sheet.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
    await write("Letter");
    await sheet.getByRole("button", { name: "Close" }).tap();
    await expect(editor.row("Letter")).toBeFocused();
  });

  await test.step("select, move, delete and restore several steps", async () => {
    await page.getByRole("button", { name: "Actions for Notify" }).tap();
    await page.getByRole("menuitem", { name: "Select" }).tap();
    await editor.expectSaid("Tap steps to select or deselect.");
    await tapRow("Approve");
    await expect(bar.getByRole("heading")).toHaveText("2 steps selected");
    await bar.getByRole("button", { name: "Move to…" }).tap();
    const places = page.getByRole("dialog", { name: "Move 2 steps to…" });
    await places.getByRole("option", { name: /^before “Fetch page”/ }).tap();
    await editor.expectSaid("Moved 2 steps to position 1 of 5.");
    await editor.expectSteps(["Approve", "Notify", "Fetch page", "Route", "Sum up"]);
    await bar.getByRole("button", { name: "Delete" }).tap();
    await editor.expectSaid("Deleted 2 steps. Undo to restore.");
    await expect(editor.row("Fetch page")).toBeFocused();
    await page.getByRole("button", { name: "Undo delete 2 steps" }).tap();
    await editor.expectSaid("Undid delete 2 steps.");
    await expect(bar.getByRole("heading")).toHaveText("2 steps selected");
    await bar.getByRole("button", { name: "Clear selection" }).tap();
    await expect(bar).toHaveCount(0);
  });

  await test.step("disable a step and save", async () => {
    await editor.switchOf("Approve").tap();
    await editor.expectSaid("“Approve” is off.");
    await editor.saveButton.tap();
    await expect(editor.status).toHaveText("Saved");
  });

  expect((await api.getFlow(id)).flowSteps).toMatchObject([
    { name: "Approve", enabled: false },
    { name: "Notify" },
    { name: "Fetch page" },
    {
      name: "Route",
      config: { trueSteps: [{ name: "Queue" }], falseSteps: [{ name: "Letter", type: "template" }] },
    },
    { name: "Sum up", config: { userPrompt: "Sum up {{page}}", outputVariable: "summary" } },
  ]);
});

import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { delayRequestsUntilReleased } from "#e2e/harness/slow-down-page.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";

test("sample data can be edited while the flow has unsaved changes, are stored with the flow, and fill Try it", async ({
  page,
  api,
  problems,
}) => {
  const greet = buildStep("greet", {
    type: "set-variable",
    config: { variableName: "greeting", valueTemplate: "{{topic}} in {{_record.metadata.city}}" },
  });
  const body = { ...buildFlow("Sampled", [greet]), sampleMetadata: { topic: "Spring" } };
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, body);
  await editor.untilAnalyzed();
  await editor.renameStep("Greet", "Say hello");

  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await page.getByRole("menuitem", { name: "Sample data…" }).click();
  const dialog = page.getByRole("dialog", { name: "Sample data" });
  const text = dialog.getByRole("textbox", { name: "Sample data (JSON)" });
  await expect(text).toContainText('"topic": "Spring"');
  const inputs = dialog.getByRole("region", { name: "Inputs of the flow" }).getByRole("listitem");
  await expect(inputs).toHaveText([/^topic.*has a value$/, /^_record\.metadata\.city.*has no value$/]);
  await dialog.getByRole("button", { name: "Add missing" }).click();
  await expect(text).toContainText('"city": ""');
  await expectNoAccessibilityViolationsInBothThemes(page, "the dialog for sample data");

  const save = dialog.getByRole("button", { name: "Save sample data" });
  await text.fill("[1]");
  await save.click();
  await expect(dialog).toContainText("Sample data must be a JSON object.");
  await text.fill('{ "topic": "Autumn", "city": "Rome" }');
  await save.click();
  await expect(dialog).toHaveCount(0);
  expect((await api.getFlow(flow.id)).sampleMetadata).toEqual({ topic: "Autumn", city: "Rome" });
  await expect(editor.status).toHaveText("1 unsaved change");

  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  await expect(panel.input("topic")).toHaveValue("Autumn");
  await panel.run.click();
  await expect(editor.row("Say hello")).toContainText("Autumn in Rome");
  await panel.input("topic").fill("Winter");
  await page.getByRole("button", { name: "Use sample data" }).click();
  await expect(panel.input("topic")).toHaveValue("Autumn");

  // Another client changes the flow while the dialog is open: neither its change nor the sample data are lost.
  problems.allow(/status of 412/);
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await page.getByRole("menuitem", { name: "Sample data…" }).click();
  await api.updateFlow(flow.id, { description: "Changed elsewhere" });
  await text.fill('{ "topic": "Winter" }');
  await expect(async () => {
    if (await dialog.isVisible()) await save.click({ timeout: 1_000 });
    await expect(dialog).toHaveCount(0, { timeout: 500 });
  }).toPass();
  await page.getByRole("button", { name: "Merge", exact: true }).click();
  await editor.save();
  expect(await api.getFlow(flow.id)).toMatchObject({
    description: "Changed elsewhere",
    sampleMetadata: { topic: "Winter" },
    flowSteps: [{ name: "Say hello" }],
  });

  // Another client changes the sample data: the dialog shows them, or warns before pending input replaces them.
  const open = async () => {
    await page.getByRole("button", { name: "Actions for this flow" }).click();
    await page.getByRole("menuitem", { name: "Sample data…" }).click();
  };
  await open();
  await expect(text).toContainText("Winter");
  await api.updateFlow(flow.id, { sampleMetadata: { topic: "Elsewhere" } });
  await expect(text).toContainText("Elsewhere");
  await text.fill('{ "topic": "Mine" }');
  await api.updateFlow(flow.id, { sampleMetadata: { topic: "Again" } });
  await expect(dialog.getByRole("alert")).toContainText("The sample data was changed elsewhere.");
  await expect(dialog.getByRole("button", { name: "Replace sample data" })).toBeVisible();
  await dialog.getByRole("button", { name: "Discard edits and load it" }).click();
  await expect(text).toContainText("Again");
  await expect(dialog.getByRole("alert")).toHaveCount(0);

  // Escape asks before it discards pending input, and a save goes on after the dialog was closed.
  await text.fill('{ "topic": "Closed" }');
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await expect(text).toContainText("Closed");
  const release = await delayRequestsUntilReleased(page, /\/v1\/flows\//);
  await save.click();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  release();
  await expect.poll(async () => (await api.getFlow(flow.id)).sampleMetadata).toEqual({ topic: "Closed" });
});

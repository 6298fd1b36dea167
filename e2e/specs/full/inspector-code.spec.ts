import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { sampleFetchUrlStepConfig, createFlowAndOpenStep } from "#e2e/harness/open-step.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test("the inspector's JSON tab reports errors with their line, and keeps fields that the form does not show", async ({
  page,
  api,
}) => {
  const { field, inspector, tab, saveConfig } = await createFlowAndOpenStep({ page, api }, "prompt", {
    model: "m",
    userPrompt: "Hi",
    temperature: 1,
  });
  await tab("JSON").click();
  const json = field("Config (JSON)");
  await json.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(
    '{\n  "model": "m",\n  "userPrompt": "Hi",\n  "temperature": 5,\n  "own": true\n}',
  );
  await expect(inspector.getByText("Line 4: Temperature must be a number from 0 to 2.")).toBeVisible();
  await expect(inspector.locator(".cm-lintRange").first()).toHaveText("5");
  expect(await saveConfig()).toBe('{"model":"m","userPrompt":"Hi","temperature":5,"own":true}');

  await json.press("Control+End");
  await page.keyboard.press("Backspace");
  await expect(inspector.getByText(/^Fix or discard this text: .*line 6/)).toBeVisible();
  await expect(tab("Form")).toHaveAttribute("aria-disabled", "true");
  await inspector.getByRole("button", { name: "Discard" }).click();
  await tab("Form").click();
  await expect(inspector.getByText("Other fields: own. Edit in JSON.")).toBeVisible();
});

test("undo in a field reverts its text first, then the flow's last edit", async ({ page, api }) => {
  const { editor, field, inspector } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "Hi",
    outputVariable: "answer",
  });
  await editor.switchOf("Fetch page").click();
  await field("Prompt").click();
  await page.keyboard.press("End");
  // Inserts the text at once: typing that pauses for half a second takes two undos.
  await page.keyboard.insertText(" there");
  await page.keyboard.press("Control+z");
  await expect(field("Prompt")).toHaveText("Hi");
  await expect(editor.switchOf("Fetch page")).not.toBeChecked();
  await page.keyboard.press("Control+z");
  await expect(editor.switchOf("Fetch page")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");

  await editor.switchOf("Fetch page").click();
  const output = field("Save result as");
  await output.focus();
  await page.keyboard.press("End");
  await page.keyboard.type("s");
  await expect(output).toHaveValue("answers");
  await page.keyboard.press("Control+z");
  await expect(output).toHaveValue("answer");
  await expect(editor.switchOf("Fetch page")).not.toBeChecked();
  await output.focus();
  await page.keyboard.press("Control+z");
  await expect(editor.switchOf("Fetch page")).toBeChecked();

  // Renames the step in the text field, then focuses the row: outside the field, one undo must revert all of the
  // typing as a single edit.
  await inspector.getByRole("textbox", { name: "Name" }).fill("Renamed");
  await editor.row("Renamed").focus();
  await page.keyboard.press("Control+z");
  await expect(inspector.getByRole("textbox", { name: "Name" })).toHaveValue("Mine");
});

test("editing a prompt keeps its CR and CRLF line ends", async ({ page, api }) => {
  const { field, saveConfig } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "a\r\nb\rc\nd",
  });
  await field("Prompt").press("Control+End");
  await page.keyboard.type("!");
  expect(await saveConfig()).toBe(JSON.stringify({ userPrompt: "a\r\nb\rc\nd!" }));
});

test("completion and undo work in the form of a step on a phone", async ({ page, api }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Forms", [
      buildStep("fetch", { type: "fetch-url", name: "Fetch page", config: sampleFetchUrlStepConfig }),
      buildStep("step", { type: "prompt", name: "Mine", config: { userPrompt: "Hi" } }),
    ]),
  );
  await editor.row("Mine").click({ position: { x: 150, y: 18 } });
  const sheet = page.getByRole("dialog", { name: "Step" });
  const prompt = sheet.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.click();
  await page.keyboard.press("End");
  // Inserts the text at once: typing that pauses for half a second takes two undos.
  await page.keyboard.insertText(" {{pa");
  await expect(sheet.getByRole("option", { name: /page/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet.getByRole("option", { name: /page/ })).toHaveCount(0);
  await expect(sheet).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(prompt).toHaveText("Hi");
  await expectNoAccessibilityViolations(page, "a form in the sheet");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test("editing a prompt keeps its CR and CRLF line ends", async ({ page, api }) => {
  const { field, saveConfig } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "a\r\nb\rc\nd",
  });
  await field("Prompt").press("Control+End");
  await page.keyboard.type("!");
  expect(await saveConfig()).toBe(JSON.stringify({ userPrompt: "a\r\nb\rc\nd!" }));
});

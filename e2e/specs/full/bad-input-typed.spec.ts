import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { createFlowAndOpenStep } from "#e2e/harness/open-step.ts";
import { pasteTextFromClipboard, replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("an invalid JSON config keeps its text, shows line and column, and blocks the save", async ({
  page,
  api,
}) => {
  const { editor, inspector, tab, flow } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "a",
  });
  await tab("JSON").click();
  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  const faults: readonly (readonly [string, string | RegExp])[] = [
    ['{\n  "userPrompt": "a",\n  "temperature": .5\n}', "(line 3, column 18)"],
    ["[1, 2]", "Config must be an object"],
    ['{\n  "big": 12345678901234567890\n}', "The number 12345678901234567890 is too precise"],
    [String.raw`{"half": "\udc00"}`, "an unpaired surrogate"],
    [`{"deep": ${"[".repeat(120)}${"]".repeat(120)}}`, /nested more than 100 levels deep/i],
  ];
  for (const [text, message] of faults) {
    await replaceFieldTextByKeyboard(page, config, text);
    await expect(inspector.getByText(/^Fix or discard this text/)).toContainText(message);
    await editor.row("Fetch page").click();
    await editor.row("Mine").click();
    await inspector.getByRole("tab", { name: "JSON" }).click();
    await expect(config).toContainText(text.split("\n").at(-2) ?? text);
  }
  await editor.saveButton.click();
  await expect(config).toBeFocused();
  await inspector.getByRole("button", { name: /^Discard/ }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps).toEqual(flow.flowSteps);
});

test("a number that JavaScript cannot represent exactly is reported with its line and column", async ({
  page,
  api,
}) => {
  const { inspector, tab } = await createFlowAndOpenStep({ page, api }, "prompt", {});
  await tab("JSON").click();
  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  await replaceFieldTextByKeyboard(page, config, '{\n  "big": 12345678901234567890\n}');
  await expect(inspector.getByText(/^Fix or discard this text/)).toContainText("(line 2, column 10)");
});

test("a prompt of a million characters can be pasted, edited and saved", async ({ page, api }) => {
  const { editor, field, saveConfig } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "",
  });
  const words = "All work and no play. ".repeat(50_000);
  for (const text of [words, words.replaceAll(" ", "_"), words.replaceAll(". ", ".\n")]) {
    const prompt = field("Prompt");
    await replaceFieldTextByKeyboard(page, prompt, text);
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("Hear: ");
    expect(JSON.parse(await saveConfig())).toEqual({ userPrompt: `Hear: ${text}` });
    expect(await prompt.evaluate((element) => element.textContent.length)).toBeLessThan(200_000);
  }
  await editor.switchOf("Fetch page").click();
  await editor.save();
});

test("a save above the size limit shows an error and keeps all edits", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 413/);
  const { editor, field } = await createFlowAndOpenStep({ page, api }, "prompt", { userPrompt: "" });
  await replaceFieldTextByKeyboard(page, field("Prompt"), "Too much. ".repeat(220_000));
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText(/Could not save/);
  await expect(page.getByRole("alert").filter({ hasText: "Edits are kept" })).toContainText(
    /2 MiB|too large/i,
  );
  await page.keyboard.press("Control+z");
  await expect(editor.status).toHaveText("Saved");
});

test("a flow name over 500 characters shows an error and stays in its field until it is shortened", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  const heading = page.getByRole("heading", { level: 1 });
  const box = page.getByRole("textbox", { name: "Flow name" });
  await heading.getByRole("button").click();
  await pasteTextFromClipboard(page, "n".repeat(501));
  await expect(box).toHaveValue("n".repeat(501));
  await page.keyboard.press("Enter");
  await expect(heading.getByRole("alert")).toHaveText("At most 500 characters (now 501).");
  await page.keyboard.press("Control+s");
  await expect(box).toBeFocused();
  await editor.row("Fetch").focus();
  await expect(box).toHaveValue("n".repeat(501));
  await box.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await expect(heading).toHaveText("n".repeat(500));
  await editor.save();
  expect((await api.getFlow(flow.id)).name).toBe("n".repeat(500));
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
});

test("a step name may exceed 500 characters, and a condition over 500 characters blocks the save", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Fetch", "s".repeat(501));
  await editor.row("Clean").click();
  await editor.openAdvanced();
  await editor.showExpression();
  const when = page.getByRole("textbox", { name: "Run if" });
  await replaceFieldTextByKeyboard(page, when, "w".repeat(501));
  await expect(
    page.getByText(/^Fix or discard this text: Conditions are limited to 500 characters\./),
  ).toBeVisible();
  await editor.saveButton.click();
  await expect(when).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Backspace");
  await editor.save();
  const [fetch, clean] = (await api.getFlow(flow.id)).flowSteps;
  expect([fetch?.["name"], clean?.["when"]]).toEqual(["s".repeat(501), "w".repeat(500)]);
});

test("a lone surrogate in a step name is reported at its step and can be fixed there", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 400/);
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Fetch").click();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.evaluate((element: HTMLInputElement) => {
    element.focus();
    element.select();
    document.execCommand("insertText", false, "half \ud83d");
  });
  await page.keyboard.press("Control+s");
  await expect(page.locator("main")).toContainText("an unpaired surrogate");
  await name.fill("Whole");
  await editor.save();
});

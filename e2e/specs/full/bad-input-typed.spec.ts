import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { createFlowAndOpenStep } from "#e2e/harness/open-step.ts";
import { pasteTextFromClipboard, replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

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

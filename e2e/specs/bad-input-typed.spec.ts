import { openFlow } from "#e2e/harness/open-flow.ts";
import { openStep } from "#e2e/harness/open-step.ts";
import { pasteText, replaceText } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Whatever is typed: a sentence at the field, the text is kept, and the flow holds the last good value.

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a config with a fault keeps its text, says line and column, and holds up the save", async ({
  page,
  api,
}) => {
  const { editor, inspector, tab, flow } = await openStep({ page, api }, "prompt", { userPrompt: "a" });
  await tab("JSON").click();
  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  const faults: readonly (readonly [string, string])[] = [
    ['{\n  "userPrompt": "a",\n  "temperature": .5\n}', "(line 3, column 18)"],
    ["[1, 2]", "A config is an object"],
    ['{\n  "big": 12345678901234567890\n}', "The number 12345678901234567890 cannot be kept exactly"],
    [String.raw`{"half": "\udc00"}`, "half of a surrogate pair"],
    [`{"deep": ${"[".repeat(120)}${"]".repeat(120)}}`, "nested more than 100 levels deep"],
  ];
  for (const [text, message] of faults) {
    await replaceText(page, config, text);
    await expect(inspector.getByText(/^Fix or discard this text/)).toContainText(message);
    // Elsewhere and back: what was typed is there.
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

test("a number in a fault's way is pointed at by line and column", async ({ page, api }) => {
  const { inspector, tab } = await openStep({ page, api }, "prompt", {});
  await tab("JSON").click();
  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  await replaceText(page, config, '{\n  "big": 12345678901234567890\n}');
  await expect(inspector.getByText(/^Fix or discard this text/)).toContainText("(line 2, column 10)");
});

test("a prompt of a million characters is taken, saved and typed on in", async ({ page, api }) => {
  const { editor, field, saveConfig } = await openStep({ page, api }, "prompt", { userPrompt: "" });
  const words = "All work and no play. ".repeat(50_000);
  for (const text of [words, words.replaceAll(" ", "_"), words.replaceAll(". ", ".\n")]) {
    const prompt = field("Prompt");
    await replaceText(page, prompt, text);
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("Hear: ");
    expect(JSON.parse(await saveConfig())).toEqual({ userPrompt: `Hear: ${text}` });
    // No more of it is on the page than is to be seen.
    expect(await prompt.evaluate((element) => element.textContent.length)).toBeLessThan(200_000);
  }
  await editor.switchOf("Fetch page").click();
  await editor.save();
});

test("a flow that would be too large is refused with a sentence, and every edit stays", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 413/);
  const { editor, field } = await openStep({ page, api }, "prompt", { userPrompt: "" });
  await replaceText(page, field("Prompt"), "Too much. ".repeat(220_000));
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText(/Could not save/);
  await expect(page.getByRole("alert").filter({ hasText: "Your edits are kept" })).toContainText(
    /2 MiB|too large/i,
  );
  await page.keyboard.press("Control+z");
  await expect(editor.status).toHaveText("Saved");
});

test("a flow's name has 500 characters; one more is said, and stays to be shortened", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  const heading = page.getByRole("heading", { level: 1 });
  const box = page.getByRole("textbox", { name: "Flow name" });
  await heading.getByRole("button").click();
  await pasteText(page, "n".repeat(501));
  await expect(box).toHaveValue("n".repeat(501));
  await page.keyboard.press("Enter");
  await expect(heading.getByRole("alert")).toHaveText("At most 500 characters: this has 501.");
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

test("a step's name may be as long as one likes, and a condition says where it ends", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Fetch", "s".repeat(501));
  await editor.row("Clean").click();
  const when = page.getByRole("textbox", { name: "When" });
  await replaceText(page, when, "w".repeat(501));
  await expect(
    page.getByText(/^Fix or discard this text: A condition has 500 characters at most\./),
  ).toBeVisible();
  await editor.saveButton.click();
  await expect(when).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Backspace");
  await editor.save();
  const [fetch, clean] = (await api.getFlow(flow.id)).flowSteps;
  expect([fetch?.["name"], clean?.["when"]]).toEqual(["s".repeat(501), "w".repeat(500)]);
});

test("half a character that came into a name is refused at its step, and mended there", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 400/);
  const { editor } = await openFlow({ page, api });
  await editor.row("Fetch").click();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.evaluate((element: HTMLInputElement) => {
    element.focus();
    element.select();
    document.execCommand("insertText", false, "half \ud83d");
  });
  await page.keyboard.press("Control+s");
  await expect(page.locator("main")).toContainText("half of a surrogate pair");
  await name.fill("Whole");
  await editor.save();
});

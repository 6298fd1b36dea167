import type { Page } from "@playwright/test";
import { Conflict, PROMPT, changeElsewhere, flowOfThree, promptHeld } from "#e2e/harness/conflict.ts";
import { untilTextKept } from "#e2e/harness/device.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { press } from "#e2e/harness/recovery-bar.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Both wrote in the same long text.

async function typeOverLine(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.type(text);
}

test("a long text changed in different lines by both is merged; in the same line it is put together by hand", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  const held = () => promptHeld(api, flow.id, 1);
  const write = async (from: string, to: string) => {
    await prompt.getByText(from, { exact: true }).click();
    await typeOverLine(page, to);
  };
  const theyWrite = async (from: string, to: string) =>
    changeElsewhere(api, flow.id, 1, { config: { userPrompt: (await held()).replace(from, to) } });

  await editor.row("Clean").click();
  await write("Sum it up.", "Sum it up in one sentence.");
  await theyWrite("Answer in English.", "Answer in French.");
  await editor.save();
  expect(await held()).toBe(
    PROMPT.replace("Sum it up.", "Sum it up in one sentence.").replace("English", "French"),
  );
  await expect(prompt).toContainText("Answer in French.");
  await conflict.summary.getByRole("button", { name: "Show changes" }).click();
  await conflict.summary.getByText("What changed in it").click();
  await expect(conflict.summary.locator("del")).toContainText("English");
  await expect(conflict.summary.locator("ins")).toContainText("French");

  await write("Be kind.", "Be kind and brief.");
  await theyWrite("Be kind.", "Be kind and clear.");
  await editor.saveButton.click();
  const clash = conflict.clash("“Clean” · Prompt");
  await expect(clash.locator("ins").filter({ hasText: "brief" })).toBeVisible();
  await expect(clash.locator("ins").filter({ hasText: "clear" })).toBeVisible();
  await clash.getByRole("radio", { name: "Put together by hand" }).click();
  const result = clash.getByRole("textbox", { name: "The text that holds" });
  await expect(result).toContainText("Be kind and brief.");
  await expectAccessible(page, "a text that is put together by hand");
  await clash.getByRole("button", { name: "Take theirs here" }).click();
  await expect(result).toContainText("Be kind and clear.");
  await expect(clash.getByText("No differences from theirs")).toBeVisible();
  await result.getByText("Be kind and clear.").click();
  await typeOverLine(page, "Be kind, brief and clear.");
  await conflict.expectDecided(1, 1);

  // What was written outlives the dialog.
  await page.keyboard.press("Escape");
  await expect(conflict.dialog).toHaveCount(0);
  await editor.saveButton.click();
  await expect(result).toContainText("Be kind, brief and clear.");
  await conflict.expectDecided(1, 1);
  await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect(await held()).toContain("Be kind, brief and clear.\n\nAnswer in French.");
});

/** Both wrote into the same line of a prompt; a third text was put together of them, and waits to be applied. */
async function putTogether({ page, api }: Parameters<typeof openFlow>[0]) {
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await editor.row("Clean").click();
  await page.getByRole("textbox", { name: "Prompt", exact: true }).getByText("Be kind.").click();
  await typeOverLine(page, "Be kind and brief.");
  await changeElsewhere(api, flow.id, 1, {
    config: { userPrompt: PROMPT.replace("Be kind.", "Be kind and clear.") },
  });
  await editor.saveButton.click();
  const clash = conflict.clash("“Clean” · Prompt");
  await clash.getByRole("radio", { name: "Put together by hand" }).click();
  const result = clash.getByRole("textbox", { name: "The text that holds" });
  await result.getByText("Be kind and brief.").click();
  await typeOverLine(page, "Be kind, brief and clear.");
  await untilTextKept(page, "Be kind, brief and clear.");
  return { flow, editor, conflict, result };
}

test("a text that is put together by hand outlives the page", async ({ page, api, problems }) => {
  problems.allow(/status of 412/);
  const { flow, editor, conflict, result } = await putTogether({ page, api });
  await page.goto("about:blank");

  await page.goto(`/flows/${flow.id}`);
  await press(page, "Merge");
  await expect(result).toContainText("Be kind, brief and clear.");
  await conflict.expectDecided(1, 1);
  await conflict.dialog.getByRole("button", { name: /^Apply/ }).click();
  await editor.save();
  expect(await promptHeld(api, flow.id, 1)).toBe(PROMPT.replace("Be kind.", "Be kind, brief and clear."));
});

test("a copy made of mine leaves the text that was put together where it was", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, conflict, result } = await putTogether({ page, api });
  await page.keyboard.press("Escape");
  await conflict.bannerButton("Save mine as a new flow");
  // It is not in the copy, so the page is not left without a word.
  await page.getByRole("button", { name: "Leave, keep on this device" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Digest" })).toBeVisible();
  await page.goto(`/flows/${flow.id}`);
  await press(page, "Merge");
  await expect(result).toContainText("Be kind, brief and clear.");
});

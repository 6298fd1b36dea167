import type { Page } from "@playwright/test";
import {
  SaveConflictPageObject,
  MULTILINE_PROMPT,
  updateStepThroughApi,
  buildThreeStepFlow,
  fetchPromptOfStep,
} from "#e2e/harness/conflict.ts";
import { waitUntilJournalContainsText } from "#e2e/harness/browser-storage.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { clickButtonInRecoveryBar } from "#e2e/harness/recovery-bar.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

async function typeOverLine(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.type(text);
}

test("merges edits to different lines of a prompt, and lets the user merge edits to the same line by hand", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  const held = () => fetchPromptOfStep(api, flow.id, 1);
  const write = async (from: string, to: string) => {
    await prompt.getByText(from, { exact: true }).click();
    await typeOverLine(page, to);
  };
  const theyWrite = async (from: string, to: string) =>
    updateStepThroughApi(api, flow.id, 1, { config: { userPrompt: (await held()).replace(from, to) } });

  await editor.row("Clean").click();
  await write("Sum it up.", "Sum it up in one sentence.");
  await theyWrite("Answer in English.", "Answer in French.");
  await editor.save();
  expect(await held()).toBe(
    MULTILINE_PROMPT.replace("Sum it up.", "Sum it up in one sentence.").replace("English", "French"),
  );
  await expect(prompt).toContainText("Answer in French.");
  await conflict.summary.getByRole("button", { name: "Show changes" }).click();
  await conflict.summary.getByText("Show difference").click();
  await expect(conflict.summary.locator("del")).toContainText("English");
  await expect(conflict.summary.locator("ins")).toContainText("French");

  await write("Be kind.", "Be kind and brief.");
  await theyWrite("Be kind.", "Be kind and clear.");
  await editor.saveButton.click();
  const conflictGroup = conflict.conflictGroup("“Clean” · Prompt");
  await expect(conflictGroup.locator("ins").filter({ hasText: "brief" })).toBeVisible();
  await expect(conflictGroup.locator("ins").filter({ hasText: "clear" })).toBeVisible();
  await conflictGroup.getByRole("radio", { name: "Merge manually" }).click();
  const result = conflictGroup.getByRole("textbox", { name: "Merged text" });
  await expect(result).toContainText("Be kind and brief.");
  await expectNoAccessibilityViolations(page, "the editor for merging a text by hand");
  await conflictGroup.getByRole("button", { name: "Use theirs here" }).click();
  await expect(result).toContainText("Be kind and clear.");
  await expect(conflictGroup.getByText("No differences from theirs")).toBeVisible();
  await result.getByText("Be kind and clear.").click();
  await typeOverLine(page, "Be kind, brief and clear.");
  await conflict.expectDecided(1, 1);

  await page.keyboard.press("Escape");
  await expect(conflict.dialog).toHaveCount(0);
  await editor.saveButton.click();
  await expect(result).toContainText("Be kind, brief and clear.");
  await conflict.expectDecided(1, 1);
  await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect(await held()).toContain("Be kind, brief and clear.\n\nAnswer in French.");
});

/** Opens a conflict about one line of a prompt and merges the line by hand, without applying the result. */
async function putTogether({ page, api }: Parameters<typeof createFlowAndOpenEditor>[0]) {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  await editor.row("Clean").click();
  await page.getByRole("textbox", { name: "Prompt", exact: true }).getByText("Be kind.").click();
  await typeOverLine(page, "Be kind and brief.");
  await updateStepThroughApi(api, flow.id, 1, {
    config: { userPrompt: MULTILINE_PROMPT.replace("Be kind.", "Be kind and clear.") },
  });
  await editor.saveButton.click();
  const conflictGroup = conflict.conflictGroup("“Clean” · Prompt");
  await conflictGroup.getByRole("radio", { name: "Merge manually" }).click();
  const result = conflictGroup.getByRole("textbox", { name: "Merged text" });
  await result.getByText("Be kind and brief.").click();
  await typeOverLine(page, "Be kind, brief and clear.");
  await waitUntilJournalContainsText(page, "Be kind, brief and clear.");
  return { flow, editor, conflict, result };
}

test("a text merged by hand is kept across a reload", async ({ page, api, problems }) => {
  problems.allow(/status of 412/);
  const { flow, editor, conflict, result } = await putTogether({ page, api });
  await page.goto("about:blank");

  await page.goto(`/flows/${flow.id}`);
  await clickButtonInRecoveryBar(page, "Merge");
  await expect(result).toContainText("Be kind, brief and clear.");
  await conflict.expectDecided(1, 1);
  await conflict.dialog.getByRole("button", { name: /^Apply/ }).click();
  await editor.save();
  expect(await fetchPromptOfStep(api, flow.id, 1)).toBe(
    MULTILINE_PROMPT.replace("Be kind.", "Be kind, brief and clear."),
  );
});

import {
  SaveConflictPageObject,
  MULTILINE_PROMPT,
  updateStepThroughApi,
  buildThreeStepFlow,
  fetchPromptOfStep,
} from "#e2e/harness/conflict.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("resolves conflicts by keyboard while leaving, and keeps the hand-merged text when the choice changes", async ({
  page,
  api,
}) => {
  const keyboard = new KeyboardOnlyUser(page);
  await keyboard.forbidPointers();
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  await keyboard.tabTo(editor.row("Fetch"));
  await keyboard.press("ArrowDown", "Enter");
  await keyboard.tabTo(page.getByRole("textbox", { name: "Prompt", exact: true }));
  await keyboard.press("ControlOrMeta+Home", "End");
  await keyboard.type(" Mine.");
  await keyboard.press("Escape");
  await updateStepThroughApi(api, flow.id, 1, {
    config: { userPrompt: MULTILINE_PROMPT.replace("page.", "page. Theirs.") },
  });
  await expect(conflict.banner).toBeVisible();

  const back = page.getByRole("link", { name: "Back to flows" });
  await keyboard.tabBackTo(back);
  await keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Save and leave" })).toBeFocused();
  await keyboard.press("Enter");
  await expect(conflict.dialog.getByRole("radio", { name: "Mine" })).toBeFocused();
  const byHand = conflict.dialog.getByRole("radio", { name: "Merge manually" });
  await keyboard.press("ArrowDown", "ArrowDown");
  await expect(byHand).toBeChecked();
  const text = conflict.dialog.getByRole("textbox", { name: "Merged text" });
  await keyboard.tabTo(text);
  await keyboard.press("F7");
  await editor.expectSaid("Difference 1 of 1.");
  await keyboard.press("End");
  await keyboard.type(" Ours.");
  await keyboard.tabBackTo(byHand);
  await keyboard.press("ArrowUp");
  await expect(text).toHaveCount(0);
  await keyboard.press("ArrowDown");
  await expect(text).toContainText("Mine. Ours.");
  await keyboard.tabTo(conflict.dialog.getByRole("button", { name: "Apply and save" }));
  await keyboard.press("Enter");
  await expect(editor.status).toHaveText("Saved");
  await expect(back).toBeFocused();
  expect(await fetchPromptOfStep(api, flow.id, 1)).toBe(
    MULTILINE_PROMPT.replace("page.", "page. Mine. Ours."),
  );
});

test("a save that merges a remote change announces both the merge and the save", async ({ page, api }) => {
  const keyboard = new KeyboardOnlyUser(page);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  await keyboard.tabTo(editor.row("Fetch"));
  await keyboard.press("Space");
  await updateStepThroughApi(api, flow.id, 2, { name: "Rate" });
  await expect(new SaveConflictPageObject(page).banner).toBeVisible();
  // Records all texts of the live region, because the announcements of the merge and of the save may arrive as one
  // text or as two.
  await page.evaluate(() => {
    const region = document.querySelector("[aria-live=polite]:not([role])");
    const note = () => (document.body.dataset["heard"] += ` ${region?.textContent}`);
    new MutationObserver(note).observe(region!, { childList: true, characterData: true, subtree: true });
  });
  await keyboard.press("ControlOrMeta+s");
  await expect(editor.status).toHaveText("Saved");
  const heard = page.locator("body[data-heard]");
  await expect(heard).toHaveAttribute("data-heard", /Merged 1 change from elsewhere with yours\./);
  await expect(heard).toHaveAttribute("data-heard", /Saved/);
  await expect(editor.row("Fetch")).toBeFocused();
});

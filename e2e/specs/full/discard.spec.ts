import type { Page } from "@playwright/test";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

async function openMenu(page: Page) {
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await page.getByRole("menuitem", { name: "Revert", exact: true }).press("ArrowRight");
  const toSaved = page.getByRole("menuitem", { name: "Revert to saved…", exact: true });
  await expect(toSaved).toBeVisible();
  return {
    toSaved,
    toPublished: page.getByRole("menuitem", { name: "Revert to published…", exact: true }),
  };
}

const lostIn = (page: Page) =>
  page.getByRole("list", { name: "Changes to be discarded" }).getByRole("listitem");
const discard = (page: Page) => page.getByRole("alertdialog").getByRole("button", { name: "Revert" }).click();

test("discarding to the saved version lists all changes with invalid input, and undo restores them", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  const { toSaved } = await openMenu(page);
  await expect(toSaved).toHaveAttribute("aria-disabled", "true");
  await expect(toSaved).toHaveAccessibleDescription("No unsaved changes.");
  await page.keyboard.press("Escape");

  await editor.switchOf("Fetch").click();
  await editor.row("Clean").click();
  await editor.openAdvanced();
  await editor.showExpression();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "Run if" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("Conditions are limited to 500 characters.")).toBeVisible();

  await (await openMenu(page)).toSaved.click();
  const question = page.getByRole("alertdialog", { name: "Revert to saved?" });
  await expect(lostIn(page)).toHaveText([/^Disabled “Fetch”/, /^Invalid input in “Clean”/]);
  await expectNoAccessibilityViolations(page, "the discard confirmation");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("2 unsaved changes");

  await (await openMenu(page)).toSaved.click();
  await discard(page);
  await editor.expectSaid("Changes discarded. You can undo.");
  await expect(editor.status).toHaveText("Saved");
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(when).toHaveText("");
  await expect(page.getByText("Conditions are limited to 500 characters.")).toHaveCount(0);

  await page.getByRole("button", { name: "Undo revert to saved" }).click();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(when).toHaveText("x".repeat(501));
  await expect(editor.status).toHaveText("2 unsaved changes");
  expect((await api.getFlow(flow.id)).revision).toBe(1);
});

test("discarding to the published version is an unsaved edit that can be undone, redone and saved", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await expect((await openMenu(page)).toPublished).toHaveAccessibleDescription("Not published yet.");
  await page.keyboard.press("Escape");
  await editor.publish();
  await expect(page.getByText("Published v1")).toBeVisible();
  await expect((await openMenu(page)).toPublished).toHaveAccessibleDescription("Up to date.");
  await page.keyboard.press("Escape");

  await editor.renameStep("Clean", "Tidy");
  await editor.save();
  await editor.switchOf("Fetch").click();
  await (await openMenu(page)).toPublished.click();
  await expect(page.getByRole("alertdialog")).toContainText("without saving or publishing.");
  await expect(lostIn(page)).toHaveText(["Disabled “Fetch”", "Renamed “Clean” to “Tidy”"]);
  await discard(page);
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await page.getByRole("button", { name: "Undo revert to published" }).click();
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await page.getByRole("button", { name: "Redo revert to published" }).click();
  await editor.save();
  await expect(page.getByText("Published v1")).toBeVisible();
  expect(await api.getFlow(flow.id)).toMatchObject({ hasUnpublishedChanges: false });
});

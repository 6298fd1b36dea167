import { crashBrowserPage, waitUntilUnsavedEditCountPersisted } from "#e2e/harness/browser-storage.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import {
  locateRecoveryBar,
  openFlowEditorInNewTab,
  clickButtonInRecoveryBar,
} from "#e2e/harness/recovery-bar.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test("a reload recovers unsaved edits, the undo history and invalid input", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Fetch").click();
  await editor.row("Tidy").click();
  await editor.openAdvanced();
  await editor.showExpression();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "Run if" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("Conditions are limited to 500 characters.")).toBeVisible();
  await waitUntilUnsavedEditCountPersisted(page, 3);

  await page.reload();
  await expect(locateRecoveryBar(page)).toContainText(/Recovered 3 changes from \d\d:\d\d\./);
  await editor.expectSaid(/Recovered 3 changes from/);
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(when).toHaveText("x".repeat(501));
  await expect(editor.status).toHaveText("3 unsaved changes");
  await expectNoAccessibilityViolations(page, "the recovery bar");

  await clickButtonInRecoveryBar(page, "Show changes");
  const dialog = page.getByRole("dialog", { name: /^Unsaved changes from \d\d:\d\d$/ });
  await expect(dialog.getByRole("list", { name: "Unsaved changes" }).getByRole("listitem")).toHaveText([
    "Disabled “Fetch”",
    "Renamed “Clean” to “Tidy”",
    /^Invalid input in “Tidy”/,
  ]);
  await page.keyboard.press("Escape");
  await expect(locateRecoveryBar(page).getByRole("button", { name: "Show changes" })).toBeFocused();

  await replaceFieldTextByKeyboard(page, when, "");
  await page.getByRole("button", { name: "Undo switch off “Fetch”" }).click();
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await clickButtonInRecoveryBar(page, "Dismiss");
  await expect(locateRecoveryBar(page)).toHaveCount(0);
  await expect(page.locator(":focus")).toHaveAttribute("data-step-key", /./);
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps.slice(0, 2)).toMatchObject([{}, { name: "Tidy" }]);
  await page.reload();
  await expect(editor.status).toHaveText("Saved");
  await expect(locateRecoveryBar(page)).toHaveCount(0);
});

test("unsaved edits are recovered after a crash and after closing the tab", async ({
  page,
  api,
  context,
  problems,
}) => {
  problems.allow(/./);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await waitUntilUnsavedEditCountPersisted(page, 1);
  await crashBrowserPage(page);

  const second = await openFlowEditorInNewTab(context, flow.id);
  await expect(locateRecoveryBar(second.page)).toContainText("Recovered 1 change from");
  await expect(second.editor.row("Tidy")).toBeVisible();
  await second.editor.switchOf("Fetch").click();
  await waitUntilUnsavedEditCountPersisted(second.page, 2);
  await second.page.close();

  const third = await openFlowEditorInNewTab(context, flow.id);
  await expect(locateRecoveryBar(third.page)).toContainText("Recovered 2 changes from");
  await third.editor.save();
  expect((await api.getFlow(flow.id)).flowSteps).toMatchObject([
    { enabled: false },
    { name: "Tidy" },
    {},
    {},
  ]);
});

test("unsaved edits of a flow that changed remotely since are shown beside the remote changes, and merged on request", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await waitUntilUnsavedEditCountPersisted(page, 1);
  await page.goto("about:blank");
  await api.updateFlow(flow.id, { name: "Their digest" });
  await editor.open(flow.id);
  await expect(locateRecoveryBar(page)).toContainText(
    /1 unsaved change from \d\d:\d\d found on this device\. The flow was changed elsewhere since\./,
  );
  await expect(editor.row("Clean")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  await clickButtonInRecoveryBar(page, "Show changes");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("list", { name: "Unsaved changes" })).toHaveText("Renamed “Clean” to “Tidy”");
  await expect(dialog.getByRole("list", { name: "Changed elsewhere since" })).toHaveText(
    "Renamed the flow to “Their digest”",
  );
  await expectNoAccessibilityViolations(page, "recovered changes beside remote changes");
  await page.keyboard.press("Escape");
  await clickButtonInRecoveryBar(page, "Merge");
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Their digest" })).toBeVisible();
  await expect(locateRecoveryBar(page)).toHaveCount(0);
  await editor.save();
  expect(await api.getFlow(flow.id)).toMatchObject({
    name: "Their digest",
    flowSteps: [{}, { name: "Tidy" }, {}, {}],
  });
});

import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { corruptPersistedEdit, waitUntilUnsavedEditCountPersisted } from "#e2e/harness/browser-storage.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { buildSampleDigestFlowBody, createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import {
  locateRecoveryBar,
  openFlowEditorInNewTab,
  clickButtonInRecoveryBar,
} from "#e2e/harness/recovery-bar.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const leaveAndKeep = async (page: Page) => {
  await page.getByRole("link", { name: "Back to flows" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Keep draft and leave" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
};

test("only one of two tabs that open at the same time recovers the unsaved edits", async ({
  page,
  api,
  context,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await waitUntilUnsavedEditCountPersisted(page, 1);
  await page.close();
  const tabs = await Promise.all([
    openFlowEditorInNewTab(context, flow.id),
    openFlowEditorInNewTab(context, flow.id),
  ]);
  const recovered = async () => {
    const texts = await Promise.all(tabs.map(({ editor: { status } }) => status.textContent()));
    return texts.toSorted((a, b) => (a ?? "").localeCompare(b ?? ""));
  };
  await expect.poll(recovered).toEqual(["1 unsaved change", "Saved"]);
  await Promise.all(tabs.map((tab) => tab.editor.untilAnalyzed()));
  expect(await recovered()).toEqual(["1 unsaved change", "Saved"]);
});

test("recovery restores the readable part of a corrupt draft, and offers the rest as a file", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Fetch").click();
  await waitUntilUnsavedEditCountPersisted(page, 2);
  await corruptPersistedEdit(page, 1);
  await page.goto("about:blank");
  await editor.open(flow.id);
  await expect(locateRecoveryBar(page)).toContainText("The last edit could not be read.");
  await expect(editor.row("Clean")).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    clickButtonInRecoveryBar(page, "Save as file"),
  ]);
  expect(download.suggestedFilename()).toBe("Digest, unsaved changes.json");
  expect(await readFile(await download.path(), "utf8")).toContain('"garbled"');
  await clickButtonInRecoveryBar(page, "Keep readable changes");
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(editor.status).toHaveText("1 unsaved change");
  await editor.save();

  await page.getByRole("link", { name: "Back to flows" }).click();
  const notice = page.getByRole("region", { name: "Unsaved changes on this device" });
  await expect(notice).toContainText(/Couldn’t read changes in “Digest” from \d\d:\d\d\./);
  const [again] = await Promise.all([
    page.waitForEvent("download"),
    notice.getByRole("button", { name: "Save as file" }).click(),
  ]);
  expect(await readFile(await again.path(), "utf8")).toContain('"garbled"');
  await notice.getByRole("button", { name: "Discard" }).click();
  await expect(notice).toHaveCount(0);
  await page.reload();
  await expect(new FlowListPageObject(page).link("Digest")).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test("without IndexedDB the page warns that edits are not kept locally, and editing still works", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load/);
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await editor.chooseFromFlowMenu("Delete flow");
  await expect(page.getByRole("alertdialog")).toContainText("Unsaved edits can’t be restored.");
  await page.keyboard.press("Escape");
  const notice = page.getByText(/This browser doesn’t allow keeping edits on this device\./);
  await expect(notice.first()).toBeVisible();
  await api.addFaults(
    { method: "PUT", path: "/v1/flows/:id", cut: "before" },
    { path: "/healthz", cut: "before" },
  );
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Offline — kept in this tab", { timeout: 30_000 });
  await api.clearFaults();
  await expect(editor.status).toHaveText("Saved", { timeout: 40_000 });
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});

test("unsaved edits of two flows stay apart, and the list links to both flows", async ({ page, api }) => {
  const first = await api.createFlow(buildSampleDigestFlowBody());
  const second = await api.createFlow(buildFlow("Other", [buildStep("fetch"), buildStep("clean")]));
  const editor = new EditorPageObject(page);
  await editor.open(first.id);
  await editor.switchOf("Fetch").click();
  await waitUntilUnsavedEditCountPersisted(page, 1);
  await leaveAndKeep(page);
  await new FlowListPageObject(page).link("Other").click();
  await editor.renameStep("Clean", "Tidy");
  await waitUntilUnsavedEditCountPersisted(page, 1);
  await leaveAndKeep(page);

  const notice = page.getByRole("region", { name: "Unsaved changes on this device" });
  await expect(notice).toContainText(
    /You have unsaved edits in: “Other” \(\d\d:\d\d\), “Digest” \(\d\d:\d\d\)/,
  );
  await expectNoAccessibilityViolations(page, "the list with the notice of unsaved changes");

  // Goes back to the second flow and then to the first: each recovers only its own edits.
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Other" })).toBeVisible();
  await expect(locateRecoveryBar(page)).toContainText("Recovered 1 change from");
  await editor.expectSteps(["Fetch", "Tidy"]);
  await page.evaluate(() => history.go(-2));
  await page.getByRole("alertdialog").getByRole("button", { name: "Keep draft and leave" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await expect(locateRecoveryBar(page)).toContainText("Recovered 1 change from");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await editor.save();
  expect((await api.getFlow(first.id)).flowSteps).toMatchObject([
    { enabled: false },
    { name: "Clean" },
    {},
    {},
  ]);
  expect((await api.getFlow(second.id)).revision).toBe(1);

  await page.getByRole("link", { name: "Back to flows" }).click();
  await notice.getByRole("link", { name: "“Other”" }).click();
  await editor.expectSteps(["Fetch", "Tidy"]);
  await editor.save();
  await page.getByRole("link", { name: "Back to flows" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test("unsaved edits of a deleted flow can be saved as a new flow", async ({ page, api, problems }) => {
  problems.allow(/status of 404/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await waitUntilUnsavedEditCountPersisted(page, 1);
  await page.goto("about:blank");
  await api.call("deleteFlow", { params: { id: flow.id } });
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "Flow not found" })).toBeVisible();
  const draft = page.getByRole("listitem").filter({ hasText: /“Digest”: 1 unsaved change from \d\d:\d\d/ });
  await expect(draft).toBeVisible();
  await expectNoAccessibilityViolations(page, "a deleted flow with unsaved changes");
  await draft.getByRole("button", { name: "Show changes" }).click();
  await expect(page.getByRole("dialog").getByRole("listitem")).toHaveText(["Renamed “Clean” to “Tidy”"]);
  await page.keyboard.press("Escape");
  await draft.getByRole("button", { name: "Discard" }).click();
  await expect(draft.getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("Enter");
  await draft.getByRole("button", { name: "Save as new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.status).toHaveText("Saved");
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "Flow not found" })).toBeVisible();
  await expect(draft).toHaveCount(0);
});

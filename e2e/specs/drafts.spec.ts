import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { spoilEdit, untilKept } from "#e2e/harness/device.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { digestFlow, openFlow } from "#e2e/harness/open-flow.ts";
import { barOf, openTab, press } from "#e2e/harness/recovery-bar.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Several drafts, of one flow or of many, spoilt ones, and ones whose flow is gone: each has an end that keeps the edits.

test.beforeEach(({ api }) => api.deleteAllFlows());

const leaveAndKeep = async (page: Page) => {
  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave, keep on this device" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
};

test("the drafts of two tabs are told one after the other, and brought together", async ({
  page,
  api,
  context,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await untilKept(page, 1);
  const other = await openTab(context, flow.id);
  // What is open in a tab that lives is no draft.
  await other.editor.untilUnderstood();
  await expect(barOf(other.page)).toHaveCount(0);
  await other.editor.switchOf("Fetch").click();
  await other.editor.switchOf("Route").click();
  await untilKept(other.page, 2);
  await other.page.close();
  await page.goto("about:blank");

  const third = await openTab(context, flow.id);
  const bar = barOf(third.page);
  await expect(bar).toContainText(/Recovered 2 changes from \d\d:\d\d\. 1 of 2 drafts\./);
  await press(third.page, "Dismiss");
  await expect(bar).toContainText(
    /1 unsaved change from \d\d:\d\d is on this device\. Something else is edited here by now\. 2 of 2 drafts\./,
  );
  await press(third.page, "Merge");
  await third.editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(third.editor.switchOf("Route")).not.toBeChecked();
  await third.page.getByRole("button", { name: "Undo merge recovered changes" }).click();
  await third.editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(third.editor.switchOf("Route")).not.toBeChecked();
});

test("of two tabs that come back at once, one has the edits", async ({ page, api, context }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await untilKept(page, 1);
  await page.close();
  const tabs = await Promise.all([openTab(context, flow.id), openTab(context, flow.id)]);
  const recovered = async () => {
    const texts = await Promise.all(tabs.map(({ editor: { status } }) => status.textContent()));
    return texts.toSorted((a, b) => (a ?? "").localeCompare(b ?? ""));
  };
  await expect.poll(recovered).toEqual(["1 unsaved change", "Saved"]);
  await Promise.all(tabs.map((tab) => tab.editor.untilUnderstood()));
  expect(await recovered()).toEqual(["1 unsaved change", "Saved"]);
});

test("what can be read of a spoilt draft is offered, and the rest as a file", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Fetch").click();
  await untilKept(page, 2);
  await spoilEdit(page, 1);
  await page.goto("about:blank");
  await editor.open(flow.id);
  await expect(barOf(page)).toContainText("1 edit at the end could not be read.");
  await expect(editor.row("Clean")).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Save as a file")]);
  expect(download.suggestedFilename()).toBe("Digest, unsaved changes.json");
  expect(await readFile(await download.path(), "utf8")).toContain('"garbled"');
  await press(page, "Keep what was read");
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(editor.status).toHaveText("1 unsaved change");
  await editor.save();

  // What could not be read stays until somebody lets it go.
  await page.getByRole("link", { name: "Back to the list" }).click();
  const notice = page.getByRole("region", { name: "Unsaved changes on this device" });
  await expect(notice).toContainText(/Changes in “Digest” from \d\d:\d\d could not be read\./);
  const [again] = await Promise.all([
    page.waitForEvent("download"),
    notice.getByRole("button", { name: "Save as a file" }).click(),
  ]);
  expect(await readFile(await again.path(), "utf8")).toContain('"garbled"');
  await notice.getByRole("button", { name: "Discard" }).click();
  await expect(notice).toHaveCount(0);
  await page.reload();
  await expect(new FlowList(page).link("Digest")).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test("where the browser keeps nothing, that is said once and editing goes on", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load/);
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  const notice = page.getByText(
    /This browser does not let the page keep your edits on this device\. You can go on/,
  );
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

test("edits of two flows that were left and kept never mix, and the list says where they are", async ({
  page,
  api,
}) => {
  const first = await api.createFlow(digestFlow());
  const second = await api.createFlow(buildFlow("Other", [buildStep("fetch"), buildStep("clean")]));
  const editor = new Editor(page);
  await editor.open(first.id);
  await editor.switchOf("Fetch").click();
  await untilKept(page, 1);
  await leaveAndKeep(page);
  await new FlowList(page).link("Other").click();
  await editor.renameStep("Clean", "Tidy");
  await untilKept(page, 1);
  await leaveAndKeep(page);

  const notice = page.getByRole("region", { name: "Unsaved changes on this device" });
  await expect(notice).toContainText(
    /Unsaved changes are on this device: “Other” \(\d\d:\d\d\), “Digest” \(\d\d:\d\d\)/,
  );
  await expectAccessible(page, "the list with unsaved work on this device");

  // Back is the second flow, further back the first: each has its own edits and no others.
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Other" })).toBeVisible();
  await expect(barOf(page)).toContainText("Recovered 1 change from");
  await editor.expectSteps(["Fetch", "Tidy"]);
  await page.evaluate(() => history.go(-2));
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave, keep on this device" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await expect(barOf(page)).toContainText("Recovered 1 change from");
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

  await page.getByRole("link", { name: "Back to the list" }).click();
  await notice.getByRole("link", { name: "“Other”" }).click();
  await editor.expectSteps(["Fetch", "Tidy"]);
  await editor.save();
  await page.getByRole("link", { name: "Back to the list" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test("edits that are to be lost are, and nothing is offered", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await untilKept(page, 1);
  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave and lose them" }).click();
  await editor.open(flow.id);
  await editor.untilUnderstood();
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(barOf(page)).toHaveCount(0);
});

test("edits of a flow that is gone become a flow of their own", async ({ page, api, problems }) => {
  problems.allow(/status of 404/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await untilKept(page, 1);
  await page.goto("about:blank");
  await api.call("deleteFlow", { params: { id: flow.id } });
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "This flow is not here" })).toBeVisible();
  const draft = page.getByRole("listitem").filter({ hasText: /“Digest”: 1 unsaved change from \d\d:\d\d/ });
  await expect(draft).toBeVisible();
  await expectAccessible(page, "a flow that is gone, with unsaved changes");
  await draft.getByRole("button", { name: "Show changes" }).click();
  await expect(page.getByRole("dialog").getByRole("listitem")).toHaveText(["Renamed “Clean” to “Tidy”"]);
  await page.keyboard.press("Escape");
  await draft.getByRole("button", { name: "Discard" }).click();
  await expect(draft.getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("Enter");
  await draft.getByRole("button", { name: "Save as a new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.status).toHaveText("Saved");
  await page.goto(`/flows/${flow.id}`);
  await expect(page.getByRole("heading", { name: "This flow is not here" })).toBeVisible();
  await expect(draft).toHaveCount(0);
});

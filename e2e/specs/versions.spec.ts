import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { VersionsPageObject, saveAndPublishFlowVersions } from "#e2e/harness/versions.ts";

const say = (userPrompt: string) => ({ config: { model: "m", userPrompt } });
const [fetch, clean, send] = [
  buildStep("fetch", say("Read the page.")),
  buildStep("clean", say("Drop what is not text.")),
  buildStep("send", say("Tell of it.")),
];
const digest = (name = "Digest") => buildFlow(name, [fetch, clean, send]);

test("published versions are listed with their changes, and can be compared, restored and published again", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, digest("Daily digest"));
  const versions = new VersionsPageObject(page);
  await api.publishFlow(flow.id);
  // Waits until the page has received the change event of the publish, which would otherwise interrupt an open publish
  // dialog.
  await expect(page.getByText("Published v1")).toBeVisible();
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Send").click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const preview = page.getByRole("dialog", { name: "Publish “Daily digest”?" });
  await preview.getByRole("textbox", { name: "Label" }).fill("Quiet");
  await preview.getByRole("button", { name: "Save and publish" }).click();
  await expect(page.getByText("Published v2")).toBeVisible();

  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page).toHaveURL(/\/versions$/);
  await expect(versions.row(2)).toContainText("Live");
  await expect(versions.row(2)).toContainText("Quiet");
  await expect(versions.row(2)).toContainText("1 toggled, 1 edited");
  await expect(versions.row(2)).toContainText("3 steps");
  await expect(versions.row(1)).not.toContainText("Live");

  await versions.openVersion(1);
  const steps = page.getByRole("list", { name: "Steps of this version" });
  await expect(steps.getByRole("button")).toHaveText([/Fetch/, /Clean/, /Send/]);
  await expect(page.getByRole("switch")).toHaveCount(0);
  await steps.getByRole("button", { name: /^2 Clean/ }).click();
  const json = page.getByRole("textbox", { name: "Step (JSON)" });
  await expect(json).toContainText("Drop what is not text.");
  await expect(json).toHaveAttribute("aria-readonly", "true");

  const [one, two] = (await api.call("listVersions", { params: { flowId: flow.id } })).versions.toReversed();
  await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`);
  await expect(versions.differences).toHaveText([/^Renamed “Clean” to “Tidy”/, /^Disabled “Send”/]);
  await page.getByRole("button", { name: "Swap" }).click();
  await expect(versions.differences).toHaveText([/^Renamed “Tidy” to “Clean”/, /^Enabled “Send”/]);

  await versions.open(flow.id);
  await versions.chooseFromMenu(1, "Restore version…");
  expect(await versions.restore()).toEqual(["Renamed “Tidy” to “Clean”", "Enabled “Send”"]);
  await expect(page).toHaveURL(new RegExp(`/flows/${flow.id}$`));
  await editor.expectSaid("Restored version 1. You can undo.");
  await editor.expectSteps(["Fetch", "Clean", "Send"]);
  await expect(editor.status).toHaveText("1 unsaved change");
  const bar = page.getByRole("region", { name: "Restored version" });
  await expect(bar).toContainText("Restored version 1. Not saved yet.");
  await expect(editor.row("Fetch")).toBeFocused();
  await bar.getByRole("button", { name: "Undo" }).click();
  await expect(bar).toHaveCount(0);
  await editor.expectSteps(["Fetch", "Tidy", "Send"]);
  await expect(editor.status).toHaveText("Saved");

  await page.getByRole("link", { name: "Versions" }).click();
  await versions.chooseFromMenu(1, "Publish this version…");
  const dialog = page.getByRole("dialog", { name: "Publish version 1?" });
  await expect(dialog).toContainText("Replaces version 2.");
  const changes = dialog.getByRole("list", { name: "Changes going live" }).getByRole("listitem");
  await expect(changes).toHaveText([/^Renamed “Tidy” to “Clean”/, /^Enabled “Send”/]);
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("status", { name: "Notifications" })).toContainText("Published version 1.");
  await expect(versions.row(1)).toContainText("Live");
  await expect(versions.row(2)).not.toContainText("Live");
  await expect(page.getByText("2 unpublished changes")).toBeVisible();
  const saved = await api.getFlow(flow.id);
  expect(saved).toMatchObject({ publishedVersionNumber: 1, hasUnpublishedChanges: true });
  expect(saved.flowSteps.map((step) => step["name"])).toEqual(["Fetch", "Tidy", "Send"]);
  expect((await api.call("getPublishedVersion", { params: { flowId: flow.id } })).id).toBe(one?.id);
  const list = new FlowListPageObject(page);
  await list.open();
  await expect(list.row("Daily digest")).toContainText("Unpublished changes");
});

test("unsaved edits are kept while viewing the versions, and are included in the comparison", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, digest());
  await api.publishFlow(flow.id);
  await editor.row("Send").click();
  await editor.renameStep("Send", "Mail");
  await page.getByRole("link", { name: "Versions" }).click();
  const versions = new VersionsPageObject(page);
  await expect(versions.row(1)).toBeVisible();
  await expect(page).toHaveURL(/\/versions\?step=send$/);
  await page.getByRole("link", { name: "Compare", exact: true }).click();
  await expect(versions.differences).toHaveText([/^Renamed “Send” to “Mail”/]);
  await expect(page.getByRole("combobox", { name: "From" })).toHaveValue("published");
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("heading", { name: "No differences" })).toBeVisible();
  await expect(page).toHaveURL(/\/versions\/compare/);
  await page.keyboard.press("Control+y");
  await expect(versions.differences).toHaveCount(1);
  await page.getByRole("link", { name: "Steps" }).click();
  await editor.expectSteps(["Fetch", "Clean", "Mail"]);
  await expect(page.getByRole("complementary", { name: "Inspector of Mail" })).toBeVisible();
});

test(
  "restoring a version replaces unsaved edits and pending input, and undo restores them",
  { tag: "@full" },
  async ({ page, api }) => {
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, digest());
    await api.publishFlow(flow.id);
    await editor.renameStep("Fetch", "Read");
    await editor.row("Clean").click();
    await editor.openAdvanced();
    await editor.showExpression();
    const when = page.getByRole("complementary").getByRole("textbox", { name: "Run if" });
    await when.fill("x".repeat(501));
    const versions = new VersionsPageObject(page);
    await page.getByRole("link", { name: "Versions" }).click();
    await versions.openVersion(1);
    await page.getByRole("button", { name: "Restore…" }).click();
    await expect(page.getByRole("dialog")).toContainText("Unapplied input is replaced too.");
    expect(await versions.restore()).toEqual(["Renamed “Read” to “Fetch”"]);
    await editor.expectSteps(["Fetch", "Clean", "Send"]);
    await expect(editor.status).toHaveText("Saved");
    await page.getByRole("button", { name: "Undo restore version 1" }).click();
    await editor.expectSteps(["Read", "Clean", "Send"]);
    await expect(editor.status).toHaveText("2 unsaved changes");
  },
);

test(
  "the version list is virtualized, loads pages while scrolling, and keeps its filter in the URL",
  { tag: "@full" },
  async ({ page, api }) => {
    const flow = await api.createFlow(digest());
    const states = Array.from({ length: 120 }, (_, index) => ({
      steps: [{ ...fetch, name: `Fetch ${index}` }, clean, send],
    }));
    await saveAndPublishFlowVersions(api, flow.id, states);
    await api.updateFlow(flow.id, { name: "Digest of pages" });
    const versions = new VersionsPageObject(page);
    await versions.open(flow.id);
    await expect(versions.row(121)).toContainText("Draft");
    await expect(versions.row(121)).toContainText("1 edited");
    await expect.poll(() => versions.list.getByRole("listitem").count()).toBeLessThanOrEqual(80);
    await expect(versions.row(1)).toHaveCount(0);
    await versions.link(121).focus();
    await page.keyboard.press("End");
    await expect(versions.list.getByRole("listitem").first()).toHaveAttribute("aria-setsize", "121");
    await page.keyboard.press("End");
    await expect(versions.link(1)).toBeFocused();
    await expect(versions.row(121)).toHaveCount(0);
    expect(await versions.list.getByRole("listitem").count()).toBeLessThanOrEqual(80);
    await page.keyboard.press("Home");
    await expect(versions.link(121)).toBeFocused();

    const type = page.getByRole("combobox", { name: "Type" });
    await type.selectOption({ label: "Draft" });
    await expect(page).toHaveURL(/\?type=draft$/);
    await expect(versions.list.getByRole("listitem")).toHaveCount(1);
    await versions.chooseFromMenu(121, "Compare with previous version");
    await expect(versions.differences).toHaveText([/^Renamed the flow to “Digest of pages”/]);
    await page.goBack();
    await expect(versions.link(121)).toBeVisible();
    await type.selectOption({ label: "Test" });
    await expect(page.getByRole("heading", { name: "No matching versions" })).toBeVisible();
    await page.getByRole("button", { name: "Show all versions" }).click();
    await expect(versions.link(120)).toBeVisible();
  },
);

test(
  "versions can be compared as JSON, side by side or inline on a narrow screen",
  { tag: "@full" },
  async ({ page, api }) => {
    const flow = await api.createFlow(digest());
    const [one, two] = await saveAndPublishFlowVersions(api, flow.id, [
      { steps: [fetch, clean, send] },
      { steps: [fetch, { ...clean, ...say("Drop what is not prose.") }, send] },
    ]);
    await page.goto(`/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`);
    await page.getByRole("tab", { name: "JSON" }).click();
    await expect(page).toHaveURL(/&as=json$/);
    const [before, after] = [
      page.getByRole("textbox", { name: "Version 1" }),
      page.getByRole("textbox", { name: "Version 2" }),
    ];
    await expect(before).toContainText("Drop what is not text.");
    await expect(after).toContainText("Drop what is not prose.");
    await expect(page.getByText("1 place differs")).toBeVisible();
    await expect(after).not.toContainText('"name": "Send"');
    await page.getByRole("button", { name: "Show all" }).click();
    await expect(after).toContainText('"name": "Send"');

    await page.setViewportSize({ width: 360, height: 740 });
    await expect(page.getByRole("textbox", { name: /^Version 2, compared with/ })).toContainText(
      "Drop what is not prose.",
    );
    await expect(page.locator(".cm-deletedText")).toHaveText("text");
  },
);

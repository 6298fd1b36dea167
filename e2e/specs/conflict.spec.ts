import {
  SaveConflictPageObject,
  updateStepThroughApi,
  simulateReturnToPageAfterMinute,
  buildThreeStepFlow,
  fetchStepNames,
} from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { recordPageErrorsAndWarnings } from "#e2e/harness/page-problems.ts";
import { LOST_CONNECTION } from "#e2e/harness/page-problems.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

// Two users edit the same flow: neither loses an edit, and neither overwrites a version that the page has not shown.

test("a three-way merge combines edits of two users to different fields and lists the remote changes", async ({
  page,
  api,
  browser,
  server,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  const context = await browser.newContext({ baseURL: server.url, reducedMotion: "reduce" });
  const other = await context.newPage();
  const otherProblems = await recordPageErrorsAndWarnings(other);
  const colleague = new EditorPageObject(other);
  await colleague.open(flow.id);

  await colleague.renameStep("Clean", "Tidy");
  await editor.switchOf("Score").click();
  await expect(editor.status).toHaveText("1 unsaved change");
  await colleague.save();

  await editor.save();
  await editor.expectSaid("Saved");
  await editor.expectSteps(["Fetch", "Tidy", "Score"]);
  await expect(editor.switchOf("Score")).not.toBeChecked();
  await expect(conflict.summary).toContainText("Merged 1 change from elsewhere with yours.");
  await conflict.summary.getByRole("button", { name: "Show changes" }).click();
  await expect(conflict.summary.getByRole("list", { name: "Changes from elsewhere" })).toHaveText(
    "Renamed “Clean” to “Tidy”",
  );
  await expectNoAccessibilityViolations(page, "the editor after a merge");
  const held = (await api.getFlow(flow.id)).flowSteps;
  expect(held.map((one) => [one["name"], one["enabled"]])).toEqual([
    ["Fetch", true],
    ["Tidy", true],
    ["Score", false],
  ]);

  await simulateReturnToPageAfterMinute(other);
  const summary = new SaveConflictPageObject(other).summary;
  await expect(summary).toContainText("Updated: 1 change from");
  await expect(colleague.switchOf("Score")).not.toBeChecked();
  await expect(colleague.status).toHaveText("Saved");
  await summary.getByRole("button", { name: "Dismiss" }).click();
  await expect(summary).toHaveCount(0);
  expect(otherProblems.unexpected()).toEqual([]);
  await context.close();
});

test(
  "the same edit made by two users is no conflict and shows no banner",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(LOST_CONNECTION);
    problems.allow(/status of (?:412|503)/);
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
    const conflict = new SaveConflictPageObject(page);
    // Blocks change events, so that the page discovers only by saving that the other user has made the same edit.
    await api.addFaults({ path: "/local/events", cut: "open" }, { path: "/local/events", status: 503 });
    await editor.renameStep("Clean", "Tidy");
    await updateStepThroughApi(api, flow.id, 1, { name: "Tidy" });
    await editor.saveButton.click();
    await expect(editor.status).toHaveText("Saved");
    await expect(conflict.banner).toHaveCount(0);
    await expect(conflict.summary).toHaveCount(0);
    expect((await api.getFlow(flow.id)).revision).toBe(2);
    await editor.switchOf("Clean").or(editor.switchOf("Tidy")).click();
    await editor.save();
    expect((await api.getFlow(flow.id)).revision).toBe(3);
  },
);

test(
  "a merge can be undone, and the next save merges again instead of overwriting",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
    const conflict = new SaveConflictPageObject(page);
    await editor.renameStep("Score", "Rate");
    await updateStepThroughApi(api, flow.id, 0, { name: "Load" });
    await editor.save();
    await editor.expectSteps(["Load", "Clean", "Rate"]);

    await conflict.summary.getByRole("button", { name: "Undo" }).click();
    await expect(conflict.summary).toHaveCount(0);
    await editor.expectSteps(["Fetch", "Clean", "Rate"]);
    await expect(editor.status).toHaveText("Changed elsewhere");
    await expect(conflict.banner).toContainText("saved 2 changes to this flow");
    await conflict.bannerButton("Show changes");
    await expect(conflict.banner.getByRole("list", { name: "Their changes" })).toContainText(
      "Renamed “Fetch” to “Load”",
    );
    await expect(conflict.banner.getByRole("list", { name: "Your changes" })).toHaveText(
      "Renamed “Score” to “Rate”",
    );
    await expectNoAccessibilityViolations(page, "the banner with what changed");

    await editor.renameStep("Clean", "Tidy");
    await editor.save();
    await editor.expectSteps(["Load", "Tidy", "Rate"]);
    expect(await fetchStepNames(api, flow.id)).toEqual(["Load", "Tidy", "Rate"]);
  },
);

test(
  "a merge that deletes a step reports its lost invalid input, and undo restores the step and the input",
  { tag: "@full" },
  async ({ page, api }) => {
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
    const conflict = new SaveConflictPageObject(page);
    await editor.row("Score").click();
    const inspector = page.getByRole("complementary", { name: "Inspector of Score" });
    await inspector.getByRole("tab", { name: "JSON" }).click();
    const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
    await replaceFieldTextByKeyboard(page, config, '{"userPrompt": ');
    await expect(inspector.getByText(/^Fix or discard this text/)).toBeVisible();
    const { flowSteps } = await api.getFlow(flow.id);
    await api.updateFlow(flow.id, { flowSteps: flowSteps.slice(0, 2) });
    await conflict.bannerButton("Merge");
    await editor.expectSteps(["Fetch", "Clean"]);
    await expect(conflict.summary).toContainText("Unapplied input in “Score” was removed with the step.");
    await conflict.summary.getByRole("button", { name: "Undo" }).click();
    await editor.row("Score").click();
    await inspector.getByRole("tab", { name: "JSON" }).click();
    await expect(config).toContainText('{"userPrompt":');
  },
);

test(
  "finishing invalid JSON does not revert a remote change to the same config",
  { tag: "@full" },
  async ({ page, api }) => {
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
    const conflict = new SaveConflictPageObject(page);
    await editor.row("Score").click();
    const inspector = page.getByRole("complementary", { name: "Inspector of Score" });
    await inspector.getByRole("tab", { name: "JSON" }).click();
    const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
    await replaceFieldTextByKeyboard(page, config, '{"userPrompt": "Score it.", "temperature": ');
    await expect(inspector.getByText(/^Fix or discard this text/)).toBeVisible();
    await updateStepThroughApi(api, flow.id, 2, { config: { userPrompt: "Score it well." } });

    await conflict.bannerButton("Merge");
    await expect(page.getByText("Not merged. Fix or discard the marked input first").first()).toBeVisible();
    await expect(config).toBeFocused();
    await conflict.bannerButton("Use theirs");
    await expect(editor.status).toHaveText("Saved");
    await expect(config).toContainText("Score it well.");
    await page.getByRole("button", { name: "Undo load the version from elsewhere" }).click();
    await expect(config).toContainText('"temperature":');

    await replaceFieldTextByKeyboard(page, config, '{"userPrompt": "Score it.", "temperature": 1}');
    await expect(inspector.getByText(/^Fix or discard this text/)).toHaveCount(0);
    await conflict.bannerButton("Merge");
    await editor.save();
    expect((await api.getFlow(flow.id)).flowSteps[2]).toMatchObject({
      config: { userPrompt: "Score it well.", temperature: 1 },
    });
  },
);

test("the banner offers to merge or show a remote update before saving, and undo reverts either", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  const tab = await page.context().newPage();
  const there = new EditorPageObject(tab);
  await there.open(flow.id);
  await editor.renameStep("Score", "Rate");
  await there.renameStep("Fetch", "Load");
  await there.save();
  await expect(editor.status).toHaveText("Changed elsewhere");
  await expect(conflict.banner).toContainText("Another tab saved 1 change to this flow. Your edits are kept");
  const writes = conflict.watchWrites();
  await conflict.bannerButton("Merge");
  await expect(editor.status).toHaveText("1 unsaved change");
  await expect(conflict.summary).toContainText("Merged 1 change from another tab with yours.");
  await editor.expectSteps(["Load", "Clean", "Rate"]);
  // Expects the focus in the list, because the pressed button has disappeared.
  await expect(editor.list.locator("*:focus")).toHaveCount(1);

  await page.keyboard.press("Control+z");
  await expect(editor.status).toHaveText("Changed elsewhere");
  await conflict.bannerButton("Use theirs");
  await editor.expectSteps(["Load", "Clean", "Score"]);
  await expect(editor.status).toHaveText("Saved");
  await expect(conflict.summary).toContainText("You can undo.");
  await conflict.summary.getByRole("button", { name: "Undo" }).click();
  await editor.expectSteps(["Fetch", "Clean", "Rate"]);
  await expect(editor.status).toHaveText("Changed elsewhere");
  expect(writes).toEqual([]);
  await tab.close();
});

test(
  "merging two valid versions reports a reference that breaks, with a link to the step",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
    await editor.untilAnalyzed();
    const conflict = new SaveConflictPageObject(page);
    await editor.row("Score").click();
    await replaceFieldTextByKeyboard(
      page,
      page.getByRole("textbox", { name: "Prompt", exact: true }),
      "Score {{page}}.",
    );
    await api.updateFlow(flow.id, { flowSteps: flow.flowSteps.slice(1) });
    await editor.save();
    await expect(conflict.summary).toContainText("Merged 1 change from elsewhere with yours.");
    const broken = page.getByRole("region", { name: "Broken references" });
    await expect(broken).toContainText("“Score” reads “page”, which “Fetch” no longer sets.");
    await editor.expectSaid(/The merge caused new problems/);
    await editor.row("Clean").click();
    await broken.getByRole("button", { name: "Go to Score" }).click();
    await expect(page.getByRole("textbox", { name: "Prompt", exact: true })).toBeFocused();
    await broken.getByRole("button", { name: "Undo" }).click();
    await expect(editor.status).toHaveText("Changed elsewhere");
    await editor.expectSteps(["Fetch", "Clean", "Score"]);
  },
);

import { SaveConflictPageObject, buildThreeStepFlow, updateStepThroughApi } from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { recordPageErrorsAndWarnings } from "#e2e/harness/page-problems.ts";
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
  const held = (await api.getFlow(flow.id)).flowSteps;
  expect(held.map((one) => [one["name"], one["enabled"]])).toEqual([
    ["Fetch", true],
    ["Tidy", true],
    ["Score", false],
  ]);

  expect(otherProblems.unexpected()).toEqual([]);
  await context.close();
});

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
  await conflict.bannerButton("Show changes");
  await expect(conflict.banner.getByRole("list", { name: "Their changes" })).toHaveText(
    "Renamed “Fetch” to “Load”",
  );
  await expect(conflict.banner.getByRole("list", { name: "Your changes" })).toHaveText(
    "Renamed “Score” to “Rate”",
  );
  await expectNoAccessibilityViolations(page, "the banner with what changed");
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

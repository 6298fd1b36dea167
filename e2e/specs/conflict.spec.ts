import {
  Conflict,
  changeElsewhere,
  comeBackLater,
  flowOfThree,
  loseAnswer,
  namesHeld,
} from "#e2e/harness/conflict.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { replaceText } from "#e2e/harness/page-text.ts";
import { watchPage } from "#e2e/harness/page-problems.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Two people edit one flow. No edit of either is lost, and nothing is overwritten that nobody has seen.

test("two people who edit different things both keep their edits, and each is told of the other’s", async ({
  page,
  api,
  browser,
  server,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  const context = await browser.newContext({ baseURL: server.url, reducedMotion: "reduce" });
  const other = await context.newPage();
  const otherProblems = await watchPage(other);
  const colleague = new Editor(other);
  await colleague.open(flow.id);

  await colleague.renameStep("Clean", "Tidy");
  await editor.switchOf("Score").click();
  await expect(editor.status).toHaveText("1 unsaved change");
  await colleague.save();

  await editor.save();
  await editor.expectSteps(["Fetch", "Tidy", "Score"]);
  await expect(editor.switchOf("Score")).not.toBeChecked();
  await expect(conflict.summary).toContainText("Merged 1 change from elsewhere with yours.");
  await editor.expectSaid("Saved");
  await conflict.summary.getByRole("button", { name: "Show changes" }).click();
  await expect(conflict.summary.getByRole("list", { name: "Changes from elsewhere" })).toHaveText(
    "Renamed “Clean” to “Tidy”",
  );
  await expectAccessible(page, "the editor after a merge");
  const held = (await api.getFlow(flow.id)).flowSteps;
  expect(held.map((one) => [one["name"], one["enabled"]])).toEqual([
    ["Fetch", true],
    ["Tidy", true],
    ["Score", false],
  ]);

  // The other one has nothing unsaved, so the page moves on, and says to what.
  await comeBackLater(other);
  const summary = new Conflict(other).summary;
  await expect(summary).toContainText("Updated: 1 change from");
  await expect(colleague.switchOf("Score")).not.toBeChecked();
  await expect(colleague.status).toHaveText("Saved");
  await summary.getByRole("button", { name: "Dismiss" }).click();
  await expect(summary).toHaveCount(0);
  expect(otherProblems.unexpected()).toEqual([]);
  await context.close();
});

test("what a colleague takes back of a save whose answer was lost stays taken back", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED|status of (?:412|503)/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  // The page does not hear of it before it tries again.
  await api.addFaults({ path: "/local/events", cut: "open" }, { path: "/local/events", status: 503 });
  const getThrough = await loseAnswer(page, flow.id);
  await editor.renameStep("Clean", "Tidy");
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Offline — kept on this device");
  expect(await namesHeld(api, flow.id)).toEqual(["Fetch", "Tidy", "Score"]);
  await changeElsewhere(api, flow.id, 1, { name: "Clean" });
  await editor.switchOf("Score").click();
  await getThrough();
  await editor.saveButton.click();

  await expect(editor.status).toHaveText("Saved");
  await editor.expectSteps(["Fetch", "Clean", "Score"]);
  await expect(editor.switchOf("Score")).not.toBeChecked();
  await expect(conflict.summary).toContainText("Merged 1 change from elsewhere with yours.");
  expect(await namesHeld(api, flow.id)).toEqual(["Fetch", "Clean", "Score"]);
});

test("the same edit made twice is no conflict, and nothing is said of it", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_INCOMPLETE_CHUNKED|status of (?:412|503)/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  // Where the page hears of it first, there is nothing to be saved any more; here the save is what meets it.
  await api.addFaults({ path: "/local/events", cut: "open" }, { path: "/local/events", status: 503 });
  await editor.renameStep("Clean", "Tidy");
  await changeElsewhere(api, flow.id, 1, { name: "Tidy" });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Saved");
  await expect(conflict.banner).toHaveCount(0);
  await expect(conflict.summary).toHaveCount(0);
  expect((await api.getFlow(flow.id)).revision).toBe(2);
  // The version is known by now: the next save is an ordinary one.
  await editor.switchOf("Clean").or(editor.switchOf("Tidy")).click();
  await editor.save();
  expect((await api.getFlow(flow.id)).revision).toBe(3);
});

test("a merge can be undone, and the next save merges again instead of writing over", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await editor.renameStep("Score", "Rate");
  await changeElsewhere(api, flow.id, 0, { name: "Load" });
  await editor.save();
  await editor.expectSteps(["Load", "Clean", "Rate"]);

  await conflict.summary.getByRole("button", { name: "Undo" }).click();
  await expect(conflict.summary).toHaveCount(0);
  await editor.expectSteps(["Fetch", "Clean", "Rate"]);
  await expect(editor.status).toHaveText("Changed elsewhere");
  await expect(conflict.banner).toContainText("saved 2 changes to this flow");
  await conflict.bannerButton("Show what changed");
  await expect(conflict.banner.getByRole("list", { name: "Their changes" })).toContainText(
    "Renamed “Fetch” to “Load”",
  );
  await expect(conflict.banner.getByRole("list", { name: "Your changes" })).toHaveText(
    "Renamed “Score” to “Rate”",
  );
  await expectAccessible(page, "the banner with what changed");

  await editor.renameStep("Clean", "Tidy");
  await editor.save();
  await editor.expectSteps(["Load", "Tidy", "Rate"]);
  expect(await namesHeld(api, flow.id)).toEqual(["Load", "Tidy", "Rate"]);
});

test("a text that is not finished is spoken of where its step goes with a merge, and the undo has it back", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await editor.row("Score").click();
  const inspector = page.getByRole("complementary", { name: "Inspector of Score" });
  await inspector.getByRole("tab", { name: "JSON" }).click();
  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  await replaceText(page, config, '{"userPrompt": ');
  await expect(inspector.getByText(/^Fix or discard this text/)).toBeVisible();
  const { flowSteps } = await api.getFlow(flow.id);
  await api.updateFlow(flow.id, { flowSteps: flowSteps.slice(0, 2) });
  await conflict.bannerButton("Merge");
  await editor.expectSteps(["Fetch", "Clean"]);
  await expect(conflict.summary).toContainText("What you had begun to type in “Score” went with the step.");
  await conflict.summary.getByRole("button", { name: "Undo" }).click();
  await editor.row("Score").click();
  await inspector.getByRole("tab", { name: "JSON" }).click();
  await expect(config).toContainText('{"userPrompt":');
});

test("a text that is not finished does not take out again what others changed under it", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await editor.row("Score").click();
  const inspector = page.getByRole("complementary", { name: "Inspector of Score" });
  await inspector.getByRole("tab", { name: "JSON" }).click();
  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  await replaceText(page, config, '{"userPrompt": "Score it.", "temperature": ');
  await expect(inspector.getByText(/^Fix or discard this text/)).toBeVisible();
  await changeElsewhere(api, flow.id, 2, { config: { userPrompt: "Score it well." } });

  await conflict.bannerButton("Merge");
  await expect(page.getByText("Not merged. Fix or discard the marked text first").first()).toBeVisible();
  await expect(config).toBeFocused();
  await conflict.bannerButton("Show theirs");
  await expect(editor.status).toHaveText("Saved");
  await expect(config).toContainText("Score it well.");
  await page.getByRole("button", { name: "Undo load the version from elsewhere" }).click();
  await expect(config).toContainText('"temperature":');

  await replaceText(page, config, '{"userPrompt": "Score it.", "temperature": 1}');
  await expect(inspector.getByText(/^Fix or discard this text/)).toHaveCount(0);
  await conflict.bannerButton("Merge");
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps[2]).toMatchObject({
    config: { userPrompt: "Score it well.", temperature: 1 },
  });
});

test("what was changed elsewhere can be merged, shown or left aside before anything is saved", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  const tab = await page.context().newPage();
  const there = new Editor(tab);
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
  // The button that was pressed is gone, and the focus is where work goes on.
  await expect(editor.list.locator("*:focus")).toHaveCount(1);

  await page.keyboard.press("Control+z");
  await expect(editor.status).toHaveText("Changed elsewhere");
  await conflict.bannerButton("Show theirs");
  await editor.expectSteps(["Load", "Clean", "Score"]);
  await expect(editor.status).toHaveText("Saved");
  await expect(conflict.summary).toContainText("Undo brings them back.");
  await conflict.summary.getByRole("button", { name: "Undo" }).click();
  await editor.expectSteps(["Fetch", "Clean", "Rate"]);
  await expect(editor.status).toHaveText("Changed elsewhere");
  expect(writes).toEqual([]);
  await tab.close();
});

test("a merge of two sound sides that breaks a reference says so, and leads there", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  await editor.untilUnderstood();
  const conflict = new Conflict(page);
  await editor.row("Score").click();
  await replaceText(page, page.getByRole("textbox", { name: "Prompt", exact: true }), "Score {{page}}.");
  await api.updateFlow(flow.id, { flowSteps: flow.flowSteps.slice(1) });
  await editor.save();
  await expect(conflict.summary).toContainText("Merged 1 change from elsewhere with yours.");
  const broken = page.getByRole("region", { name: "What this change breaks" });
  await expect(broken).toContainText("Score reads “page”, which no step sets any more: it came from Fetch.");
  await editor.expectSaid(/Only together the two sides break something/);
  await editor.row("Clean").click();
  await broken.getByRole("button", { name: "Go to Score" }).click();
  await expect(page.getByRole("textbox", { name: "Prompt", exact: true })).toBeFocused();
  await broken.getByRole("button", { name: "Undo" }).click();
  await expect(editor.status).toHaveText("Changed elsewhere");
  await editor.expectSteps(["Fetch", "Clean", "Score"]);
});

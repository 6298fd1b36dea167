import { cp } from "node:fs/promises";
import { Api } from "#e2e/harness/api.ts";
import { Conflict } from "#e2e/harness/conflict.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { digestFlow, openFlow } from "#e2e/harness/open-flow.ts";
import { startServer } from "#e2e/harness/server.ts";
import { expect, test } from "#e2e/harness/test.ts";

// News that come at a bad moment: nothing that a person has in hand goes with them, and nothing is said that is not so.

test("a name box that is left as it was does not take another name back", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await expect(page.getByRole("textbox", { name: "Flow name" })).toBeFocused();
  await api.updateFlow(flow.id, { name: "Theirs" });
  await expect(editor.status).toHaveText("Changed elsewhere");
  await editor.switchOf("Fetch").focus();
  await expect(page.getByRole("textbox", { name: "Flow name" })).toHaveCount(0);
  const conflict = new Conflict(page);
  await expect(conflict.banner).toContainText("What you see is an earlier version.");
  await conflict.bannerButton("Show theirs");
  await expect(page.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
});

test("a name that is being typed does not go with its step", async ({ page, api, problems }) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: /^Name of step/ }).fill("A long name");
  await api.updateFlow(flow.id, { flowSteps: flow.flowSteps.filter(({ name }) => name !== "Clean") });
  await expect(editor.status).toHaveText("Changed elsewhere");
  await page.keyboard.press("Enter");
  await expect(editor.row("A long name")).toBeVisible();
  const conflict = new Conflict(page);
  await conflict.bannerButton("Settle 1 clash");
  await expect(conflict.dialog).toContainText("A long name");
});

test("what was undone can be redone, whatever others save meanwhile", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await page.getByRole("button", { name: /^Undo/ }).click();
  await expect(editor.status).toHaveText("Saved");
  await api.updateFlow(flow.id, { name: "Theirs" });
  await expect(editor.status).toHaveText("Changed elsewhere");
  await page.getByRole("button", { name: /^Redo/ }).click();
  await expect(editor.row("Tidy")).toBeVisible();
  await new Conflict(page).bannerButton("Merge");
  await expect(page.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(editor.status).toHaveText("1 unsaved change");
});

test("a flow that is deleted before a save is answered is not called saved", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 404/);
  const begun = page.waitForRequest("**/local/events*");
  const { flow, editor } = await openFlow({ page, api });
  await begun;
  await page.route(`**/v1/flows/${flow.id}`, async (route) => {
    if (route.request().method() !== "PUT") return route.continue();
    const response = await route.fetch();
    await api.call("deleteFlow", { params: { id: flow.id } });
    await expect(editor.status).toHaveText(/^Deleted — /);
    await route.fulfill({ response });
  });
  await editor.renameStep("Clean", "Tidy");
  const answered = page.waitForResponse((response) => response.request().method() === "PUT");
  await editor.saveButton.click();
  await (await answered).finished();
  await editor.expectSaid("Deleted — kept in this tab");
  await expect(editor.status).toHaveText("Deleted — kept in this tab");
  await page.getByRole("button", { name: "Save mine as a new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Digest" })).toBeVisible();
  await expect(editor.row("Tidy")).toBeVisible();
});

test("a server whose backup was put back does not hold what is on the page, and that is said", async ({
  page,
  startOwnServer,
  problems,
}) => {
  // A server that is still opening its store answers 503.
  problems.allow(/ERR_|status of 503/);
  const [dataDirectory, backup] = [test.info().outputPath("data"), test.info().outputPath("backup")];
  const first = await startServer({ dataDirectory });
  const { port } = new URL(first.url);
  const { id } = await new Api(first.url).createFlow(digestFlow());
  await first.stop();
  await cp(dataDirectory, backup, { recursive: true });

  const second = await startServer({ dataDirectory, env: { PORT: port } });
  const editor = new Editor(page);
  await editor.open(`${second.url}/flows/${id}`);
  await editor.renameStep("Clean", "Tidy");
  await editor.save();
  await second.stop();
  const third = await startOwnServer({ dataDirectory: backup, env: { PORT: port } });
  await expect(editor.status).toHaveText("Changed elsewhere", { timeout: 40_000 });
  await expect(editor.row("Tidy")).toBeVisible();
  const conflict = new Conflict(page);
  await expect(conflict.banner).toContainText("What you see is a later version than the one that the server");
  await conflict.bannerButton("Save mine as a new flow");
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Digest" })).toBeVisible();
  await expect(editor.row("Tidy")).toBeVisible();
  expect((await new Api(third.url).getFlow(id)).revision).toBe(1);
});

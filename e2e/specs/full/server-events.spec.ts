import { cp } from "node:fs/promises";
import { ApiClient } from "#e2e/harness/api.ts";
import { SaveConflictPageObject } from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { buildSampleDigestFlowBody, createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { startBuiltServer } from "#e2e/harness/server.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("leaving an unchanged name field does not revert a remote rename", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await page.getByRole("heading", { level: 1 }).getByRole("button").click();
  await expect(page.getByRole("textbox", { name: "Flow name" })).toBeFocused();
  await api.updateFlow(flow.id, { name: "Theirs" });
  await expect(editor.status).toHaveText("Changed elsewhere");
  await editor.switchOf("Fetch").focus();
  await expect(page.getByRole("textbox", { name: "Flow name" })).toHaveCount(0);
  const conflict = new SaveConflictPageObject(page);
  await expect(conflict.banner).toContainText("You are viewing an earlier version.");
  await conflict.bannerButton("Use theirs");
  await expect(page.getByRole("heading", { level: 1, name: "Theirs" })).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
});

test("a name typed while its step is deleted remotely becomes a conflict instead of being lost", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: /^Name of step/ }).fill("A long name");
  await api.updateFlow(flow.id, { flowSteps: flow.flowSteps.filter(({ name }) => name !== "Clean") });
  await expect(editor.status).toHaveText("Changed elsewhere");
  await page.keyboard.press("Enter");
  await expect(editor.row("A long name")).toBeVisible();
  const conflict = new SaveConflictPageObject(page);
  await conflict.bannerButton("Resolve 1 conflict");
  await expect(conflict.dialog).toContainText("A long name");
});

test("a server restored from a backup is reported to hold an older version than the open flow", async ({
  page,
  startOwnServer,
  problems,
}) => {
  // Allows status 503, which a server sends while it is still opening its store.
  problems.allow(/ERR_|status of 503/);
  const [dataDirectory, backup] = [test.info().outputPath("data"), test.info().outputPath("backup")];
  const first = await startBuiltServer({ dataDirectory });
  const { port } = new URL(first.url);
  const { id } = await new ApiClient(first.url).createFlow(buildSampleDigestFlowBody());
  await first.stop();
  await cp(dataDirectory, backup, { recursive: true });

  const second = await startBuiltServer({ dataDirectory, env: { PORT: port } });
  const editor = new EditorPageObject(page);
  await editor.open(`${second.url}/flows/${id}`);
  await editor.renameStep("Clean", "Tidy");
  await editor.save();
  await second.stop();
  const third = await startOwnServer({ dataDirectory: backup, env: { PORT: port } });
  await expect(editor.status).toHaveText("Changed elsewhere", { timeout: 40_000 });
  await expect(editor.row("Tidy")).toBeVisible();
  const conflict = new SaveConflictPageObject(page);
  await expect(conflict.banner).toContainText("You are viewing a later version than the server’s");
  await conflict.bannerButton("Save mine as new flow");
  await expect(page.getByRole("heading", { level: 1, name: "Copy of Digest" })).toBeVisible();
  await expect(editor.row("Tidy")).toBeVisible();
  expect((await new ApiClient(third.url).getFlow(id)).revision).toBe(1);
});

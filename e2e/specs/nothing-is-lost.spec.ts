import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a code chunk that fails to load keeps the unsaved edits, and loads on a later attempt", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported/);
  const code = /\/assets\/(shortcuts-dialog|code-editor|menu)/;
  await page.route(code, (route) => route.abort());
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await page.keyboard.press("Control+/");
  await expect(page.getByText("Can’t reach the server. Retry in a moment.")).toBeVisible();
  await editor.row("Clean").click();
  await expect(page.getByText("Couldn’t load this part of the page.").first()).toBeVisible();
  await expect(editor.status).toHaveText("1 unsaved change");
  await page.unroute(code);
  await page.keyboard.press("Control+/");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await editor.save();
});

const MERGE_CODE = /\/assets\/merge-/;

test("a save needs the merge code only for a conflict, and resumes once that code loads", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported|status of 412/);
  await page.route(MERGE_CODE, (route) => route.abort());
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await editor.save();
  await api.addFaults({ path: "/local/events", cut: "open" }, { path: "/local/events", status: 503 });
  // Makes a local edit. Without unsaved edits, the page would load the newer version instead of reporting a conflict.
  await editor.renameStep("Clean", "Tidy");
  await api.updateFlow(flow.id, { name: "Their digest" });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Changed elsewhere");
  await page.unroute(MERGE_CODE);
  await expect(editor.status).toHaveText("Saved");
  expect(await api.getFlow(flow.id)).toMatchObject({
    name: "Their digest",
    flowSteps: [{ enabled: false }, { name: "Tidy" }, {}, {}],
  });
});

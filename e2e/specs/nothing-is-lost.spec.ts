import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

const inspector = "complementary";

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

test("a save needs the merge code only for a conflict, and resumes once that code loads", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported|status of 412/);
  await page.route(/\/assets\/merge-documents/, (route) => route.abort());
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await editor.save();
  await api.addFaults({ path: "/local/events", cut: "open" }, { path: "/local/events", status: 503 });
  // Makes a local edit. Without unsaved edits, the page would load the newer version instead of reporting a conflict.
  await editor.renameStep("Clean", "Tidy");
  await api.updateFlow(flow.id, { name: "Their digest" });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Changed elsewhere");
  await page.unroute(/\/assets\/merge-documents/);
  await expect(editor.status).toHaveText("Saved");
  expect(await api.getFlow(flow.id)).toMatchObject({
    name: "Their digest",
    flowSteps: [{ enabled: false }, { name: "Tidy" }, {}, {}],
  });
});

test(
  "saving a copy during a conflict keeps the local step order",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const { flow, editor } = await createFlowAndOpenEditor({ page, api });
    const names = await editor.stepNames();
    await editor.row(names[0]!).focus();
    await page.keyboard.press("Alt+ArrowDown");
    await editor.expectSteps([names[1]!, names[0]!, ...names.slice(2)]);
    await editor.renameFlow("My digest");
    await api.updateFlow(flow.id, { name: "Their digest" });
    await page.keyboard.press("Control+s");
    await expect(page.getByRole("dialog", { name: "Resolve conflicts" })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Save mine as new flow" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Copy of My digest" })).toBeVisible();
    await editor.expectSteps([names[1]!, names[0]!, ...names.slice(2)]);
  },
);

test("invalid input is kept, blocks the save, and asks before leaving", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Clean").click();
  await editor.openAdvanced();
  await editor.showExpression();
  const when = page.getByRole(inspector).getByRole("textbox", { name: "Run if" });
  await replaceFieldTextByKeyboard(page, when, "x".repeat(501));
  await expect(page.getByText("Conditions are limited to 500 characters.")).toBeVisible();
  await expect(editor.status).toHaveText("1 unsaved change");

  await editor.row("Fetch").click();
  await editor.row("Clean").click();
  await expect(when).toHaveText("x".repeat(501));

  await editor.row("Fetch").click();
  await page.keyboard.press("Control+s");
  await expect(when).toBeFocused();
  await editor.expectSaid("Not saved. Fix or discard this input.");

  await page.getByRole("link", { name: "Back to flows" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  await replaceFieldTextByKeyboard(page, when, "text.words > 2");
  await editor.save();
});

test(
  "invalid JSON is kept across an undo, and discarding it keeps the focus",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.switchOf("Fetch").click();
    await editor.row("Clean").click();
    await page.getByRole("tab", { name: "JSON" }).click();
    const config = page.getByRole("textbox", { name: "Config (JSON)" });
    await config.click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type('{ "text": long work');
    await expect(page.getByText("Fix or discard this text")).toBeVisible();
    await editor.row("Clean").focus();
    await page.keyboard.press("Control+z");
    await expect(editor.switchOf("Fetch")).toBeChecked();
    await expect(config).toContainText("long work");

    await page.getByRole("button", { name: "Discard" }).click();
    await expect(config).toBeFocused();
    await expect(config).not.toContainText("long work");
  },
);

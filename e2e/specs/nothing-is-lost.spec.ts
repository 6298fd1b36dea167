import { openFlow } from "#e2e/harness/open-flow.ts";
import { replaceText } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Ways in which editors lose work, each tried on ours.

const inspector = "complementary";

test("code that cannot be loaded takes nothing with it, and comes when the server is back", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported/);
  const code = /\/assets\/(shortcuts-dialog|code-editor|menu)/;
  await page.route(code, (route) => route.abort());
  const { editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await page.keyboard.press("Control+/");
  await expect(page.getByText("This could not be opened")).toBeVisible();
  await editor.row("Clean").click();
  await expect(page.getByText("This part of the page could not be loaded.").first()).toBeVisible();
  await expect(editor.status).toHaveText("1 unsaved change");
  await page.unroute(code);
  await page.keyboard.press("Control+/");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await editor.save();
});

test("a save waits for no code that it does not need, and where it needs some, goes on once that can be had", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported|status of 412/);
  await page.route(/\/assets\/merge-documents/, (route) => route.abort());
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await editor.save();
  await api.addFaults({ path: "/local/events", cut: "open" }, { path: "/local/events", status: 503 });
  // A page without edits of its own would take the newer version in.
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

test("a copy made over a conflict has my order", async ({ page, api, problems }) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api });
  const names = await editor.stepNames();
  await editor.row(names[0]!).focus();
  await page.keyboard.press("Alt+ArrowDown");
  await editor.renameFlow("My digest");
  await api.updateFlow(flow.id, { name: "Their digest" });
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("dialog", { name: "Both sides changed the same" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save mine as a new flow" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Copy of My digest" })).toBeVisible();
  await editor.expectSteps([names[1]!, names[0]!, ...names.slice(2)]);
});

test("a text that does not fit its field stays, stops the save, and asks before it is left", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Clean").click();
  const when = page.getByRole(inspector).getByRole("textbox", { name: "When" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("A condition has 500 characters at most.")).toBeVisible();
  await expect(editor.status).toHaveText("1 unsaved change");

  await editor.row("Fetch").click();
  await editor.row("Clean").click();
  await expect(when).toHaveText("x".repeat(501));

  await editor.row("Fetch").click();
  await page.keyboard.press("Control+s");
  await expect(when).toBeFocused();
  await editor.expectSaid("Not saved. Fix or discard this text.");

  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
  await replaceText(page, when, "text.words > 2");
  await editor.save();
});

test("broken JSON outlives an undo, and discarding it keeps the focus", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
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
});

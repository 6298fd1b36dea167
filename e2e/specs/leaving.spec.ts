import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { digestFlow, openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Flows are found in the list by their names.
test.beforeEach(({ api }) => api.deleteAllFlows());

// Nobody leaves unsaved edits behind without having seen what they are and said what becomes of them.

const questionOf = (page: Page) => page.getByRole("alertdialog", { name: "Leave with unsaved changes?" });
const leave = (page: Page) => page.getByRole("link", { name: "Back to the list" }).click();
const expectFlow = (page: Page, name: string) =>
  expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
const changesIn = (page: Page) => questionOf(page).getByRole("list", { name: "Unsaved changes" });

test("what would be left is said in words; Enter saves it and leaves", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await editor.chooseFromMenu("Notify", "Move to top");
  await leave(page);
  await expect(changesIn(page).getByRole("listitem")).toHaveText([
    "Moved “Notify” up 3",
    "Renamed “Clean” to “Tidy”",
  ]);
  await expect(questionOf(page)).toContainText("“Digest” was edited and not saved.");
  await expectAccessible(page, "the question before leaving");
  await expect(questionOf(page).getByRole("button", { name: "Save and leave" })).toBeFocused();

  await page.keyboard.press("Escape");
  await expect(questionOf(page)).toHaveCount(0);
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/flows/${flow.id}`));

  await leave(page);
  await expect(questionOf(page).getByRole("button", { name: "Save and leave" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  expect((await api.getFlow(flow.id)).flowSteps.map(({ name }) => name)).toEqual([
    "Notify",
    "Fetch",
    "Tidy",
    "Route",
  ]);
});

test("a save that fails does not leave, and says why; losing the edits is a choice of its own", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 400/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  const body = JSON.stringify({ error: "Validation failed", details: [{ message: "Not today." }] });
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 400, body });
  await leave(page);
  await questionOf(page).getByRole("button", { name: "Save and leave" }).click();
  await expect(questionOf(page).getByRole("alert")).toContainText(
    "Not saved. The server refused this: Not today.",
  );
  await expect(questionOf(page).getByRole("button", { name: "Stay" })).toBeFocused();
  await questionOf(page).getByRole("button", { name: "Leave and lose them" }).click();
  await expect(page).toHaveURL(/\/flows$/);
  await api.clearFaults();
  await new FlowList(page).link("Digest").click();
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).revision).toBe(1);
});

test("what both sides changed is settled before anything is left or sent", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  const { flowSteps } = await api.getFlow(flow.id);
  await api.updateFlow(flow.id, {
    flowSteps: flowSteps.map((step) => (step.id === "clean" ? { ...step, name: "Scrub" } : step)),
  });
  await leave(page);
  await questionOf(page).getByRole("button", { name: "Save and leave" }).click();
  await expect(questionOf(page)).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`/flows/${flow.id}`));
  await expect(editor.status).toHaveText("Changed elsewhere");
  expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Scrub");
});

test("without the server the question still opens, knows that saving is in vain, and notices when it is not", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.untilUnderstood();
  await editor.switchOf("Fetch").click();
  await page.route(/\/assets\//, (route) => route.abort());
  await api.addFaults({ path: "/v1/*", cut: "before" }, { path: "/healthz", cut: "before" });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText(/^Offline — kept/, { timeout: 30_000 });
  await leave(page);
  await expect(changesIn(page).getByRole("listitem")).toHaveText(["Switched off “Fetch”"]);
  await expect(questionOf(page).getByRole("alert")).toContainText("The server cannot be reached.");
  const save = questionOf(page).getByRole("button", { name: "Save and leave" });
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await expect(questionOf(page).getByRole("button", { name: "Stay" })).toBeFocused();

  await api.clearFaults();
  await page.unroute(/\/assets\//);
  await expect(save).not.toHaveAttribute("aria-disabled", "true", { timeout: 40_000 });
  await save.click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});

test("a text that fits no field is among what would be left, and keeps it from being saved", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Clean").click();
  await page.getByRole("complementary").getByRole("textbox", { name: "When" }).fill("x".repeat(501));
  await expect(page.getByText("A condition has 500 characters at most.")).toBeVisible();
  await leave(page);
  await expect(changesIn(page)).toContainText("Typed a text into “Clean” that does not fit its field");
  await expect(questionOf(page).getByRole("button", { name: "Save and leave" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await questionOf(page).getByRole("button", { name: "Stay" }).click();
  await expect(editor.status).toHaveText("1 unsaved change");
});

test("going between the views of one flow never asks", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await page.getByRole("link", { name: "JSON" }).click();
  await expect(page.getByRole("textbox", { name: "Flow (JSON)" })).toBeVisible();
  await page.goBack();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await page.goForward();
  await expect(page.getByRole("textbox", { name: "Flow (JSON)" })).toBeVisible();
  await expect(questionOf(page)).toHaveCount(0);
  await expect(editor.status).toHaveText("1 unsaved change");
});

test("Back and Forward ask too, and never mix the edits of two flows", async ({ page, api }) => {
  const [first, second] = [
    await api.createFlow(digestFlow()),
    await api.createFlow(buildFlow("Other", [buildStep("fetch"), buildStep("clean")])),
  ];
  await page.goto("/flows");
  const list = new FlowList(page);
  await list.link("Digest").click();
  const editor = new Editor(page);
  await expectFlow(page, "Digest");
  await editor.switchOf("Fetch").click();
  await editor.save();
  await leave(page);
  await list.link("Other").click();
  await expectFlow(page, "Other");
  await editor.switchOf("Clean").click();

  // Two entries back is the first flow itself; the second one's edits are not taken there.
  await page.evaluate(() => history.go(-2));
  await questionOf(page).getByRole("button", { name: "Stay" }).click();
  await expect(page).toHaveURL(new RegExp(`/flows/${second.id}`));
  await expectFlow(page, "Other");
  await expect(editor.switchOf("Clean")).not.toBeChecked();
  await page.evaluate(() => history.go(-2));
  await questionOf(page).getByRole("button", { name: "Leave and lose them" }).click();
  await expectFlow(page, "Digest");
  await expect(page).toHaveURL(new RegExp(`/flows/${first.id}`));
  await expect(editor.switchOf("Clean")).toBeChecked();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(editor.status).toHaveText("Saved");

  await editor.switchOf("Clean").click();
  await page.evaluate(() => history.go(2));
  await questionOf(page).getByRole("button", { name: "Save and leave" }).click();
  await expectFlow(page, "Other");
  await expect(editor.switchOf("Clean")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(first.id)).flowSteps.slice(0, 2)).toMatchObject([
    { enabled: false },
    { enabled: false },
  ]);
  expect((await api.getFlow(second.id)).revision).toBe(1);
});

test("Back after saving asks nothing, and Forward shows what was saved", async ({ page, api }) => {
  const flow = await api.createFlow(digestFlow());
  await page.goto("/flows");
  await new FlowList(page).link("Digest").click();
  const editor = new Editor(page);
  await expectFlow(page, "Digest");
  await editor.switchOf("Fetch").click();
  await editor.save();
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await page.goForward();
  await expectFlow(page, "Digest");
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(editor.status).toHaveText("Saved");
  await editor.switchOf("Clean").click();
  await editor.save();
  expect((await api.getFlow(flow.id)).revision).toBe(3);
});

test("where the page saves by itself, leaving saves and asks only when that fails", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 400/);
  const { flow, editor } = await openFlow({ page, api });
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Save by itself" }).click();
  await editor.switchOf("Fetch").click();
  await leave(page);
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);

  await new FlowList(page).link("Digest").click();
  await editor.switchOf("Clean").click();
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 400 });
  await leave(page);
  await expect(questionOf(page).getByRole("alert")).toContainText("Not saved.");
  await questionOf(page).getByRole("button", { name: "Stay" }).click();
  await expect(editor.switchOf("Clean")).not.toBeChecked();
});

test("whoever deletes a flow with edits that no device keeps is told that undo does not bring them back", async ({
  page,
  api,
}) => {
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  const { editor } = await openFlow({ page, api });
  const ask = async () => {
    await page.getByRole("button", { name: "Actions for this flow" }).click();
    await page.getByRole("menuitem", { name: "Delete flow" }).click();
  };
  const question = page.getByRole("alertdialog", { name: "Delete “Digest”?" });
  await ask();
  await expect(question).toContainText("You can undo this for a few seconds.");
  await expect(question).not.toContainText("unsaved edits");
  await page.keyboard.press("Escape");
  await editor.renameStep("Clean", "Tidy");
  await ask();
  await expect(question).toContainText("Your unsaved edits go with it for good");
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("1 unsaved change");
});

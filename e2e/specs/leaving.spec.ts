import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { delayFlowSavesUntilReleased } from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { buildSampleDigestFlowBody, createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { delayRequestsUntilReleased, waitUntilTimersFired } from "#e2e/harness/slow-down-page.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

// Deletes all flows first, since the tests find flows in the list by name.
test.beforeEach(({ api }) => api.deleteAllFlows());

const questionOf = (page: Page) => page.getByRole("alertdialog", { name: "Leave with unsaved changes?" });
const leave = (page: Page) => page.getByRole("link", { name: "Back to flows" }).click();
const expectFlow = (page: Page, name: string) =>
  expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
/** Returns the addresses of everything that the page has loaded. */
const readLoadedAssets = (page: Page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .join(),
  );
const changesIn = (page: Page) => questionOf(page).getByRole("list", { name: "Unsaved changes" });

test("leaving lists the unsaved edits; Enter saves them and leaves", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await editor.chooseFromMenu("Notify", "Move", "Move to top");
  await leave(page);
  await expect(changesIn(page).getByRole("listitem")).toHaveText([
    "Moved “Notify” up 3",
    "Renamed “Clean” to “Tidy”",
  ]);
  await expect(questionOf(page)).toContainText("“Digest” has unsaved changes.");
  await expectNoAccessibilityViolations(page, "the leave confirmation");
  await expect(questionOf(page).getByRole("button", { name: "Save and leave" })).toBeFocused();

  await page.keyboard.press("Escape");
  await expect(questionOf(page)).toHaveCount(0);
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/flows/${flow.id}`));
  const [closing] = await Promise.all([page.waitForEvent("dialog"), page.close({ runBeforeUnload: true })]);
  expect(closing.type()).toBe("beforeunload");
  await closing.dismiss();

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

test("“Save and leave” stays on the page with the error when the save fails; “Discard changes” leaves", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 400/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  const body = JSON.stringify({ error: "Validation failed", details: [{ message: "Not today." }] });
  await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 400, body });
  await leave(page);
  await questionOf(page).getByRole("button", { name: "Save and leave" }).click();
  await expect(questionOf(page).getByRole("alert")).toContainText(
    "Not saved. The server rejected this value: Not today.",
  );
  await expect(questionOf(page).getByRole("button", { name: "Stay" })).toBeFocused();
  await questionOf(page).getByRole("button", { name: "Discard changes" }).click();
  await expect(page).toHaveURL(/\/flows$/);
  await api.clearFaults();
  await new FlowListPageObject(page).link("Digest").click();
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).revision).toBe(1);
});

test("the leave confirmation opens offline with saving disabled, and updates once the save succeeds", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.untilAnalyzed();
  await editor.switchOf("Fetch").click();
  // The press loads the code of the dialog. Interrupts the connection only then.
  await expect.poll(() => readLoadedAssets(page)).toContain("/actions-");
  await page.route(/\/assets\//, (route) => route.abort());
  await api.addFaults({ path: "/v1/*", cut: "before" }, { path: "/healthz", cut: "before" });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText(/^Offline — kept/, { timeout: 30_000 });
  await leave(page);
  await expect(changesIn(page).getByRole("listitem")).toHaveText(["Disabled “Fetch”"]);
  await expect(questionOf(page).getByRole("alert")).toContainText("Can’t reach the server.");
  const save = questionOf(page).getByRole("button", { name: "Save and leave" });
  await expect(save).toHaveAttribute("aria-disabled", "true");
  await expect(questionOf(page).getByRole("button", { name: "Stay" })).toBeFocused();

  await api.clearFaults();
  await page.unroute(/\/assets\//);
  // Finds the dialog by its new heading: the pending save has succeeded, which changes the heading and the buttons.
  const saved = page.getByRole("alertdialog", { name: "Leave this flow?" });
  await expect(saved).toContainText("Saved.", { timeout: 40_000 });
  await expect(saved.getByRole("button")).toHaveText(["", "Stay", "Leave"]);
  await saved.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});

test("the leave confirmation lists invalid input and disables saving", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Clean").click();
  await editor.openAdvanced();
  await editor.showExpression();
  await page.getByRole("complementary").getByRole("textbox", { name: "Run if" }).fill("x".repeat(501));
  await expect(page.getByText("Conditions are limited to 500 characters.")).toBeVisible();
  await leave(page);
  await expect(changesIn(page)).toContainText("Invalid input in “Clean”");
  await expect(questionOf(page).getByRole("button", { name: "Save and leave" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await questionOf(page).getByRole("button", { name: "Stay" }).click();
  await expect(editor.status).toHaveText("1 unsaved change");
});

test("Back and Forward ask before leaving unsaved edits, and keep the edits of two flows apart", async ({
  page,
  api,
}) => {
  const [first, second] = [
    await api.createFlow(buildSampleDigestFlowBody()),
    await api.createFlow(buildFlow("Other", [buildStep("fetch"), buildStep("clean")])),
  ];
  await page.goto("/flows");
  const list = new FlowListPageObject(page);
  await list.link("Digest").click();
  const editor = new EditorPageObject(page);
  await expectFlow(page, "Digest");
  await editor.switchOf("Fetch").click();
  await editor.save();
  await leave(page);
  await list.link("Other").click();
  await expectFlow(page, "Other");
  await editor.switchOf("Clean").click();

  // Goes back two history entries, past the flow list, to the first flow, which must not show the edits of the
  // second.
  await page.evaluate(() => history.go(-2));
  await questionOf(page).getByRole("button", { name: "Stay" }).click();
  await expect(page).toHaveURL(new RegExp(`/flows/${second.id}`));
  await expectFlow(page, "Other");
  await expect(editor.switchOf("Clean")).not.toBeChecked();
  await page.evaluate(() => history.go(-2));
  await questionOf(page).getByRole("button", { name: "Discard changes" }).click();
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

test(
  "leaving during a slow save offers to wait, to stay, or to leave at once",
  { tag: "@full" },
  async ({ page, api }) => {
    const { flow, editor } = await createFlowAndOpenEditor({ page, api });
    await editor.untilAnalyzed();
    const saving = page.getByRole("alertdialog", { name: "Saving…" });
    /** Holds the save until the returned function is called, so that the dialog stays open on a busy machine. */
    const saveSlowly = async () => {
      const release = await delayFlowSavesUntilReleased(page, flow.id);
      await editor.saveButton.click();
      await leave(page);
      await expect(saving).toContainText("Saving “Digest”. You’ll leave when it’s saved.");
      return release;
    };
    await editor.switchOf("Fetch").click();
    const finishFirst = await saveSlowly();
    await expectNoAccessibilityViolations(page, "the dialog that waits for a save before leaving");
    await expect(saving.getByRole("button", { name: "Discard changes" })).toHaveCount(0);
    await saving.getByRole("button", { name: "Stay" }).click();
    finishFirst();
    await expect(editor.status).toHaveText("Saved");
    await expect(page).toHaveURL(new RegExp(`/flows/${flow.id}`));

    await editor.switchOf("Clean").click();
    const finishSecond = await saveSlowly();
    finishSecond();
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
    expect((await api.getFlow(flow.id)).revision).toBe(3);

    await new FlowListPageObject(page).link("Digest").click();
    await editor.switchOf("Route").click();
    const finishThird = await saveSlowly();
    await saving.getByRole("button", { name: "Keep draft and leave" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
    finishThird();
    await expect.poll(async () => (await api.getFlow(flow.id)).revision).toBe(4);
  },
);

test(
  "with autosave, leaving saves the edits and asks only when the save fails",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 400/);
    const { flow, editor } = await createFlowAndOpenEditor({ page, api });
    await page.getByRole("button", { name: "Actions for this flow" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Autosave" }).click();
    await editor.switchOf("Fetch").click();
    await leave(page);
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
    expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);

    await new FlowListPageObject(page).link("Digest").click();
    // Adds the fault before the edit, which autosave would otherwise save first if leaving takes long.
    await api.addFaults({ method: "PUT", path: "/v1/flows/:id", status: 400 });
    await editor.switchOf("Clean").click();
    await leave(page);
    await expect(questionOf(page).getByRole("alert")).toContainText("Not saved.");
    await questionOf(page).getByRole("button", { name: "Stay" }).click();
    await expect(editor.switchOf("Clean")).not.toBeChecked();
  },
);

test("Back while a flow is being created waits for the response, and the URL always matches the page shown", async ({
  page,
  api,
}) => {
  await page.goto("/environment");
  await page.getByRole("link", { name: "Flows", exact: true }).click();
  await page.getByRole("button", { name: "New flow" }).click();
  const dialog = page.getByRole("dialog", { name: "New flow" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Created while leaving");
  const release = await delayRequestsUntilReleased(page, /\/v1\/flows$/);
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await page.evaluate(() => history.back());
  await waitUntilTimersFired(page);
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await expect(dialog).toBeVisible();
  release();
  await expect(page.getByText("Created “Created while leaving”.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Environment" })).toBeVisible();
  await expect(page).toHaveURL(/\/environment$/);
  await page.goForward();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await expect(page).toHaveURL(/\/flows$/);
  expect((await api.listFlows()).map(({ name }) => name)).toContain("Created while leaving");
});

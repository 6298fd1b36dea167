import type { Page } from "@playwright/test";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { buildSampleDigestFlowBody, createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { pressRetryButtonUntilVisible } from "#e2e/harness/retry-for.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

async function openMenu(page: Page) {
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await page.getByRole("menuitem", { name: "Revert", exact: true }).press("ArrowRight");
  const toSaved = page.getByRole("menuitem", { name: "Revert to saved…", exact: true });
  await expect(toSaved).toBeVisible();
  return {
    toSaved,
    toPublished: page.getByRole("menuitem", { name: "Revert to published…", exact: true }),
  };
}

const lostIn = (page: Page) =>
  page.getByRole("list", { name: "Changes to be discarded" }).getByRole("listitem");
const discard = (page: Page) => page.getByRole("alertdialog").getByRole("button", { name: "Revert" }).click();

test("discarding to the saved version lists all changes with invalid input, and undo restores them", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  const { toSaved } = await openMenu(page);
  await expect(toSaved).toHaveAttribute("aria-disabled", "true");
  await expect(toSaved).toHaveAccessibleDescription("No unsaved changes.");
  await page.keyboard.press("Escape");

  await editor.switchOf("Fetch").click();
  await editor.row("Clean").click();
  await editor.openAdvanced();
  await editor.showExpression();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "Run if" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("Conditions are limited to 500 characters.")).toBeVisible();

  await (await openMenu(page)).toSaved.click();
  const question = page.getByRole("alertdialog", { name: "Revert to saved?" });
  await expect(lostIn(page)).toHaveText([/^Disabled “Fetch”/, /^Invalid input in “Clean”/]);
  await expectNoAccessibilityViolations(page, "the discard confirmation");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("2 unsaved changes");

  await (await openMenu(page)).toSaved.click();
  await discard(page);
  await editor.expectSaid("Changes discarded. You can undo.");
  await expect(editor.status).toHaveText("Saved");
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(when).toHaveText("");
  await expect(page.getByText("Conditions are limited to 500 characters.")).toHaveCount(0);

  await page.getByRole("button", { name: "Undo revert to saved" }).click();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(when).toHaveText("x".repeat(501));
  await expect(editor.status).toHaveText("2 unsaved changes");
  expect((await api.getFlow(flow.id)).revision).toBe(1);
});

test("discarding to the published version is an unsaved edit that can be undone, redone and saved", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await expect((await openMenu(page)).toPublished).toHaveAccessibleDescription("Not published yet.");
  await page.keyboard.press("Escape");
  await editor.publish();
  await expect(page.getByText("Published v1")).toBeVisible();
  await expect((await openMenu(page)).toPublished).toHaveAccessibleDescription("Up to date.");
  await page.keyboard.press("Escape");

  await editor.renameStep("Clean", "Tidy");
  await editor.save();
  await editor.switchOf("Fetch").click();
  await (await openMenu(page)).toPublished.click();
  await expect(page.getByRole("alertdialog")).toContainText("without saving or publishing.");
  await expect(lostIn(page)).toHaveText(["Disabled “Fetch”", "Renamed “Clean” to “Tidy”"]);
  await discard(page);
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await page.getByRole("button", { name: "Undo revert to published" }).click();
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await page.getByRole("button", { name: "Redo revert to published" }).click();
  await editor.save();
  await expect(page.getByText("Published v1")).toBeVisible();
  expect(await api.getFlow(flow.id)).toMatchObject({ hasUnpublishedChanges: false });
});

test("discarding to the published version reports a failed read, and retries when the user asks", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 500/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await api.publishFlow(flow.id);
  await page.reload();
  await editor.switchOf("Fetch").click();
  await api.addFaults({ path: "/v1/flow-versions/*", status: 500 });
  await (await openMenu(page)).toPublished.click();
  const question = page.getByRole("alertdialog", { name: "Revert to published?" });
  await expect(question.getByRole("alert")).toContainText("Server error (500)", { timeout: 20_000 });
  await expect(question.getByRole("button", { name: "Revert" })).toHaveAttribute("aria-disabled", "true");
  await api.clearFaults();
  await pressRetryButtonUntilVisible(page, lostIn(page));
  await expect(lostIn(page)).toHaveText(["Disabled “Fetch”"]);
});

test("discarding to the published version works with a server that implements only the documented API", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 404/);
  const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key-0123456789" } });
  const { url } = await startOwnServer({
    env: { RUNTYPE_API_KEY: "upstream-key-0123456789", RUNTYPE_API_URL: upstream.url },
  });
  const api = new ApiClient(upstream.url, "upstream-key-0123456789");
  const flow = await api.createFlow(buildSampleDigestFlowBody());
  const editor = new EditorPageObject(page);
  await editor.open(`${url}/flows/${flow.id}`);
  await (await openMenu(page)).toPublished.click();
  const question = page.getByRole("alertdialog", { name: "Revert to published?" });
  await expect(question.getByRole("alert")).toHaveText("No version of this flow is published.");
  await question.getByRole("button", { name: "Cancel" }).click();

  await api.publishFlow(flow.id);
  await (await openMenu(page)).toPublished.click();
  await expect(question.getByRole("alert")).toHaveText("Up to date.");
  await question.getByRole("button", { name: "Cancel" }).click();
  await editor.switchOf("Fetch").click();
  await (await openMenu(page)).toPublished.click();
  await expect(lostIn(page)).toHaveText(["Disabled “Fetch”"]);
  await discard(page);
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");
});

test("the discard confirmation updates when a pending save succeeds, and then discards nothing", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 503/);
  await page.clock.install();
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await api.addFaults({
    method: "PUT",
    path: "/v1/flows/:id",
    status: 503,
    headers: { "retry-after": "60" },
    times: 1,
  });
  await editor.saveButton.click();
  await expect(editor.status).toHaveText("Not confirmed — retry");
  await (await openMenu(page)).toSaved.click();
  await expect(lostIn(page)).toHaveText([/^Disabled “Fetch”/]);
  await page.clock.fastForward(60_000);
  const question = page.getByRole("alertdialog", { name: "No unsaved changes" });
  await expect(question).toContainText("Saved.");
  await expect(question.getByRole("button", { name: "Revert" })).toHaveCount(0);
  await question.getByRole("button", { name: "Close" }).last().click();
  await expect(editor.status).toHaveText("Saved");
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  expect((await api.getFlow(flow.id)).revision).toBe(2);
});

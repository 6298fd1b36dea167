import type { Page } from "@playwright/test";
import { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { digestFlow, openFlow } from "#e2e/harness/open-flow.ts";
import { retryFor } from "#e2e/harness/retry-for.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Going back to what is saved or published: seen first, done as one edit, and taken back by one undo.

async function openMenu(page: Page) {
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  const menu = page.getByRole("menu");
  await expect(menu).toBeVisible();
  return {
    toSaved: menu.getByRole("menuitem", { name: "Discard to saved…" }),
    toPublished: menu.getByRole("menuitem", { name: "Discard to published…" }),
  };
}

const lostIn = (page: Page) =>
  page.getByRole("list", { name: "Changes to be discarded" }).getByRole("listitem");
const discard = (page: Page) =>
  page.getByRole("alertdialog").getByRole("button", { name: "Discard" }).click();

test("to saved: what would go is listed, unmended texts among it, and all of it comes back with an undo", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  const { toSaved } = await openMenu(page);
  await expect(toSaved).toHaveAttribute("aria-disabled", "true");
  await expect(toSaved).toContainText("Everything is saved.");
  await page.keyboard.press("Escape");

  await editor.switchOf("Fetch").click();
  await editor.row("Clean").click();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "When" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("A condition has 500 characters at most.")).toBeVisible();

  await (await openMenu(page)).toSaved.click();
  const question = page.getByRole("alertdialog", { name: "Discard unsaved changes?" });
  await expect(lostIn(page)).toHaveText([
    /^Switched off “Fetch”/,
    /^Typed a text into “Clean” that does not fit its field/,
  ]);
  await expectAccessible(page, "the question before discarding");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("2 unsaved changes");

  await (await openMenu(page)).toSaved.click();
  await discard(page);
  await editor.expectSaid("Discarded. Undo brings the changes back.");
  await expect(editor.status).toHaveText("Saved");
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(when).toHaveText("");
  await expect(page.getByText("A condition has 500 characters at most.")).toHaveCount(0);

  await page.getByRole("button", { name: "Undo discard to saved" }).click();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(when).toHaveText("x".repeat(501));
  await expect(editor.status).toHaveText("2 unsaved changes");
  expect((await api.getFlow(flow.id)).revision).toBe(1);
});

test("to saved: JSON that was not applied goes and comes back too", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await page.getByRole("link", { name: "JSON" }).click();
  const text = page.getByRole("textbox", { name: "Flow (JSON)" });
  await text.click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("half typed ");
  await expect(editor.status).toHaveText("1 unsaved change");
  await (await openMenu(page)).toSaved.click();
  await expect(lostIn(page)).toHaveText([/^Edited the flow’s JSON, and did not apply it/]);
  await discard(page);
  await expect(text).not.toContainText("half typed");
  await expect(editor.status).toHaveText("Saved");
  await page.getByRole("button", { name: "Undo discard to saved" }).click();
  await expect(text).toContainText("half typed");
  await expect(editor.status).toHaveText("1 unsaved change");
});

test("to published: the flow becomes what is live, as an edit that is saved when asked for", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  await expect((await openMenu(page)).toPublished).toContainText("Nothing was published yet.");
  await page.keyboard.press("Escape");
  await editor.publish();
  await expect(page.getByText("Published v1")).toBeVisible();
  await expect((await openMenu(page)).toPublished).toContainText("This is what is published.");
  await page.keyboard.press("Escape");

  await editor.renameStep("Clean", "Tidy");
  await editor.save();
  await editor.switchOf("Fetch").click();
  await (await openMenu(page)).toPublished.click();
  await expect(page.getByRole("alertdialog")).toContainText("Nothing is saved or published by that.");
  await expect(lostIn(page)).toHaveText(["Switched off “Fetch”", "Renamed “Clean” to “Tidy”"]);
  await discard(page);
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await page.getByRole("button", { name: "Undo discard to published" }).click();
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await page.getByRole("button", { name: "Redo discard to published" }).click();
  await editor.save();
  await expect(page.getByText("Published v1")).toBeVisible();
  expect(await api.getFlow(flow.id)).toMatchObject({ hasUnpublishedChanges: false });
});

test("to published: what cannot be read is said, and read again when asked for", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 500/);
  const { flow, editor } = await openFlow({ page, api });
  await api.publishFlow(flow.id);
  await page.reload();
  await editor.switchOf("Fetch").click();
  await api.addFaults({ path: "/v1/flow-versions/*", status: 500 });
  await (await openMenu(page)).toPublished.click();
  const question = page.getByRole("alertdialog", { name: "Discard to what is published?" });
  await expect(question.getByRole("alert")).toContainText("The server failed (500)", { timeout: 20_000 });
  await expect(question.getByRole("button", { name: "Discard" })).toHaveAttribute("aria-disabled", "true");
  await api.clearFaults();
  await retryFor(page, lostIn(page));
  await expect(lostIn(page)).toHaveText(["Switched off “Fetch”"]);
});

test("to published: an API that says nothing of it is asked, and its answer told", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 404/);
  const upstream = await startOwnServer({ env: { EXTRAS: "0", API_KEYS: "upstream-key" } });
  const { url } = await startOwnServer({
    env: { RUNTYPE_API_KEY: "upstream-key", RUNTYPE_API_URL: upstream.url },
  });
  const api = new Api(upstream.url, "upstream-key");
  const flow = await api.createFlow(digestFlow());
  const editor = new Editor(page);
  await editor.open(`${url}/flows/${flow.id}`);
  await (await openMenu(page)).toPublished.click();
  const question = page.getByRole("alertdialog", { name: "Discard to what is published?" });
  await expect(question.getByRole("alert")).toHaveText("No version of this flow is published.");
  await question.getByRole("button", { name: "Cancel" }).click();

  await api.publishFlow(flow.id);
  await (await openMenu(page)).toPublished.click();
  await expect(question.getByRole("alert")).toHaveText("This is what is published.");
  await question.getByRole("button", { name: "Cancel" }).click();
  await editor.switchOf("Fetch").click();
  await (await openMenu(page)).toPublished.click();
  await expect(lostIn(page)).toHaveText(["Switched off “Fetch”"]);
  await discard(page);
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");
});

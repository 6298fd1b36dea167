import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import { digestFlow, openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

const jsonLink = (page: Page) => page.getByRole("link", { name: "JSON" });
const stepsLink = (page: Page) => page.getByRole("link", { name: "Steps" });
const text = (page: Page) => page.getByRole("textbox", { name: "Flow (JSON)" });
const apply = (page: Page) => page.getByRole("button", { name: "Apply", exact: true });

async function openJson(page: Page): Promise<void> {
  await jsonLink(page).click();
  await expect(page).toHaveURL(/\/json$/);
  await expect(text(page)).toBeVisible();
}

/** Types over one place of the text, found as a person would find it: by its line. */
async function changeLine(page: Page, line: string, next: string): Promise<void> {
  await text(page).locator(".cm-line", { hasText: line }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText(next);
}

async function replaceText(page: Page, next: string): Promise<void> {
  await text(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(next);
}

test("the whole flow is edited as JSON and applied as one edit, undone in one step", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": "Tidy",');
  await expect(page.getByText("Can be applied. Saving waits for it.")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await editor.expectSaid("Applied to the flow. Undo takes it back.");
  await expect(text(page)).toBeFocused();
  await expect(jsonLink(page)).toHaveAccessibleName("JSON");

  // With the focus in the text, whose own undo has nothing left.
  await page.keyboard.press("Control+z");
  await editor.expectSaid("Undid apply JSON.");
  await expect(text(page)).toContainText('"name": "Clean"');
  await expect(page).toHaveURL(/\/json$/);
  await page.getByRole("button", { name: "Redo apply JSON" }).click();
  await expect(text(page)).toContainText('"name": "Tidy"');

  const { flowSteps, ...rest } = await editor.save();
  expect(rest).toEqual({});
  expect(flowSteps).toEqual(
    flow.flowSteps.map((step) => (step["id"] === "clean" ? { ...step, name: "Tidy" } : step)),
  );
});

test("steps that are moved in the text are moved in the flow", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, buildFlow("Two", [buildStep("one"), buildStep("two")]));
  await openJson(page);
  const { flowSteps, ...flow } = JSON.parse(await readText(page));
  await replaceText(page, JSON.stringify({ ...flow, flowSteps: flowSteps.toReversed() }));
  await apply(page).click();
  await stepsLink(page).click();
  await editor.expectSteps(["Two", "One"]);
});

test("what is no JSON, and what is no flow, says so at its place and is not applied", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": Clean,');
  const problems = page.getByRole("list", { name: "Problems" });
  await expect(problems.getByRole("button")).toHaveText(/“Clean” is no JSON value\.\s*Line \d+, column 15/);
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(1);
  await page.getByRole("heading", { level: 1 }).getByRole("button").focus();
  await apply(page).click();
  await editor.expectSaid(/^Not applied\. There is 1 problem: “Clean” is no JSON value/);
  await expect(text(page)).toBeFocused();

  // The cursor was put at the fault: what is typed there mends it.
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText('"",');
  await expect(problems.getByRole("button")).toHaveText(/Step 2: a step needs a “name”\./);
  await problems.getByRole("button").click();
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText('"Tidy", "id": "fetch",');
  await expect(problems).toContainText("Step 2, “Tidy”: its id “fetch” is that of Step 1, “Fetch” already.");
  await expectAccessible(page, "the JSON tab with problems");
  await stepsLink(page).click();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
});

test("text that is not applied stays, counts as unsaved, holds up saving and leaving, and can be given up", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": "Tidy",');
  await stepsLink(page).click();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(editor.status).toHaveText("2 unsaved changes");
  await expect(jsonLink(page)).toHaveAccessibleName("JSON , not applied");

  await editor.saveButton.click();
  await expect(page).toHaveURL(/\/json$/);
  await expect(page.getByText("Not saved. Apply or discard the flow's JSON first.").first()).toBeVisible();
  await expect(text(page)).toBeFocused();
  await expect(text(page)).toContainText('"name": "Tidy"');

  await page.getByRole("link", { name: "Back to the list" }).click();
  const question = page.getByRole("alertdialog", { name: "Leave with unsaved changes?" });
  await question.getByRole("button", { name: "Stay" }).click();
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await expect(text(page)).toContainText('"name": "Clean"');
  await expect(editor.status).toHaveText("1 unsaved change");
  await stepsLink(page).click();
  await page.getByRole("button", { name: "Undo switch off Fetch" }).click();
  await expect(editor.status).toHaveText("Saved");
});

test("a flow that changes under a text that was begun is not replaced unasked", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.switchOf("Fetch").click();
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": "Tidy",');
  await expect(page.getByText("Can be applied.")).toBeVisible();
  await page.getByRole("button", { name: "Undo switch off Fetch" }).click();
  const notice = page.getByRole("alert").filter({ hasText: "The flow changed since you began." });
  await notice.getByRole("button", { name: "Replace the flow" }).click();
  await expect(notice).toHaveCount(0);
  await expect(text(page)).toContainText('"name": "Tidy"');
  await page.getByRole("button", { name: "Undo apply JSON" }).click();

  await changeLine(page, '"name": "Clean"', '"name": "Tidy",');
  await page.getByRole("button", { name: "Redo apply JSON" }).click();
  await apply(page).click();
  await expect(notice).toHaveCount(0);
  await changeLine(page, '"name": "Tidy"', '"name": "Neat",');
  await page.getByRole("button", { name: "Undo apply JSON" }).click();
  await apply(page).click();
  await expect(notice).toContainText("changed the same");
  await notice.getByRole("button", { name: "Show the flow instead" }).click();
  await expect(notice).toHaveCount(0);
  await expect(editor.status).toHaveText("Saved");
});

test("a flow of 1,000 steps opens by its address, is typed in and applied", async ({ page, api }) => {
  const long = buildLongFlow("Long", 1000);
  const flowSteps = long.flowSteps.map((step) => ({
    ...step,
    config: { userPrompt: `${"Some words to read. ".repeat(40)}${step.order}` },
  }));
  const flow = await api.createFlow({ ...long, flowSteps });
  await page.goto(`/flows/${flow.id}/json`);
  await expect(text(page)).toContainText('"name": "Long"');
  await changeLine(page, '"name": "Long"', '"name": "Longer",');
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Longer" })).toBeVisible();
  // Lines that were never shown are of guessed heights: the end is only in view once the cursor moved there.
  for (const key of ["Control+End", "ArrowUp", "ArrowDown"]) await page.keyboard.press(key);
  await expect(text(page)).toContainText('"name": "Step 1000"');
  expect(await page.locator(".cm-line").count()).toBeLessThan(200);
});

test("the flow is exported as it is on the page, and says so", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("button", { name: "Actions for this flow" })
      .click()
      .then(() => page.getByRole("menuitem", { name: "Export JSON" }).click()),
  ]);
  expect(download.suggestedFilename()).toBe("Digest.json");
  await expect(page.getByText("Exported “Digest”, with 1 unsaved change.").first()).toBeVisible();
  const exported = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(exported).toMatchObject({
    name: "Digest",
    flowSteps: flow.flowSteps.map((step) => (step["id"] === "clean" ? { ...step, name: "Tidy" } : step)),
  });
  const copy = await api.createFlow(exported);
  expect(copy.flowSteps).toEqual(exported.flowSteps);
});

test("the JSON tab is reached, left and found again by keyboard and history", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, digestFlow());
  await editor.row("Clean").click();
  await expect(page).toHaveURL(/\?step=clean$/);
  await jsonLink(page).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/json\?step=clean$/);
  await expect(jsonLink(page)).toBeFocused();
  await expect(jsonLink(page)).toHaveAttribute("aria-current", "page");
  await expectAccessible(page, "the JSON tab");
  await page.goBack();
  await expect(editor.row("Clean")).toHaveAttribute("aria-current", "true");
  await expect(page.getByRole("complementary", { name: "Inspector of Clean" })).toBeVisible();
});

/** All of the text, of which only the lines in view are in the page. */
function readText(page: Page): Promise<string> {
  return text(page).evaluate((element) => (element as HTMLElement).innerText);
}

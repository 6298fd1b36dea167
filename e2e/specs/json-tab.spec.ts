import type { Page } from "@playwright/test";
import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

const jsonLink = (page: Page) => page.getByRole("link", { name: "JSON" });
const stepsLink = (page: Page) => page.getByRole("link", { name: "Steps" });
const text = (page: Page) => page.getByRole("textbox", { name: "Flow (JSON)" });
const apply = (page: Page) => page.getByRole("button", { name: "Apply", exact: true });

async function openJson(page: Page): Promise<void> {
  await jsonLink(page).click();
  await expect(page).toHaveURL(/\/json$/);
  await expect(text(page)).toBeVisible();
}

async function changeLine(page: Page, line: string, next: string): Promise<void> {
  await text(page).locator(".cm-line", { hasText: line }).first().click();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText(next);
}

test("applying edited JSON is one edit that can be undone, redone and saved", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": "Tidy",');
  await expect(page.getByText("Valid. Apply to continue.")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await editor.expectSaid("Applied. Undo to restore.");
  await expect(text(page)).toBeFocused();
  await expect(jsonLink(page)).toHaveAccessibleName("JSON");

  // The undo history of the text field is empty, so the key undoes the flow's edit.
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

test("the JSON tab reports invalid JSON and invalid flows at their position, and does not apply them", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": Clean,');
  const problems = page.getByRole("list", { name: "Problems" });
  await expect(problems.getByRole("button")).toHaveText(
    /“Clean” is not a JSON value\.\s*Line \d+, column 15/,
  );
  await expect(page.locator(".cm-lintRange-error")).toHaveCount(1);
  await page.getByRole("heading", { level: 1 }).getByRole("button").focus();
  await apply(page).click();
  await editor.expectSaid(/^Not applied\. 1 problem: “Clean” is not a JSON value/);
  await expect(text(page)).toBeFocused();

  // The cursor is at the error, so typing can fix it.
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText('"",');
  await expect(problems.getByRole("button")).toHaveText(/Step 2: “name” is required\./);
  await problems.getByRole("button").click();
  await expect(text(page)).toBeFocused();
  await page.keyboard.press("Shift+End");
  await page.keyboard.insertText('"Tidy", "id": "fetch",');
  await expect(problems).toContainText("Step 2, “Tidy”: “id” “fetch” is already used by Step 1, “Fetch”.");
  await stepsLink(page).click();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
});

test("pending JSON counts as unsaved, blocks leaving, and can be discarded", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": "Tidy",');
  await stepsLink(page).click();
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(editor.status).toHaveText("2 unsaved changes");
  await expect(jsonLink(page)).toHaveAccessibleName("JSON , not applied");

  await page.getByRole("link", { name: "Back to flows" }).click();
  const question = page.getByRole("alertdialog", { name: "Leave with unsaved changes?" });
  await question.getByRole("button", { name: "Stay" }).click();
  await openJson(page);
  await expect(text(page)).toContainText('"name": "Tidy"');
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await expect(text(page)).toContainText('"name": "Clean"');
  await expect(editor.status).toHaveText("1 unsaved change");
  await stepsLink(page).click();
  await page.getByRole("button", { name: "Undo switch off “Fetch”" }).click();
  await expect(editor.status).toHaveText("Saved");
});

test("a save from another view and a publish apply valid pending JSON, and an invalid one shows the JSON tab", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await openJson(page);
  await changeLine(page, '"name": "Clean"', '"name": "Tidy",');
  await stepsLink(page).click();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  const [request] = await Promise.all([editor.waitForPut(), editor.saveButton.click()]);
  expect(request.postDataJSON()).toMatchObject({ flowSteps: [{}, { name: "Tidy" }, {}, {}] });
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(page).not.toHaveURL(/\/json/);

  await openJson(page);
  await changeLine(page, '"name": "Tidy"', '"name": "Neat",');
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByRole("dialog", { name: /^Publish “/ })).toContainText(
    "First publish: the whole flow goes live.",
  );
  await page.keyboard.press("Escape");
  await expect(jsonLink(page)).toHaveAccessibleName("JSON");

  await changeLine(page, '"name": "Neat"', '"name": Neat,');
  await stepsLink(page).click();
  await editor.saveButton.click();
  await expect(page).toHaveURL(/\/json$/);
  await expect(page.getByText("Not saved. Apply or discard the JSON edits first.").first()).toBeVisible();
  await expect(text(page)).toBeFocused();
  await expect(text(page)).toContainText('"name": Neat,');
});

test(
  "the JSON of a flow of 1,000 steps opens by URL, and can be edited and applied",
  { tag: "@full" },
  async ({ page, api }) => {
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
    // Moves the cursor to the end: the heights of unseen lines are estimates, so scrolling may not reach the end.
    for (const key of ["Control+End", "ArrowUp", "ArrowDown"]) await page.keyboard.press(key);
    await expect(text(page)).toContainText('"name": "Step 1000"');
    expect(await page.locator(".cm-line").count()).toBeLessThan(200);
  },
);

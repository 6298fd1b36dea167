import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const readerFlow = () =>
  buildFlow("Reader", [
    buildStep("fetch", { type: "fetch-url", config: { outputVariable: "page" } }),
    buildStep("score", { config: { userPrompt: "Score {{page}}", outputVariable: "score" } }),
    buildStep("notify", { type: "send-email", config: {} }),
  ]);

const clipboard = async (page: Page): Promise<readonly JsonObject[]> =>
  JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));

const paste = async (page: Page, text: string) => {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.keyboard.press("Control+v");
};

test("steps are copied as plain JSON, and pasted with new ids and variable names", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, readerFlow());
  await editor.row("Fetch").focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(editor.row("Score")).toBeFocused();
  await page.keyboard.press("Control+c");
  await editor.expectSaid("Copied 2 steps.");
  await page.keyboard.press("Alt+t");
  await expect(page.getByRole("button", { name: "Close notification" })).toBeFocused();
  await editor.row("Score").focus();
  const copied = await clipboard(page);
  expect(copied.map((step) => step["id"])).toEqual(["fetch", "score"]);
  expect(copied.every((step) => !("order" in step))).toBe(true);

  await page.keyboard.press("Control+v");
  await editor.expectSaid("Pasted 2 steps at position 3 of 5.");
  await expect(page.getByRole("heading", { name: "2 steps selected" })).toBeVisible();
  await editor.expectSteps(["Fetch", "Score", "Fetch", "Score", "Notify"]);
  await expect(page.locator(":focus")).toHaveAccessibleName(/^3 Fetch/);
  await editor.save();
  const [, , fetch, score] = (await api.getFlow(flow.id)).flowSteps;
  expect(fetch?.id).toMatch(/^step_/);
  expect(fetch).toMatchObject({ config: { outputVariable: "page_2" } });
  expect(score).toMatchObject({ config: { userPrompt: "Score {{page_2}}", outputVariable: "score_2" } });

  await page.keyboard.press("Control+z");
  await editor.expectSaid("Undid paste 2 steps.");
  await editor.expectSteps(["Fetch", "Score", "Notify"]);
  await expect(page.getByRole("heading", { name: "2 steps selected" })).toBeVisible();
});

test("steps cut from another flow are pasted, including nested steps", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Route").focus();
  await page.keyboard.press("Control+x");
  await editor.expectSaid("Cut “Route”. Undo to restore.");
  await expect(editor.row("Notify")).toBeFocused();
  await editor.save();
  await createFlowAndOpenEditor({ page, api }, buildFlow("Other", [buildStep("only")]));
  await editor.row("Only").focus();
  await page.keyboard.press("Control+v");
  await editor.expectSaid("Pasted “Route” at position 2 of 2.");
  await expect(editor.row("Route")).toBeFocused();
  await editor.expectOutline([
    "1 Only",
    "2 Route",
    "  then",
    "  1 Queue",
    "  2 Hide",
    "  else",
    "  1 Approve",
  ]);
});

test("a paste of invalid JSON is rejected with the position of the error, and can be fixed in the dialog", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, readerFlow());
  await editor.row("Score").focus();
  await paste(page, '[\n  {"type": "prompt", "name": "One"},\n  {"type": "prompt" "name": "Two"}\n]');
  const dialog = page.getByRole("dialog", { name: "Paste steps" });
  await expect(dialog.getByRole("alert")).toContainText("Couldn’t paste steps.");
  await expect(dialog).toContainText("Inserted before “Notify”.");
  await expectNoAccessibilityViolations(page, "the dialog of a rejected paste");
  await expect(page.locator("[data-step-id]")).toHaveCount(3);
  await dialog.getByRole("button", { name: "Line 3, column 21" }).click();
  const text = dialog.getByRole("textbox", { name: "Steps as JSON" });
  await expect(text).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type(",");
  await expect(dialog.getByRole("alert")).toHaveText("");
  await dialog.getByRole("button", { name: "Insert steps" }).click();
  await editor.expectSaid("Pasted 2 steps at position 3 of 5.");
  await editor.expectSteps(["Fetch", "Score", "One", "Two", "Notify"]);
  await expect(editor.row("One")).toBeFocused();
});

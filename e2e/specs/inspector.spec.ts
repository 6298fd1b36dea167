import type { Locator } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";
import { extendUndoPeriod } from "#e2e/harness/undo-period.ts";

const setPage = buildStep("set-page", {
  name: "Set page",
  type: "set-variable",
  config: { variableName: "page", valueTemplate: "a page" },
});

test("a step is added between two others, and its name gets the focus", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Fetch").hover();
  await page.getByRole("button", { name: "Add step after Fetch" }).click();
  await page.getByRole("combobox").fill("webs");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.type("Crawl it");
  await editor.expectSteps(["Fetch", "Crawl it", "Clean", "Route", "Notify"]);
  await editor.save();
  const added = (await api.getFlow(flow.id)).flowSteps[1];
  expect(added).toMatchObject({ type: "crawl", name: "Crawl it", order: 1, enabled: true });
  expect(added?.id).toMatch(/^step_[0-9a-hjkmnp-tv-z]{26}$/);
});

test("the inspector edits name, state, condition and config of the selected step", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Fetch").click();
  await expect(page).toHaveURL(/\?step=fetch$/);
  const inspector = page.getByRole("complementary", { name: /^Inspector of/ });
  await inspector.getByRole("textbox", { name: "Name" }).fill("Get page");
  await inspector.getByRole("switch").click();
  await editor.openAdvanced();
  await editor.showExpression();
  await replaceFieldTextByKeyboard(
    page,
    inspector.getByRole("textbox", { name: "Run if" }),
    "page.size > 10",
  );

  await inspector.getByRole("tab", { name: "JSON" }).click();
  const config = inspector.getByRole("textbox", { name: "Config (JSON)" });
  await config.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText('{"http": {"method": "GET"');
  await expect(inspector.getByText(/^Fix or discard this text/)).toBeVisible();
  await editor.saveButton.click();
  await expect(config).toBeFocused();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(', "url": "https://b.example"}, "retries": 2}');
  await expect(inspector.getByText(/^Fix or discard this text/)).toHaveCount(0);

  expect(await editor.save()).toEqual({
    flowSteps: [
      {
        ...flow.flowSteps[0],
        name: "Get page",
        enabled: false,
        when: "page.size > 10",
        config: { http: { method: "GET", url: "https://b.example" }, retries: 2 },
      },
      ...flow.flowSteps.slice(1),
    ],
  });
  await inspector.getByRole("textbox", { name: "Run if" }).focus();
  await page.keyboard.press("Escape");
  await expect(inspector).toHaveCount(0);
  await expect(editor.row("Get page")).toBeFocused();
});

test("a variable is inserted at the caret of a field, which expands with its caret and text", async ({
  page,
  api,
}) => {
  const prompt = buildStep("ask", {
    type: "prompt",
    config: { userPrompt: "Answer  now.", outputVariable: "a" },
  });
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Digest", [setPage, prompt]));
  await editor.row("Ask").click();
  const inspector = page.getByRole("complementary", { name: /^Inspector of/ });
  const field = inspector.getByRole("textbox", { name: "Prompt", exact: true });
  await blockPageOnFocus(field);
  await field.click();
  await page.keyboard.press("Control+Home");
  for (let at = 0; at < "Answer ".length; at += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await expect(inspector.getByRole("button", { name: "Insert variable into Prompt" })).toBeFocused();
  await page.keyboard.press("Enter");
  const list = page.getByRole("dialog", { name: "Insert variable" });
  await expect(list.getByRole("option").first()).toHaveText(/^page\s*from “Set page”/);
  await page.keyboard.type("record.na");
  await expect(list.getByRole("option")).toHaveText(/^_record\.name/);
  await page.keyboard.press("Enter");
  await expect(field).toBeFocused();
  await expect(field).toHaveText("Answer {{_record.name}} now.");

  await inspector.getByRole("button", { name: "Expand Prompt" }).click();
  const large = page.getByRole("dialog", { name: "Prompt" }).getByRole("textbox", { name: "Prompt" });
  await expect(large).toBeFocused();
  await page.keyboard.type(" about {{pa");
  await expect(page.getByRole("option", { name: /^page/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expectNoAccessibilityViolations(page, "the expanded prompt");
  await page.keyboard.press("Escape");
  await expect(large).toHaveCount(0);
  await expect(field).toBeFocused();
  await page.keyboard.type("!");
  await expect(field).toHaveText("Answer {{_record.name}} about {{page}}! now.");
  expect(await editor.save()).toMatchObject({
    flowSteps: [{}, { config: { userPrompt: "Answer {{_record.name}} about {{page}}! now." } }],
  });
});

test("the open flow is deleted from its menu, and Undo restores it with its unsaved edits", async ({
  page,
  api,
}) => {
  await extendUndoPeriod(page);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.switchOf("Fetch").click();
  await page.getByRole("button", { name: "Actions for this flow" }).click();
  await page.getByRole("menuitem", { name: "Delete flow" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await expect(page.getByText("Deleting “Digest”…").first()).toBeVisible();
  await expect(page.locator(`a[href="/flows/${flow.id}"]`)).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  expect((await api.getFlow(flow.id)).name).toBe("Digest");
  await expect(editor.status).toHaveText("1 unsaved change");
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
});

test("Back after deleting the open flow shows the pending delete with an Undo button", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 404/);
  await page.clock.install();
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  const deleteIt = async () => {
    await page.getByRole("button", { name: "Actions for this flow" }).click();
    await page.getByRole("menuitem", { name: "Delete flow" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: "Deleting “Digest”…" })).toBeVisible();
    await expect(page.getByText("Saved", { exact: true })).toHaveCount(0);
    await expect(page.getByRole("list", { name: "Steps" })).toHaveCount(0);
  };
  await deleteIt();
  await page.getByRole("main").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 }).getByRole("button")).toBeFocused();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  expect((await api.getFlow(flow.id)).name).toBe("Digest");

  await deleteIt();
  await page.clock.fastForward(8_000);
  await expect(page.getByRole("heading", { level: 1, name: "Flow not found" })).toBeVisible();
  expect((await api.request("getFlow", { params: { id: flow.id } })).status).toBe(404);
});

/** Delays the browser's report of the selection by more than the 200 ms in which CodeMirror relates it to the focus. */
async function blockPageOnFocus(field: Locator): Promise<void> {
  await field.evaluate((element) => {
    element.addEventListener("focus", () => {
      const end = performance.now() + 300;
      while (performance.now() < end);
    });
  });
}

import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { writeTextToPageClipboard, pasteTextFromClipboard } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const DIGEST = [
  "1 Fetch",
  "2 Clean",
  "3 Route",
  "  then",
  "  1 Queue",
  "  2 Hide",
  "  else",
  "  1 Approve",
  "4 Notify",
];

const pasteDialog = (page: Page) => page.getByRole("dialog", { name: "Paste steps" });

test("an unknown step type is kept and marked, and the server's error is shown at the step", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 400/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Hide").focus();
  await pasteTextFromClipboard(
    page,
    '{"type": "summon-pigeon", "name": "Coo", "config": {"to": [1, null]}, "extra": true}',
  );
  await editor.expectSaid("Unknown step type: summon-pigeon. Settings are kept.");
  await expect(editor.row("Coo")).toHaveAccessibleName("3 Coo, summon-pigeon, in Route then");
  await editor.row("Clean").focus();
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText(/Could not save/);
  await expect(page.getByRole("alert").filter({ hasText: "Not saved." })).toContainText("Edits are kept");
  await expect(editor.row("Coo")).toHaveAccessibleName(/problem: “summon-pigeon” is not a step type\./);
  expect((await api.getFlow(flow.id)).flowSteps).toEqual(flow.flowSteps);

  await page.getByRole("button", { name: "Show step" }).click();
  const inspector = page.getByRole("complementary", { name: "Inspector of Coo" });
  await expect(inspector.getByRole("alert")).toContainText(
    "The server rejected this step: “summon-pigeon” is not a step type.",
  );
  await page.keyboard.press("Control+z");
  await expect(editor.row("Coo")).toHaveCount(0);
  await expect(editor.status).toHaveText("Saved");
});

test("pasted steps with fields of wrong types never crash the page", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 400/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Notify").focus();
  const odd = { type: "prompt", name: { a: 1 }, enabled: "maybe", when: 7, order: "x", config: "text" };
  const list = {
    type: "conditional",
    name: "Lists",
    config: { trueSteps: [], condition: 4, falseSteps: [odd] },
  };
  await pasteTextFromClipboard(
    page,
    JSON.stringify([odd, list, { type: "fetch-url", config: { http: [], outputVariable: 4 } }]),
  );
  await editor.expectSaid("Pasted 3 steps at position 5 of 7.");
  for (const row of await editor.list.locator("[data-step-id]").all()) {
    await row.click({ position: { x: 300, y: 12 } });
    await expect(page.getByRole("complementary", { name: /^Inspector of/ })).toBeVisible();
    await expect(page.getByRole("tab", { name: "JSON" })).toBeVisible();
  }
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText(/Could not save/);
  await expect(page.getByRole("alert").filter({ hasText: "Not saved." })).toBeVisible();
  await page.getByRole("button", { name: "Undo paste 3 steps" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps).toEqual(flow.flowSteps);
});

test("steps can be pasted into an empty flow and into an empty branch", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Empty", []));
  await page.getByRole("button", { name: "Add step", exact: true }).focus();
  await pasteTextFromClipboard(page, "not steps");
  await expect(pasteDialog(page).getByRole("alert")).toContainText("Not JSON.");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Add step", exact: true })).toBeFocused();
  await pasteTextFromClipboard(page, JSON.stringify(buildConditional("choose", [])));
  await editor.expectOutline(["1 Choose", "  then", "  else"]);
  await expect(editor.row("Choose")).toBeFocused();
  await editor.branch("Choose", "else").focus();
  await pasteTextFromClipboard(page, JSON.stringify([buildStep("a"), buildStep("b")]));
  await editor.expectSaid("Pasted 2 steps at position 1 of 2, in “Choose” else.");
  await editor.expectOutline(["1 Choose", "  then", "  else", "  1 A", "  2 B"]);
  await page.keyboard.press("Control+z");
  await editor.expectOutline(["1 Choose", "  then", "  else"]);
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("button", { name: "Add step", exact: true })).toBeFocused();
});

test("pasting while a text field has the focus or a dialog is open inserts no step", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const step = JSON.stringify(buildStep("sneak"));
  await writeTextToPageClipboard(page, step);
  await editor.row("Fetch").click();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.selectText();
  await page.keyboard.press("Control+v");
  await expect(name).toHaveValue(step);
  await page.getByRole("button", { name: /^Undo rename/ }).click();
  await editor.expectOutline(DIGEST);

  await editor.chooseFromMenu("Clean", "Move", "Move to…");
  const places = page.getByRole("dialog", { name: "Move “Clean” to…" });
  await expect(places.getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Control+v");
  await expect(places.getByRole("combobox")).toHaveValue(step);
  await expect(places).toContainText("No matching positions.");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(places).toHaveCount(0);

  await editor.expectOutline(DIGEST);
  await expect(editor.status).toHaveText("Saved");
});

test("paste, cut, duplicate and undo do nothing while a step is being moved by keyboard", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.pickUpByKeyboard("Clean");
  await editor.pressAndHear("ArrowUp");
  await pasteTextFromClipboard(page, JSON.stringify(buildStep("sneak")));
  await page.keyboard.press("Control+x");
  await page.keyboard.press("Control+d");
  await page.keyboard.press("Control+z");
  await editor.pressAndHear("Space");
  await editor.expectOutline(["1 Clean", "2 Fetch", ...DIGEST.slice(2)]);
  await expect(page.getByRole("button", { name: "Undo move “Clean”" })).toBeVisible();
});

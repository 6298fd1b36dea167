import type { Page } from "@playwright/test";
import {
  buildConditional,
  buildFlow,
  buildNestedConditionals,
  buildStep,
} from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import type { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import {
  writeTextToPageClipboard,
  pasteTextFromClipboard,
  replaceFieldTextByKeyboard,
} from "#e2e/harness/page-text.ts";
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

async function expectRefused(editor: EditorPageObject, name: string, text: string, reason: string | RegExp) {
  const { page } = editor;
  await editor.row(name).focus();
  await pasteTextFromClipboard(page, text);
  const alert = pasteDialog(page).getByRole("alert");
  await expect(alert).toContainText("Couldn’t paste steps.");
  await expect(alert).toContainText(reason);
  await expect(pasteDialog(page).locator(":focus")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor.row(name)).toBeFocused();
  await editor.expectOutline(DIGEST);
  await expect(editor.status).toHaveText("Saved");
}

async function expectAlive(editor: EditorPageObject, name: string) {
  await editor.switchOf(name).click();
  await expect(editor.switchOf(name)).not.toBeChecked();
  await editor.page.keyboard.press("Control+z");
  await expect(editor.switchOf(name)).toBeChecked();
  await expect(editor.status).toHaveText("Saved");
}

test("refuses pasted text that is not a step, with the reason and position", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  const refused: readonly (readonly [string, string | RegExp])[] = [
    ["Please summarise the page. Thanks!", "Not JSON."],
    ['{"name": "Ada", "age": 36}', "No steps found."],
    ['[{"type": "prompt"}, {"name": "No type"}]', /Line 1, column 22\s*“type” is required\./],
    ['[{"type": "prompt"},\n {"type": "prompt" "name": "x"}]', /Line 2, column 20\s*Expected a comma or }\./],
    [
      '{"type": "wait", "config": {"ms": 9007199254740993}}',
      /Line 1, column \d+\s*The number 9007199254740993 is too precise/,
    ],
    [
      String.raw`{"type": "prompt", "name": "half \ud83d"}`,
      "invalid character (NUL or an unpaired surrogate).",
    ],
    [String.raw`{"type": "prompt", "name": "nul \u0000"}`, "A text contains an invalid character"],
    [`{"type": "prompt", "config": {"deep": ${"[".repeat(200_000)}`, /nested more than 100 levels deep\./i],
    [
      `{"type": "prompt", "config": {"deep": ${"[".repeat(150)}${"]".repeat(150)}}}`,
      /nested more than 100 levels deep\./i,
    ],
    [JSON.stringify(buildNestedConditionals(12)), "Steps can be nested up to 10 levels deep."],
    ["word [{ ".repeat(100_000), /Line 1, column \d+/],
  ];
  for (const [text, reason] of refused) await expectRefused(editor, "Fetch", text, reason);
  await expectAlive(editor, "Fetch");
});

test("pasting a whole chat response inserts the steps in its JSON block and ignores the text around it", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Notify").focus();
  const answer = `Of course [as asked]! Your record {"id": 7} stays.\n\n\`\`\`json\n${JSON.stringify({
    name: "From the chat",
    steps: [buildStep("one", { order: 2 }), buildStep("two", { order: 1 })],
  })}\n\`\`\`\n\nShall I {also} run it?`;
  await pasteTextFromClipboard(page, answer);
  await editor.expectSaid("Pasted 2 steps at position 5 of 6.");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify", "Two", "One"]);
  await editor.save();
});

test("pasted steps with duplicate ids get new ids, also inside branches", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Notify").focus();
  const twin = buildStep("fetch", { name: "Twin" });
  await pasteTextFromClipboard(
    page,
    JSON.stringify([twin, twin, buildConditional("route", [twin], [{ ...twin, id: 7 }])]),
  );
  await editor.expectSaid("Pasted 3 steps at position 5 of 7.");
  await editor.save();
  const ids = idsIn((await api.getFlow(flow.id)).flowSteps);
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(12);
  expect(ids.slice(0, 7)).toEqual(["fetch", "clean", "route", "queue", "hide", "approve", "notify"]);
});

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

test("JSON keys named __proto__ and constructor are kept as plain data", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Notify").focus();
  const step = `{"type":"prompt","name":"Sly","__proto__":{"enabled":false},"config":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"userPrompt":"a"}}`;
  await pasteTextFromClipboard(page, step);
  await editor.expectSaid("Pasted “Sly” at position 5 of 5.");
  await expect(editor.switchOf("Sly")).toBeChecked();
  await editor.row("Sly").click();
  await replaceFieldTextByKeyboard(page, page.getByRole("textbox", { name: "Prompt", exact: true }), "b");
  await editor.save();
  expect(JSON.stringify((await api.getFlow(flow.id)).flowSteps[4])).toContain(
    `"__proto__":{"enabled":false},"config":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"userPrompt":"b"}`,
  );
  expect(await page.evaluate(() => "polluted" in {})).toBe(false);
});

test("right-to-left text and control characters are saved unchanged", async ({ page, api }) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  const name = "שלום \u202Egnp.exe \u0007\u001B[31m\u2028end";
  await editor.row("Notify").focus();
  await pasteTextFromClipboard(
    page,
    JSON.stringify({ type: "prompt", name, config: { userPrompt: "\r\n\tمرحبا\u0085\r" } }),
  );
  await expect(editor.list.locator("[data-step-id][aria-level='1']")).toHaveCount(5);
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps[4]).toMatchObject({
    name,
    config: { userPrompt: "\r\n\tمرحبا\u0085\r" },
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
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

  await editor.row("Clean").focus();
  await page.keyboard.press("F2");
  const nameInRow = page.getByRole("textbox", { name: /^Name of step/ });
  await expect(nameInRow).toBeFocused();
  await page.keyboard.press("Control+v");
  await expect(nameInRow).toHaveValue(step);
  await page.keyboard.press("Escape");
  await expect(editor.row("Clean")).toBeFocused();

  await page.keyboard.press("Control+f");
  const find = page.getByRole("searchbox", { name: "Find", exact: true });
  await expect(find).toBeFocused();
  await page.keyboard.press("Control+v");
  await expect(find).toHaveValue(step);
  await page.keyboard.press("Escape");
  await expect(find).toHaveCount(0);

  await editor.chooseFromMenu("Clean", "Move", "Move to…");
  const places = page.getByRole("dialog", { name: "Move “Clean” to…" });
  await expect(places.getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Control+v");
  await expect(places.getByRole("combobox")).toHaveValue(step);
  await expect(places).toContainText("No matching positions.");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(places).toHaveCount(0);

  await page.keyboard.press("Control+/");
  await expect(page.getByRole("dialog")).toBeFocused();
  await page.keyboard.press("Control+v");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
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

function idsIn(steps: readonly JsonObject[]): readonly unknown[] {
  return steps.flatMap((step) => {
    const { trueSteps = [], falseSteps = [] } = (step["config"] ?? {}) as Record<
      string,
      readonly JsonObject[]
    >;
    return [step["id"], ...idsIn(trueSteps), ...idsIn(falseSteps)];
  });
}

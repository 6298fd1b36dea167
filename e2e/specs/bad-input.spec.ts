import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildNest, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import type { Editor } from "#e2e/harness/editor.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { fillClipboard, pasteText, replaceText } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Whatever is pasted: a sentence at the place, nothing half-applied, nothing lost, and the page goes on.

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

/** The paste says why not, the list is as it was, and after Escape the keyboard is where it was. */
async function expectRefused(editor: Editor, name: string, text: string, reason: string | RegExp) {
  const { page } = editor;
  const before = await editor.outline();
  await editor.row(name).focus();
  await pasteText(page, text);
  const alert = pasteDialog(page).getByRole("alert");
  await expect(alert).toContainText("Nothing was pasted.");
  await expect(alert).toContainText(reason);
  await page.keyboard.press("Escape");
  await expect(editor.row(name)).toBeFocused();
  expect(await editor.outline()).toEqual(before);
  await expect(editor.status).toHaveText("Saved");
}

/** The page answers: a step is switched there and back. */
async function expectAlive(editor: Editor, name: string) {
  await editor.switchOf(name).click();
  await expect(editor.switchOf(name)).not.toBeChecked();
  await editor.page.keyboard.press("Control+z");
  await expect(editor.switchOf(name)).toBeChecked();
  await expect(editor.status).toHaveText("Saved");
}

test("what is no step is refused with a sentence and a place", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  const refused: readonly (readonly [string, string | RegExp])[] = [
    ["Please summarise the page. Thanks!", "This text holds no JSON."],
    ['{"name": "Ada", "age": 36}', "This JSON holds no steps."],
    ['[{"type": "prompt"}, {"name": "No type"}]', /Line 1, column 22\s*This step has no “type”\./],
    [
      '[{"type": "prompt"},\n {"type": "prompt" "name": "x"}]',
      /Line 2, column 20\s*A comma or } is expected here\./,
    ],
    [
      '{"type": "wait", "config": {"ms": 9007199254740993}}',
      /Line 1, column \d+\s*The number 9007199254740993 cannot be kept exactly/,
    ],
    [
      String.raw`{"type": "prompt", "name": "half \ud83d"}`,
      "half of a surrogate pair, which no store can keep.",
    ],
    [String.raw`{"type": "prompt", "name": "nul \u0000"}`, "A text holds a NUL character"],
    [`{"type": "prompt", "config": {"deep": ${"[".repeat(200_000)}`, "nested more than 100 levels deep."],
    [
      `{"type": "prompt", "config": {"deep": ${"[".repeat(150)}${"]".repeat(150)}}}`,
      "nested more than 100 levels deep.",
    ],
    [JSON.stringify(buildNest(12)), "Steps can be nested 10 levels deep, and this would be deeper."],
    ["word [{ ".repeat(100_000), /Line 1, column \d+/],
  ];
  for (const [text, reason] of refused) await expectRefused(editor, "Fetch", text, reason);
  await expectAlive(editor, "Fetch");
});

test("a chat's whole answer gives its steps, and what it says around them is left out", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  await editor.row("Notify").focus();
  const answer = `Of course [as asked]! Your record {"id": 7} stays.\n\n\`\`\`json\n${JSON.stringify({
    name: "From the chat",
    steps: [buildStep("one", { order: 2 }), buildStep("two", { order: 1 })],
  })}\n\`\`\`\n\nShall I {also} run it?`;
  await pasteText(page, answer);
  await editor.expectSaid("Pasted 2 steps at position 5 of 6.");
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify", "Two", "One"]);
  await editor.save();
});

test("ids that are doubled become ids of their own, inside branches too", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.row("Notify").focus();
  const twin = buildStep("fetch", { name: "Twin" });
  await pasteText(
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

test("a type that nobody knows is kept and marked, and what the server has against it is shown at its step", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 400/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.row("Hide").focus();
  await pasteText(
    page,
    '{"type": "summon-pigeon", "name": "Coo", "config": {"to": [1, null]}, "extra": true}',
  );
  await editor.expectSaid("Flowline does not know the step type summon-pigeon. Everything in it is kept.");
  await expect(editor.row("Coo")).toHaveAccessibleName("3 Coo, summon-pigeon, in Route then");
  await editor.row("Clean").focus();
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText(/Could not save/);
  await expect(page.getByRole("alert").filter({ hasText: "Not saved." })).toContainText(
    "Your edits are kept",
  );
  await expect(editor.row("Coo")).toHaveAccessibleName(/problem: “summon-pigeon” is not a step type\./);
  expect((await api.getFlow(flow.id)).flowSteps).toEqual(flow.flowSteps);

  await page.getByRole("button", { name: "Show the step" }).click();
  const inspector = page.getByRole("complementary", { name: "Inspector of Coo" });
  await expect(inspector.getByRole("alert")).toContainText(
    "The server refused this step: “summon-pigeon” is not a step type.",
  );
  await page.keyboard.press("Control+z");
  await expect(editor.row("Coo")).toHaveCount(0);
  await expect(editor.status).toHaveText("Saved");
});

test("fields that are no strings, numbers or lists where they should be never stop the page", async ({
  page,
  api,
  problems: seen,
}) => {
  seen.allow(/status of 400/);
  const { flow, editor } = await openFlow({ page, api });
  await editor.row("Notify").focus();
  const odd = { type: "prompt", name: { a: 1 }, enabled: "maybe", when: 7, order: "x", config: "text" };
  const list = {
    type: "conditional",
    name: "Lists",
    config: { trueSteps: [], condition: 4, falseSteps: [odd] },
  };
  await pasteText(
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

test("keys named __proto__ and constructor are data like any other", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.row("Notify").focus();
  const step = `{"type":"prompt","name":"Sly","__proto__":{"enabled":false},"config":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"userPrompt":"a"}}`;
  await pasteText(page, step);
  await editor.expectSaid("Pasted Sly at position 5 of 5.");
  await expect(editor.switchOf("Sly")).toBeChecked();
  await editor.row("Sly").click();
  await replaceText(page, page.getByRole("textbox", { name: "Prompt", exact: true }), "b");
  await editor.save();
  expect(JSON.stringify((await api.getFlow(flow.id)).flowSteps[4])).toContain(
    `"__proto__":{"enabled":false},"config":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"userPrompt":"b"}`,
  );
  expect(await page.evaluate(() => "polluted" in {})).toBe(false);
});

test("text that runs from right to left and control characters are kept as they are", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  const name = "שלום \u202Egnp.exe \u0007\u001B[31m\u2028end";
  await editor.row("Notify").focus();
  await pasteText(
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

test("in an empty flow and an empty branch steps go where they were pasted", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, buildFlow("Empty", []));
  await page.getByRole("button", { name: "Add step", exact: true }).focus();
  await pasteText(page, "not steps");
  await expect(pasteDialog(page).getByRole("alert")).toContainText("This text holds no JSON.");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Add step", exact: true })).toBeFocused();
  await pasteText(page, JSON.stringify(buildConditional("choose", [])));
  await editor.expectOutline(["1 Choose", "  then", "  else"]);
  await expect(editor.row("Choose")).toBeFocused();
  await editor.branch("Choose", "else").focus();
  await pasteText(page, JSON.stringify([buildStep("a"), buildStep("b")]));
  await editor.expectSaid("Pasted 2 steps at position 1 of 2, in Choose else.");
  await editor.expectOutline(["1 Choose", "  then", "  else", "  1 A", "  2 B"]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("button", { name: "Add step", exact: true })).toBeFocused();
});

test("while a field has the focus, or a dialog is open, the text goes there and no step comes", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api });
  const step = JSON.stringify(buildStep("sneak"));
  await fillClipboard(page, step);
  await editor.row("Fetch").click();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.selectText();
  await page.keyboard.press("Control+v");
  await expect(name).toHaveValue(step);
  await page.getByRole("button", { name: /^Undo rename/ }).click();
  await editor.expectOutline(DIGEST);

  await editor.row("Clean").focus();
  await page.keyboard.press("F2");
  await page.keyboard.press("Control+v");
  await expect(page.getByRole("textbox", { name: /^Name of step/ })).toHaveValue(step);
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+f");
  const find = page.getByRole("searchbox", { name: "Find", exact: true });
  await expect(find).toBeFocused();
  await page.keyboard.press("Control+v");
  await expect(find).toHaveValue(step);
  await page.keyboard.press("Escape");

  await editor.chooseFromMenu("Clean", "Move to…");
  const places = page.getByRole("dialog", { name: "Move Clean to…" });
  await page.keyboard.press("Control+v");
  await expect(places.getByRole("combobox")).toHaveValue(step);
  await expect(places).toContainText("No place matches.");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+/");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Control+v");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await editor.expectOutline(DIGEST);
  await expect(editor.status).toHaveText("Saved");
});

test("while a step is in hand neither paste nor cut come between", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.pickUpByKeyboard("Clean");
  await editor.pressAndHear("ArrowUp");
  await pasteText(page, JSON.stringify(buildStep("sneak")));
  await page.keyboard.press("Control+x");
  await page.keyboard.press("Control+d");
  await page.keyboard.press("Control+z");
  await editor.pressAndHear("Space");
  await editor.expectOutline(["1 Clean", "2 Fetch", ...DIGEST.slice(2)]);
  await expect(page.getByRole("button", { name: "Undo move Clean" })).toBeVisible();
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

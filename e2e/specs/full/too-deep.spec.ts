import type { Page } from "@playwright/test";
import {
  buildConditional,
  buildFlow,
  buildNestedConditionals,
  buildStep,
} from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { pasteTextFromClipboard, replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const pasteDialog = (page: Page) => page.getByRole("dialog", { name: "Paste steps" });

const flowText = (page: Page) => page.getByRole("textbox", { name: "Flow (JSON)" });
const problems = (page: Page) => page.getByRole("list", { name: "Problems" });

const deepFlow = () =>
  buildFlow("Deep", [buildStep("leaf"), buildConditional("pair", []), buildNestedConditionals(10)]);

test("moving or pasting a step beyond ten levels is rejected", async ({ page, api }) => {
  await page.setViewportSize({ width: 1280, height: 2000 });
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, deepFlow());
  const tooDeep = "Steps can be nested up to 10 levels deep.";
  await expect(editor.branch("Level-1", "else")).toBeVisible();
  const outline = await editor.outline();

  await editor.branch("Level-10", "then").focus();
  await pasteTextFromClipboard(page, JSON.stringify(buildStep("more")));
  await expect(editor.row("More")).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(editor.row("More")).toHaveCount(0);
  await editor.branch("Level-10", "then").focus();
  await pasteTextFromClipboard(page, JSON.stringify(buildConditional("more", [])));
  await expect(pasteDialog(page).getByRole("alert")).toContainText(tooDeep);
  await page.keyboard.press("Escape");
  await expect(pasteDialog(page)).toHaveCount(0);

  // Each press moves the step into the conditional above, one level deeper, up to the limit.
  await editor.row("Pair").focus();
  for (let level = 1; level <= 10; level += 1) await page.keyboard.press("Alt+Shift+ArrowRight");
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect(editor.row("Pair")).toBeFocused();
  expect(Number(await editor.row("Pair").getAttribute("aria-level"))).toBeLessThanOrEqual(10);
  while (await page.getByRole("button", { name: /^Undo move/ }).isVisible())
    await page.keyboard.press("Control+z");
  await expect(editor.status).toHaveText("Saved");
  await editor.expectOutline(outline);
  expect((await api.getFlow(flow.id)).flowSteps).toEqual(flow.flowSteps);
});

test("dragging a step beyond ten levels shows the reason and changes nothing", async ({ page, api }) => {
  await page.setViewportSize({ width: 1280, height: 2000 });
  const pair = buildConditional("pair", [buildStep("inside")]);
  const { editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Deep", [pair, buildNestedConditionals(10)]),
  );
  await editor.untilAnalyzed();
  await expect(editor.branch("Level-1", "else")).toBeVisible();
  const outline = await editor.outline();
  await editor.carry("Pair", editor.branch("Level-10", "then"), "below", 300);
  await expect(page.getByText("Steps can be nested up to 10 levels deep.").first()).toBeVisible();
  await page.mouse.up();
  await editor.expectOutline(outline);
  await expect(editor.status).toHaveText("Saved");
  await editor.chooseFromMenu("Pair", "Move", "Move to…");
  await page.getByRole("dialog", { name: "Move “Pair” to…" }).getByRole("combobox").fill("level-10 then");
  await expect(page.getByRole("option", { name: /“Level-10” › then, first/ })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("Saved");
});

test("the JSON tab rejects too deep nesting, duplicate ids, too many steps and other invalid flows", async ({
  page,
  api,
}) => {
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await page.getByRole("link", { name: "JSON" }).click();
  const twice = [buildStep("a"), buildConditional("b", [buildStep("a")])];
  const many = Array.from({ length: 5000 }, (_, index) => ({ type: "prompt", name: `N${index}` }));
  const faults: readonly (readonly [string, string | RegExp])[] = [
    [
      JSON.stringify({ name: "Deep", flowSteps: [buildNestedConditionals(12)] }),
      /“Level-11”: Steps can be nested up to 10 levels deep\.Line 1/,
    ],
    [JSON.stringify({ name: "Twice", flowSteps: twice }), "“id” “a” is already used by Step 1, “A”."],
    [
      JSON.stringify({ name: "Many", flowSteps: many }),
      "Flows are limited to 2,000 steps, including nested ones. This flow has 5,000",
    ],
    [`{"name": "Endless", "flowSteps": ${"[".repeat(100_000)}`, /nested more than 100 levels deep\./i],
    [
      `{"name": "Endless", "flowSteps": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
      /nested more than 100 levels deep\./i,
    ],
    [
      '{"name": "Big",\n "flowSteps": [{"type": "prompt", "name": "a", "config": {"n": 1e400}}]}',
      /The number 1e400 is too precise.*Line 2, column 64/s,
    ],
    [String.raw`{"name": "half \ud83d", "flowSteps": []}`, "an unpaired surrogate"],
    [JSON.stringify({ name: "n".repeat(501), flowSteps: [] }), "“name” is limited to 500 characters."],
    ["null", "A flow must be an object"],
  ];
  for (const [text, message] of faults) {
    await replaceFieldTextByKeyboard(page, flowText(page), text);
    await expect(problems(page)).toContainText(message);
    await page.keyboard.press("Control+Enter");
    await editor.expectSaid(/^Not applied\./);
  }
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await expect(editor.status).toHaveText("Saved");
  await page.getByRole("link", { name: "Steps" }).click();
  await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
  expect((await api.getFlow(flow.id)).flowSteps).toEqual(flow.flowSteps);
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText("1 unsaved change");
});

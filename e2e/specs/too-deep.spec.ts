import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildNest, buildStep } from "#core/flow-builder.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { pasteText, replaceText } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

// A flow has ten levels of lists, two thousand steps and one step of each id, whatever way they come.

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const pasteDialog = (page: Page) => page.getByRole("dialog", { name: "Paste steps" });

const flowText = (page: Page) => page.getByRole("textbox", { name: "Flow (JSON)" });
const problems = (page: Page) => page.getByRole("list", { name: "Problems" });

const deepFlow = () => buildFlow("Deep", [buildStep("leaf"), buildConditional("pair", []), buildNest(10)]);

test("no way of moving or pasting leads there, and each says so", async ({ page, api }) => {
  await page.setViewportSize({ width: 1280, height: 2000 });
  const { flow, editor } = await openFlow({ page, api }, deepFlow());
  const tooDeep = "Steps can be nested 10 levels deep, and this would be deeper.";
  const outline = await editor.outline();

  await editor.branch("Level-10", "then").focus();
  await pasteText(page, JSON.stringify(buildStep("more")));
  await expect(editor.row("More")).toBeFocused();
  await page.keyboard.press("Control+z");
  await expect(editor.row("More")).toHaveCount(0);
  await editor.branch("Level-10", "then").focus();
  await pasteText(page, JSON.stringify(buildConditional("more", [])));
  await expect(pasteDialog(page).getByRole("alert")).toContainText(tooDeep);
  await page.keyboard.press("Escape");

  // Into the branch of the step above, level by level: the last one is the end of the way.
  await editor.row("Pair").focus();
  for (let level = 1; level <= 10; level += 1) await page.keyboard.press("Alt+Shift+ArrowRight");
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect(editor.row("Pair")).toBeFocused();
  expect(Number(await editor.row("Pair").getAttribute("aria-level"))).toBeLessThanOrEqual(10);
  while (await page.getByRole("button", { name: /^Undo move/ }).isVisible())
    await page.keyboard.press("Control+z");
  await expect(editor.status).toHaveText("Saved");
  expect(await editor.outline()).toEqual(outline);
  expect((await api.getFlow(flow.id)).flowSteps).toEqual(flow.flowSteps);
});

test("a drag there shows why not and changes nothing", async ({ page, api }) => {
  await page.setViewportSize({ width: 1280, height: 2000 });
  const pair = buildConditional("pair", [buildStep("inside")]);
  const { editor } = await openFlow({ page, api }, buildFlow("Deep", [pair, buildNest(10)]));
  const outline = await editor.outline();
  await editor.carry("Pair", editor.branch("Level-10", "then"), "below", 300);
  await expect(
    page.getByText("Steps can be nested 10 levels deep, and this would be deeper.").first(),
  ).toBeVisible();
  await page.mouse.up();
  expect(await editor.outline()).toEqual(outline);
  await expect(editor.status).toHaveText("Saved");
  await editor.chooseFromMenu("Pair", "Move to…");
  await page.getByRole("dialog", { name: "Move Pair to…" }).getByRole("combobox").fill("level-10 then");
  await expect(page.getByRole("option", { name: /Level-10 › then, first/ })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await page.keyboard.press("Escape");
  await expect(editor.status).toHaveText("Saved");
});

test("the flow's JSON is not applied, nor are doubled ids, five thousand steps or depths without end", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  await page.getByRole("link", { name: "JSON" }).click();
  const twice = [buildStep("a"), buildConditional("b", [buildStep("a")])];
  const many = Array.from({ length: 5000 }, (_, index) => ({ type: "prompt", name: `N${index}` }));
  const faults: readonly (readonly [string, string | RegExp])[] = [
    [
      JSON.stringify({ name: "Deep", flowSteps: [buildNest(12)] }),
      /“Level-11”: Steps can be nested 10 levels deep, and this would be deeper\.Line 1/,
    ],
    [JSON.stringify({ name: "Twice", flowSteps: twice }), "its id “a” is that of Step 1, “A” already."],
    [
      JSON.stringify({ name: "Many", flowSteps: many }),
      "These are 5,000 steps; a flow may have 2,000 at most",
    ],
    [`{"name": "Endless", "flowSteps": ${"[".repeat(100_000)}`, "nested more than 100 levels deep."],
    [
      `{"name": "Endless", "flowSteps": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
      "nested more than 100 levels deep.",
    ],
    [
      '{"name": "Big",\n "flowSteps": [{"type": "prompt", "name": "a", "config": {"n": 1e400}}]}',
      /The number 1e400 cannot be kept exactly.*Line 2, column 64/s,
    ],
    [String.raw`{"name": "half \ud83d", "flowSteps": []}`, "half of a surrogate pair"],
    [
      JSON.stringify({ name: "n".repeat(501), flowSteps: [] }),
      "The flow's name has 501 characters; 500 at most are kept.",
    ],
    ["null", "A flow is an object"],
  ];
  for (const [text, message] of faults) {
    await replaceText(page, flowText(page), text);
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

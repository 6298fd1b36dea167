import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { type PageWork, countPageWork, installPageWorkCounter } from "#e2e/harness/count-page-work.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { expect, test } from "#e2e/harness/test.ts";

/** More rows than the page shows. */
const STEPS = 300;

/** Counted with a tenth to spare. More of anything means that an edit costs more than it did. */
const BUDGETS = {
  toggle: { renders: 70, commits: 8, mutations: 32, timers: 10 },
  rename: { renders: 76, commits: 8, mutations: 35, timers: 6 },
  undo: { renders: 55, commits: 7, mutations: 32, timers: 8 },
  move: { renders: 69, commits: 8, mutations: 29, timers: 8 },
  drag: { renders: 26, commits: 5, mutations: 9, timers: 2 },
  select: { renders: 157, commits: 7, mutations: 35, timers: 4 },
  save: { renders: 25, commits: 6, mutations: 27, timers: 17 },
} satisfies Record<string, PageWork>;

test("an edit or a step of a drag stays within its budget of renders, changes of the page and timers", async ({
  page,
  api,
}) => {
  await installPageWorkCounter(page);
  const { id } = await api.createFlow(buildLongFlow("Long", STEPS));
  const editor = new EditorPageObject(page);
  await editor.openAnalyzed(id);
  const row = editor.row("Step 8");
  await row.focus();
  // Makes the flow unsaved, and loads what the first edit loads.
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await page.keyboard.press("F2");
  await page.keyboard.press("Escape");
  const dragTo = async (place: number) => {
    const box = await row.boundingBox();
    if (!box) throw new Error("The row has no place.");
    await page.mouse.move(box.x + 200, box.y + place * box.height + 4);
  };

  const used: Partial<Record<keyof typeof BUDGETS, PageWork>> = {
    toggle: await countPageWork(page, () => page.keyboard.press("Space")),
    rename: await countPageWork(page, async () => {
      await page.keyboard.press("F2");
      await page.keyboard.insertText("Renamed");
      await page.keyboard.press("Enter");
    }),
    undo: await countPageWork(page, () => page.keyboard.press("ControlOrMeta+z")),
    move: await countPageWork(page, () => page.keyboard.press("Alt+ArrowDown")),
  };
  await dragTo(0);
  await page.mouse.down();
  await dragTo(2);
  used.drag = await countPageWork(page, () => dragTo(3));
  await page.mouse.up();
  // Loads what the first selected step and the first save load.
  await page.keyboard.press("Escape");
  await editor.row("Step 3").press("Enter");
  await editor.row("Step 3").press("Escape");
  await editor.row("Step 3").press("Space");
  await editor.save();
  await editor.row("Step 4").focus();
  used.select = await countPageWork(page, () => page.keyboard.press("Enter"));
  await editor.row("Step 4").press("Space");
  used.save = await countPageWork(page, () => page.keyboard.press("ControlOrMeta+s"));

  for (const act of ["toggle", "rename", "undo", "move", "drag", "select", "save"] as const)
    for (const part of ["renders", "commits", "mutations", "timers"] as const)
      expect(used[act]?.[part], `${part} of ${act}`).toBeLessThanOrEqual(BUDGETS[act][part]);
});

test("a dialog over the list of flows stays within its budget of renders, which has none of a row", async ({
  page,
  api,
}) => {
  await installPageWorkCounter(page);
  for (let index = 0; index < 12; index += 1) await api.createFlow(buildLongFlow(`Flow ${index}`, 2));
  await page.goto("/flows");
  await expect(page.getByRole("listitem").nth(11)).toBeVisible();
  const openAndClose = async () => {
    await page.getByRole("button", { name: "New flow" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  };
  // Loads the dialog.
  await openAndClose();
  const { renders } = await countPageWork(page, openAndClose);
  expect(renders).toBeLessThanOrEqual(267);
});

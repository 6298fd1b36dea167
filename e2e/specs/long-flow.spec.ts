import { buildLongFlow } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

test.describe("a list of 1,000 steps", () => {
  test("is virtualized, and its last step can be focused and edited by keyboard", async ({ page, api }) => {
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildLongFlow("Long", 1_000));
    const rows = editor.list.getByRole("listitem");
    expect(await rows.count()).toBeLessThanOrEqual(80);
    await editor.row("Step 1").focus();
    await page.keyboard.press("End");
    await expect(editor.row("Step 1000")).toBeFocused();
    await page.keyboard.press("Space");
    await expect(editor.switchOf("Step 1000")).not.toBeChecked();
    expect(await rows.count()).toBeLessThanOrEqual(80);
    await editor.save();
    const held = await api.getFlow(flow.id);
    expect(held.flowSteps.at(-1)?.["enabled"]).toBe(false);
    expect(JSON.stringify(held.flowSteps.slice(0, -1))).toBe(JSON.stringify(flow.flowSteps.slice(0, -1)));
  });

  test("scrolls automatically while a step is dragged to its lower edge", async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, buildLongFlow("Long", 1_000));
    await editor.untilDraggable();
    const row = await editor.row("Step 2").boundingBox();
    await page.mouse.move(row!.x + 200, row!.y + 10);
    await page.mouse.down();
    await page.mouse.move(row!.x + 200, row!.y + 60, { steps: 8 });
    const rows = editor.list.getByRole("listitem");
    let most = 0;
    await expect(async () => {
      await page.mouse.move(row!.x + 200, 780);
      await page.mouse.move(row!.x + 200, 778);
      most = Math.max(most, await rows.count());
      // Checks how far the list scrolled instead of looking for a certain row, which a busy machine may never render.
      const positions = await rows.evaluateAll((items) =>
        items.map((item) => Number(item.getAttribute("aria-posinset"))),
      );
      expect(Math.max(...positions)).toBeGreaterThan(60);
    }).toPass({ timeout: 30_000, intervals: [20] });
    await page.mouse.move(row!.x + 200, 400, { steps: 10 });
    await page.mouse.up();
    // Expects one broken reference: Step 2 sets the variable `out_2`, which Step 3 reads, and now runs after Step 3.
    await editor.expectSaid(/^Moved “Step 2” to position \d+ of 1000\. “Step 3” needs “out_2”/);
    expect(most).toBeLessThanOrEqual(80);
    await expect(editor.row("Step 2")).toBeInViewport();
    await expect(editor.status).toHaveText("1 unsaved change");
  });
});

test.describe("by touch", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("a swipe scrolls the list and moves no step", { tag: "@full" }, async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, buildLongFlow("Long", 200));
    await editor.swipeUp("Step 8", 300);
    await expect(editor.row("Step 1")).not.toBeInViewport();
    await expect(editor.status).toHaveText("Saved");
  });
});

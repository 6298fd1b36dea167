import type { Locator, Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { flickMouseWithoutWaiting, flickTouchWithoutWaiting } from "#e2e/harness/press-at-once.ts";
import { expect, test } from "#e2e/harness/test.ts";

/** Expects that the list's scroll container clips neither the element nor its descendants at the top. */
async function expectUnclipped(page: Page, element: Locator): Promise<void> {
  const scroller = page.locator("[data-step-scroller]");
  await expect
    .poll(async () => {
      const list = await scroller.boundingBox();
      const tops = await element.evaluate((node) =>
        [node, ...node.querySelectorAll("*")].map((part) => part.getBoundingClientRect().top),
      );
      return list && Math.min(...tops) >= list.y;
    })
    .toBe(true);
}

for (const width of [360, 768, 1280, 1920]) {
  test(
    `controls and markers above the first row are not clipped at ${width} px`,
    { tag: "@full" },
    async ({ page, api }) => {
      await page.setViewportSize({ width, height: 800 });
      const { editor } = await createFlowAndOpenEditor({ page, api });
      await editor.row("Fetch").hover();
      const add = page.getByRole("button", { name: "Add step first", exact: true });
      await expectUnclipped(page, add);

      await editor.pickUpByKeyboard("Clean");
      await editor.pressAndHear("ArrowUp");
      const marker = page.locator("[data-drop-marker]");
      await expectUnclipped(page, marker);
      await page.keyboard.press("Escape");

      await editor.handle("Clean").click();
      const place = page
        .getByRole("group", { name: /^Positions for/ })
        .getByRole("button")
        .first();
      await expect(place).toHaveAccessibleName("Place before “Fetch”");
      await expectUnclipped(page, place);
      await place.click();
      await editor.expectSteps(["Clean", "Fetch", "Route", "Notify"]);
    },
  );
}

test(
  "dragging and dropping a step before the page draws a frame moves the step",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.untilDraggable();
    const [from, to] = [await editor.row("Fetch").boundingBox(), await editor.row("Clean").boundingBox()];
    if (!from || !to) throw new Error("The rows are not on the page.");
    const x = from.x + 200;
    const below = { x, y: to.y + to.height * 0.8 };
    await flickMouseWithoutWaiting(page, { x, y: from.y + from.height / 2 }, below);
    await editor.expectSteps(["Clean", "Fetch", "Route", "Notify"]);
    await expect(page.locator("[data-drop-marker]")).toHaveCount(0);
    await expect(editor.status).toHaveText("1 unsaved change");
  },
);

test.describe("by touch", { tag: "@full" }, () => {
  test.use({ hasTouch: true });

  test("dragging a step by its handle and dropping it before the page draws a frame moves the step", async ({
    page,
    api,
  }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.untilDraggable();
    const [from, to] = [await editor.handle("Fetch").boundingBox(), await editor.row("Clean").boundingBox()];
    if (!from || !to) throw new Error("The rows are not on the page.");
    const x = from.x + from.width / 2;
    await flickTouchWithoutWaiting(
      page,
      { x, y: from.y + from.height / 2 },
      { x, y: to.y + to.height * 0.8 },
    );
    await editor.expectSteps(["Clean", "Fetch", "Route", "Notify"]);
    await expect(page.locator("[data-drop-marker]")).toHaveCount(0);
  });
});

test(
  "no tooltip opens after a step is dropped by keyboard or by mouse",
  { tag: "@full" },
  async ({ page, api }) => {
    await page.clock.install();
    const { editor } = await createFlowAndOpenEditor({ page, api });
    const tooltip = page.getByText("Drag to move, click to choose a position");
    await editor.moveByKeyboard("Fetch", 1);
    await editor.expectSteps(["Clean", "Fetch", "Route", "Notify"]);
    await expect(editor.handle("Fetch")).toBeFocused();
    // Waits four frames before expecting no tooltip: a tooltip for keyboard focus opens without delay, so a wrongly
    // shown tooltip would be visible by the end of these frames.
    await editor.waitFourFrames();
    await expect(tooltip).toBeHidden();

    await editor.untilDraggable();
    const [from, to] = [
      await editor.handle("Fetch").boundingBox(),
      await editor.handle("Clean").boundingBox(),
    ];
    if (!from || !to) throw new Error("The handles are not on the page.");
    await page.mouse.move(from.x + 12, from.y + 16);
    await page.mouse.down();
    await page.mouse.move(from.x + 12, from.y + 6, { steps: 4 });
    await page.mouse.move(to.x + 12, to.y + 2, { steps: 12 });
    await page.mouse.up();
    await editor.expectSteps(["Fetch", "Clean", "Route", "Notify"]);
    await page.clock.runFor(1000);
    await expect(tooltip).toBeHidden();
  },
);

test("hovering a handle again after a click shows its tooltip", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Two", [buildStep("a"), buildStep("b")]),
  );
  await editor.handle("A").click();
  await page.keyboard.press("Escape");
  await page.mouse.move(600, 600);
  await editor.handle("A").hover();
  await expect(page.getByText("Drag to move, click to choose a position")).toBeVisible();
});

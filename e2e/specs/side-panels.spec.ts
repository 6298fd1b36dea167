import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";

const FLOW = buildFlow("Panels", [
  buildStep("greet", { type: "set-variable", config: { variableName: "greeting", value: "Hello {{name}}" } }),
  buildStep("again", { type: "set-variable", config: { variableName: "again", value: "{{greeting}}" } }),
]);

const toggle = (page: Page, name: "No problems" | "Try it" | "Overview") =>
  page.getByRole("button", { name, exact: true });

/** Checks which panels are visible, that each is as high as the step list, and that the list has room beside them. */
async function expectPanels(page: Page, names: readonly string[]): Promise<void> {
  const where = `at ${page.viewportSize()?.width} px with ${names.join(", ")}`;
  for (const name of names) await expect(page.getByRole("complementary", { name }), where).toBeVisible();
  await expect(page.getByRole("complementary"), where).toHaveCount(names.length);
  const list = (await page.locator("[data-step-scroller]").boundingBox())!;
  expect(list.width, `the list ${where}`).toBeGreaterThanOrEqual(320);
  for (const panel of await page.getByRole("complementary").all()) {
    const box = (await panel.boundingBox())!;
    expect(box.y, `the upper edge of a panel ${where}`).toBe(list.y);
    expect(box.y + box.height, `the lower edge of a panel ${where}`).toBe(800);
    expect(box.width, `the width of a panel ${where}`).toBeGreaterThanOrEqual(320);
  }
  if (names.includes("Try it")) {
    await expect(new TestRunPanelPageObject(page).run, where).toBeInViewport({ ratio: 1 });
  }
  expect(await page.evaluate(() => document.documentElement.scrollHeight), where).toBe(800);
}

test("panels have the full height in two, three and four columns, and one without room waits behind the one opened last", async ({
  page,
  api,
}) => {
  test.slow();
  const { editor } = await createFlowAndOpenEditor({ page, api }, FLOW);
  const address = page.url();
  const greet = "Inspector of Greet";
  for (const width of [1024, 1280, 1440]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(address);
    await editor.untilAnalyzed();
    const fit = (...names: readonly string[]) =>
      // In two columns, the pane of the inspector and the overview has one, and the other panels share the other.
      width < 1280 ? names.slice(-1) : names;
    const permanent = width < 1440 ? [] : ["Overview"];
    await toggle(page, "No problems").click();
    await expectPanels(page, fit(...permanent, "Problems"));
    await toggle(page, "Try it").click();
    await expectPanels(page, width < 1440 ? ["Try it"] : ["Problems", "Try it", "Overview"]);
    await editor.row("Greet").click();
    await expectPanels(page, width < 1440 ? fit("Try it", greet) : ["Problems", "Try it", greet]);
    if (width >= 1440) continue;

    await toggle(page, "No problems").click();
    await expectPanels(page, fit(greet, "Problems"));
    await toggle(page, "Try it").click();
    await expectPanels(page, fit(greet, "Try it"));
    await toggle(page, "Overview").click();
    await expectPanels(page, fit("Try it", "Overview"));
    await toggle(page, "No problems").click();
    await expectPanels(page, fit("Overview", "Problems"));
    await page.keyboard.press("Escape");
    await expectPanels(page, fit("Try it", "Overview"));
    await page.setViewportSize({ width: 1920, height: 800 });
    await expectPanels(page, ["Try it", "Overview"]);
    await page.setViewportSize({ width, height: 800 });
    await toggle(page, "Overview").click();
  }
});

test("a panel that covers the focused field takes the focus", async ({ page, api }) => {
  await page.setViewportSize({ width: 1024, height: 800 });
  const { editor } = await createFlowAndOpenEditor({ page, api }, FLOW);
  const testRun = new TestRunPanelPageObject(page);
  await editor.untilAnalyzed();
  await testRun.open();
  await expect(testRun.input("name")).toBeVisible();
  await editor.row("Greet").click();
  await expect(testRun.heading).toBeHidden();
  await page.getByRole("textbox", { name: "Name", exact: true }).focus();
  await page.keyboard.press("Control+Enter");
  await expect(testRun.input("name")).toBeFocused();
  await page.getByRole("button", { name: "No problems" }).click();
  await expect(testRun.heading).toBeHidden();
  await expect(page.getByRole("heading", { name: "Problems" })).toBeFocused();
});

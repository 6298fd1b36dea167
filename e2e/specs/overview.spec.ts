import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import {
  expect,
  expectNoAccessibilityViolations,
  expectNoAccessibilityViolationsInBothThemes,
  test,
} from "#e2e/harness/test.ts";

const prompt = (id: string, userPrompt: string, outputVariable: string) =>
  buildStep(id, { config: { model: "gpt-5", userPrompt, outputVariable } });

const buildDigest = () => ({
  ...buildFlow("Digest", [
    prompt("draft", "Write for {{audience}} about {{_record.name}}.", "text"),
    buildConditional("route", [
      prompt("polish", "Polish {{text}} for {{audience}}.", "final"),
      buildConditional("inner", [prompt("shorten", "Shorten {{finall}}.", "short")]),
    ]),
    buildStep("notify", { type: "send-email", enabled: false }),
  ]),
  description: "Writes the daily digest.",
});

const overview = (page: Page) => page.getByRole("complementary", { name: "Overview" });
const section = (page: Page, name: string) => overview(page).getByRole("region", { name, exact: true });
const toggle = (page: Page) => page.getByRole("button", { name: "Overview", exact: true });
const map = (page: Page) => page.getByRole("slider", { name: "Map of the flow" });
const inspector = (page: Page, name: string) =>
  page.getByRole("complementary", { name: `Inspector of ${name}` });

test("a published flow shows how to use it, with the request that runs it", async ({ page, api }) => {
  const flow = await api.createFlow(buildDigest());
  await api.publishFlow(flow.id);
  await new EditorPageObject(page).open(flow.id);
  await toggle(page).click();
  const uses = section(page, "Use this flow");
  const request = uses.getByRole("region", { name: "Run once with inputs" });
  await expect(request).toContainText(`"id": "${flow.id}"`);
  await expect(request).toContainText('"audience": ""');
  await uses.getByRole("button", { name: "Copy as TypeScript" }).click();
  await expect(page.getByText("Copied as TypeScript.")).toBeVisible();
  await uses.getByRole("button", { name: "Run on records…" }).click();
  const run = page.getByRole("dialog", { name: "Run “Digest”" });
  await expect(run).toContainText("Inputs read from each record’s metadata: audience");
});

test(
  "a button opens the overview, which stays open after a reload and beside the problems, and closes for the inspector",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, buildDigest());
    await expect(overview(page)).toHaveCount(0);
    await toggle(page).click();
    await expect(overview(page).getByRole("heading", { name: "Overview" })).toBeFocused();
    await expect(toggle(page)).toHaveAttribute("aria-expanded", "true");
    await page.reload();
    await expect(overview(page)).toBeVisible();

    await editor.row("Polish").click();
    await expect(inspector(page, "Polish")).toBeVisible();
    await expect(overview(page)).toHaveCount(0);
    await toggle(page).click();
    await expect(overview(page)).toBeVisible();
    await expect(inspector(page, "Polish")).toHaveCount(0);

    await section(page, "Problems").getByRole("button", { name: "Show all" }).click();
    await expect(page.getByRole("complementary", { name: "Problems" })).toBeVisible();
    await overview(page).getByRole("heading", { name: "Overview" }).press("Escape");
    await expect(overview(page)).toHaveCount(0);
    await expect(toggle(page)).toBeFocused();
  },
);

test("the overview lists counts, size, problems, inputs and outputs, and its links select steps", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildDigest());
  await toggle(page).click();
  await editor.untilAnalyzed();
  await expect(section(page, "Steps")).toContainText("6 steps, 1 off");
  await expect(section(page, "Steps").getByRole("meter")).toHaveAttribute(
    "aria-valuetext",
    /^\d.* (bytes|KiB) of 2 MiB$/,
  );
  await expect(section(page, "Publishing")).toContainText("Not published yet");
  await expect(section(page, "Last runs")).toContainText("No runs yet");
  const inputs = section(page, "Inputs").getByRole("listitem");
  await expect(inputs).toHaveText(["_record read by Draft", "audience read by DraftPolish", /finall/]);
  await expect(section(page, "Outputs").getByRole("listitem")).toHaveText([
    "text set by Draft",
    "final set by Polish",
    "short set by Shorten",
  ]);
  await expectNoAccessibilityViolationsInBothThemes(page, "the overview");
  // The overview scrolls in its pane: if the page scrolled too, the header would move out of view.
  expect(
    await page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight),
  ).toBe(0);

  await section(page, "Problems")
    .getByRole("button", { name: /Did you mean “final”/ })
    .click();
  await expect(inspector(page, "Shorten")).toBeVisible();
  await toggle(page).click();
  await editor.fold("Route");
  await inputs.filter({ hasText: "audience" }).getByRole("button", { name: "Polish" }).click();
  await expect(inspector(page, "Polish")).toBeVisible();
  await expect(editor.row("Polish")).toBeVisible();
});

test("the health of a flow counts its runs as they end, and leads to what failed", async ({ page, api }) => {
  const script = { type: "transform-data", config: { script: 'throw new Error("No stock for 4711")' } };
  const { flow } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Orders", [buildStep("check", script)]),
  );
  await toggle(page).click();
  await expect(section(page, "Last runs")).toContainText("No runs yet");
  const health = section(page, "Health");
  await expect(health).toHaveCount(0);
  const run = () => api.call("dispatch", { body: { flow: { id: flow.id } } });
  await run();
  await expect(health).toContainText("1 run1 failed");
  await run();
  await expect(health).toContainText("2 runs2 failed");
  await expect(health.getByRole("definition").first()).toHaveText("100%");
  const failure = health.getByRole("list", { name: "Failures" }).getByRole("listitem");
  await expect(failure).toContainText("No stock for …");
  await expect(failure).toContainText("2 times");
  await expectNoAccessibilityViolationsInBothThemes(page, "the health of a flow");

  await health.getByRole("button", { name: "Show as table" }).press("Enter");
  const today = health.getByRole("table").getByRole("row").nth(1);
  await expect(today.getByRole("cell").nth(1)).toHaveText("2");
  await expectNoAccessibilityViolations(page, "the health as a table");
  await health.getByRole("button", { name: "30 days" }).press("Enter");
  await expect(health.getByRole("row")).toHaveCount(31);

  await failure.getByRole("button", { name: "check" }).click();
  await expect(inspector(page, "check")).toBeVisible();
  await toggle(page).click();
  await health.getByRole("link", { name: "All failed runs" }).click();
  await expect(page).toHaveURL(/\/runs\?.*outcome=failed/);
  await page.goBack();
  await expect(health.getByRole("button", { name: "30 days" })).toHaveAttribute("aria-pressed", "true");
  await failure.getByRole("link", { name: "Open run" }).click();
  await expect(page).toHaveURL(/\/runs\/exec_[^?]+\?.*status=failed/);
  await page.getByRole("link", { name: "Flows", exact: true }).click();
  await expect(new FlowListPageObject(page).row("Orders")).toContainText(
    /Last run (?:just now|\dm ago): failed. 0 of the last 2 runs completed/,
  );
  await expectNoAccessibilityViolationsInBothThemes(page, "the list with the outcomes of runs");
});

test(
  "the description is edited in place as one undoable edit, and a long one folds after six lines",
  { tag: "@full" },
  async ({ page, api }) => {
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildDigest());
    await toggle(page).click();
    await section(page, "Description").getByRole("button", { name: "Edit description" }).click();
    const box = section(page, "Description").getByRole("textbox", { name: "Description of the flow" });
    await expect(box).toBeFocused();
    await box.fill("<b>bold</b> שלום");
    await box.press("Shift+Enter");
    await page.keyboard.type("second line");
    await page.keyboard.press("Enter");
    await expect(box).toHaveCount(0);
    await expect(section(page, "Description")).toContainText("<b>bold</b> שלום\nsecond line");
    await expect(editor.status).toHaveText("1 unsaved change");

    await section(page, "Description").getByRole("button", { name: "Edit description" }).click();
    await box.fill("Discarded");
    await box.press("Escape");
    await expect(editor.status).toHaveText("1 unsaved change");
    await section(page, "Description").getByRole("button", { name: "Edit description" }).click();
    await box.fill("word ".repeat(2_000));
    await page.keyboard.press("Control+s");
    await expect(editor.status).toHaveText("Saved");
    expect((await api.getFlow(flow.id)).description).toHaveLength(9_999);

    const text = section(page, "Description").getByRole("paragraph");
    const height = async () => (await text.boundingBox())?.height ?? 0;
    await expect.poll(height).toBeLessThan(130);
    await section(page, "Description").getByRole("button", { name: "Show more" }).click();
    await expect.poll(height).toBeGreaterThan(300);
    await section(page, "Description").getByRole("button", { name: "Show less" }).click();
    await expect.poll(height).toBeLessThan(130);
  },
);

test.describe("the map of a long flow", () => {
  test("follows the keyboard, and Enter moves the focus to the row", async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, buildLongFlow("Long", 400));
    await toggle(page).click();
    await map(page).focus();
    await expect(map(page)).toHaveAttribute("aria-valuetext", /^1 Step 1, /);
    await page.keyboard.press("End");
    await expect(map(page)).toHaveAttribute("aria-valuenow", "400");
    await expect(editor.row("Step 400")).toBeInViewport();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("PageUp");
    const row = Number(await map(page).getAttribute("aria-valuenow"));
    expect(row).toBeLessThan(399);
    await page.keyboard.press("Enter");
    await expect(editor.row(`Step ${row}`)).toBeFocused();
    await expectNoAccessibilityViolations(page, "the map of the flow");
  });

  test("scrolls on a press and a drag, and its box marks the visible rows", async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, buildLongFlow("Long", 400));
    await toggle(page).click();
    await editor.untilAnalyzed();
    // Waits until the map has measured its own height, from which it computes the row of a press.
    await expect(map(page).locator("svg")).not.toHaveAttribute("height", "1");
    const box = (await map(page).boundingBox())!;
    await page.mouse.click(box.x + 30, box.y + box.height / 2);
    await expect(editor.row("Step 200")).toBeInViewport();
    const viewport = page.locator("[data-map-viewport]");
    const middle = async () => {
      const at = (await viewport.boundingBox())!;
      return at.y + at.height / 2;
    };
    await expect.poll(async () => Math.abs((await middle()) - box.y - box.height / 2)).toBeLessThan(12);
    await page.mouse.move(box.x + 30, await middle());
    await page.mouse.down();
    await page.mouse.move(box.x + 30, box.y + box.height + 50, { steps: 5 });
    await page.mouse.up();
    await expect(editor.row("Step 400")).toBeInViewport();
    await editor.row("Step 400").focus();
    await page.keyboard.press("Home");
    await expect(editor.row("Step 1")).toBeFocused();
    await expect.poll(async () => (await viewport.boundingBox())!.y - box.y).toBeLessThan(3);
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

  test(
    "the overview and the inspector share a sheet, and Enter on the map goes to the step",
    { tag: "@full" },
    async ({ page, api }) => {
      const { editor } = await createFlowAndOpenEditor({ page, api }, buildLongFlow("Long", 60));
      await toggle(page).click();
      const sheet = page.getByRole("dialog", { name: "Overview" });
      await expect(sheet.getByRole("region", { name: "Steps" })).toContainText("60 steps, 8 off");
      await expectNoAccessibilityViolations(page, "the overview sheet");
      await sheet.getByRole("button", { name: "Add a description" }).click();
      await expect(sheet.getByRole("textbox", { name: "Description of the flow" })).toBeFocused();
      await page.keyboard.type("Not kept");
      await page.keyboard.press("Escape");
      await expect(sheet.getByRole("button", { name: "Add a description" })).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(sheet).toHaveCount(0);
      await expect(toggle(page)).toBeFocused();

      await toggle(page).click();
      await sheet.getByRole("region", { name: "Outputs" }).getByRole("button", { name: "Step 3" }).click();
      const step = page.getByRole("dialog", { name: "Step" });
      await expect(step.getByRole("heading", { name: "Step 3" })).toBeVisible();
      await step.getByRole("tab", { name: "Overview" }).click();
      await expect(sheet.getByRole("region", { name: "Steps" })).toBeVisible();
      await sheet.getByRole("tab", { name: "Step" }).click();
      await expect(step.getByRole("heading", { name: "Step 3" })).toBeVisible();
      await step.getByRole("tab", { name: "Overview" }).click();

      await map(page).focus();
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await expect(sheet).toHaveCount(0);
      await expect(editor.row("Step 60")).toBeFocused();
      await page.reload();
      await expect(editor.list).toBeVisible();
      await expect(page.getByRole("dialog")).toHaveCount(0);
    },
  );
});

import type { Locator, Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { createManyRecords, startServerWithRunnableFlow } from "#e2e/harness/runs.ts";
import { expect, test } from "#e2e/harness/test.ts";

const WIDTHS = [320, 640, 768, 900, 1024, 1280];

const overflow = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, scrollHeight } = document.documentElement;
    return { right: Math.max(0, scrollWidth - innerWidth), below: Math.max(0, scrollHeight - innerHeight) };
  });
const NONE = { right: 0, below: 0 };

async function widthOf(locator: Locator): Promise<number> {
  return (await locator.boundingBox())?.width ?? 0;
}

const truncatedWidth = (locator: Locator) =>
  locator.evaluate((element) => element.scrollWidth - element.clientWidth);

test("names of runs and step results stay visible at every width", async ({ page, startOwnServer }) => {
  const { api, flow, runs, open } = await startServerWithRunnableFlow({ page, startOwnServer });
  await createManyRecords(api, "customer of the northern branches", 2);
  const body = { recordType: "customer of the northern branches" };
  await api.call("runOnRecordType", { params: { id: flow.id }, body });
  await open("/runs");
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const link = runs.list.getByRole("link", { name: body.recordType });
    await expect.poll(() => widthOf(link), `the run's name at ${width}`).toBeGreaterThan(100);
    await expect.poll(() => overflow(page), `the runs at ${width}`).toEqual(NONE);
  }
  await page.getByRole("link", { name: "Step results" }).click();
  const results = page.getByRole("list", { name: "Step results" });
  const check = results.getByRole("button", { name: "Check" }).first();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(() => widthOf(check), `the step's name at ${width}`).toBeGreaterThan(30);
    await expect.poll(() => overflow(page), `the step results at ${width}`).toEqual(NONE);
  }
});

test("a long variable name does not push the step's name, switch or menu out of the row", async ({
  page,
  api,
}) => {
  const long = buildStep("long", {
    name: "Read every page of the site",
    config: { outputVariable: "a_variable_with_a_long_name_".repeat(5) },
  });
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Long", [long]));
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const row = editor.row("Read every page of the site");
    await expect(editor.switchOf("Read every page of the site")).toBeInViewport({ ratio: 1 });
    await expect(row.getByRole("button", { name: /^Actions for / })).toBeInViewport({ ratio: 1 });
    await expect.poll(() => widthOf(row.locator("[data-part=name]"))).toBeGreaterThan(60);
  }
  await editor.row("Read every page of the site").click({ position: { x: 250, y: 20 } });
  const type = page.getByRole("complementary").getByText("Prompt", { exact: true }).first();
  await expect.poll(() => widthOf(type)).toBeGreaterThan(40);
});

test("the offline banner shrinks the editor instead of overflowing the window", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|dynamically imported/);
  const steps = Array.from({ length: 40 }, (_, index) => buildStep(`step-${index}`));
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Long", steps));
  await page.context().setOffline(true);
  await editor.switchOf("Step-1").click();
  await editor.saveButton.click();
  await expect(page.getByText(/^Can’t reach the server/)).toBeVisible();
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(() => overflow(page), `offline at ${width}`).toEqual(NONE);
  }
  await page.context().setOffline(false);
});

test("Move to… does not truncate the branch and position after a long conditional name", async ({
  page,
  api,
}) => {
  const name =
    "Is this customer one of those who were with us from the very beginning, and still are ".repeat(5);
  const route = { ...buildConditional("route", [buildStep("inside")]), name };
  const { editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Long", [buildStep("clean"), route]),
  );
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await editor.chooseFromMenu("Clean", "Move", "Move to…");
    const places = page.getByRole("dialog", { name: "Move “Clean” to…" });
    for (const words of [/› then, first/, /› then, last/, /› else, first/]) {
      const end = places.getByRole("option").getByText(words).last();
      await expect.poll(() => truncatedWidth(end)).toBe(0);
      await expect(end).toBeInViewport({ ratio: 1 });
    }
    await page.keyboard.press("Escape");
    await expect(places).toHaveCount(0);
  }
});

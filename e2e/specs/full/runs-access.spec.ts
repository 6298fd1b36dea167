import type { Page } from "@playwright/test";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { createManyRecords, startServerWithRunnableFlow } from "#e2e/harness/runs.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

const expectNoOverflow = (page: Page) =>
  expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
    .toBeLessThanOrEqual(0);

test("runs, step results and the run dialog have no axe violations", async ({ page, startOwnServer }) => {
  test.slow();
  const { api, flow, runs, target, open } = await startServerWithRunnableFlow({ page, startOwnServer });
  await open("/runs");
  await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "a flow that never ran");
  await page.getByRole("button", { name: "Run on records…" }).last().click();
  await expect(runs.dialog.getByRole("heading", { name: "No records yet" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the run dialog without records");
  await page.keyboard.press("Escape");

  await createManyRecords(api, "customer", 12);
  target.hold();
  await runs.ask("customer");
  await expectNoAccessibilityViolationsInBothThemes(page, "the run dialog");
  await runs.start();
  await expect(runs.record("customer 1")).toContainText("Running");
  await expectNoAccessibilityViolationsInBothThemes(page, "a run under way");
  target.letGo();
  await expect(page.getByText(/^12 records: 8 completed, 4 failed/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Retry…", exact: true }).click();
  const retry = page.getByRole("dialog", { name: "Retry run" });
  await expect(retry.getByText(/^Starts at step/)).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the retry dialog");
  await page.keyboard.press("Escape");
  await expect(retry).toHaveCount(0);

  await runs.openRecord("customer 3");
  await runs.step("Check").click();
  await expect(page.getByRole("region", { name: "Result of Check" })).toContainText("No output.");
  await expectNoAccessibilityViolationsInBothThemes(page, "a failed step");
  await runs.step("Fetch").click();
  await expect(page.getByRole("tree", { name: "Output" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the output of a step");
  await page.getByRole("link", { name: "All runs" }).click();
  await expect(runs.list.getByRole("listitem")).toHaveCount(1);
  await expectNoAccessibilityViolationsInBothThemes(page, "the runs");
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("failed");
  await page.getByRole("checkbox", { name: "Select customer" }).press("Space");
  await page.getByRole("button", { name: "Retry 1 run…" }).press("Enter");
  const bulk = page.getByRole("dialog", { name: "Retry runs" });
  await expect(bulk.getByRole("button", { name: "Retry 1 run" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the dialog that retries selected runs");
  await page.keyboard.press("Escape");
  await expectNoAccessibilityViolationsInBothThemes(page, "failed runs, one of which is selected");
  await page.getByRole("link", { name: "Step results" }).click();
  const results = page.getByRole("list", { name: "Step results" });
  await page.getByRole("combobox", { name: "Step" }).selectOption("fetch");
  await expect(results.getByRole("button", { name: /^(?!Fetch)/ })).toHaveCount(0);
  await results.getByRole("button", { name: "Fetch" }).first().click();
  await expect(page.getByRole("tree", { name: "Output" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the step results");
  await open();
  await expect(page.getByText("Last run").first()).toBeAttached();
  await expectNoAccessibilityViolationsInBothThemes(page, "the steps with their last runs");

  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ["", "/runs", "/runs/steps"]) {
    await open(path);
    await expect(page.getByRole("listitem").first()).toBeVisible();
    await expectNoAccessibilityViolationsInBothThemes(page, `${path} on a phone`);
    await expectNoOverflow(page);
  }
  const [batch] = (await api.call("listBatches", { query: { flowId: flow.id } })).data;
  await open(`/runs/${batch?.batchExecutionId}`);
  await runs.openRecord("customer 3");
  await expectNoAccessibilityViolationsInBothThemes(page, "a record's steps on a phone");
  await expectNoOverflow(page);
  await runs.step("Check").click();
  const sheet = page.getByRole("dialog", { name: "Check" });
  await expect(sheet).toContainText("The number 3 cannot be had");
  await expectNoAccessibilityViolationsInBothThemes(page, "a step on a phone");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "All records" }).click();
  await expect(runs.records.getByRole("button", { name: "customer 3" })).toBeFocused();
});

test("a run can be started, followed and inspected by keyboard alone", async ({ page, startOwnServer }) => {
  const { api, runs, open } = await startServerWithRunnableFlow({ page, startOwnServer });
  await createManyRecords(api, "customer", 5);
  const keyboard = new KeyboardOnlyUser(page);
  await open();
  await keyboard.tabTo(page.getByRole("button", { name: "Run on records…", exact: true }));
  await keyboard.press("Enter");
  await expect(runs.dialog.getByRole("combobox", { name: "Record type" })).toBeFocused();
  await expect(runs.dialog.getByRole("combobox", { name: "Record type" })).toHaveValue("customer");
  await keyboard.tabTo(runs.dialog.getByRole("button", { name: "Run", exact: true }));
  await keyboard.press("Enter");
  await expect(page.getByText(/^5 records: 4 completed, 1 failed/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("heading", { name: "Run on customer" })).toBeFocused();

  await keyboard.tabTo(runs.records.getByRole("button").first());
  await keyboard.press("End");
  await expect(runs.records.getByRole("button").last()).toBeFocused();
  await keyboard.press("Home", "ArrowDown", "Enter");
  const name = await runs.records.locator("[aria-current]").innerText();
  await expect(page.getByRole("region", { name: `Results for ${name}` })).toBeVisible();
  await keyboard.tabTo(runs.step("Greeting"));
  await keyboard.press("ArrowDown", "Enter");
  const details = page.getByRole("region", { name: "Result of Fetch" });
  const tree = details.getByRole("tree", { name: "Output" });
  await keyboard.tabTo(tree.getByRole("treeitem").first());

  const item = (text: RegExp) => tree.getByRole("treeitem", { name: text });
  await keyboard.press("ArrowRight", "ArrowDown");
  await expect(item(/^words/)).toBeFocused();
  await keyboard.press("ArrowLeft");
  await expect(item(/^words/)).toHaveAttribute("aria-expanded", "false");
  await expect(item(/plain/)).toHaveCount(0);
  await keyboard.press("End");
  await expect(item(/^long/)).toBeFocused();
  await keyboard.press("Enter", "ArrowRight");
  await expect(item(/^lorem ipsum/)).toBeFocused();
  await keyboard.press("ArrowLeft", "ArrowLeft", "ArrowLeft");
  await expect(tree.getByRole("treeitem").first()).toBeFocused();

  await keyboard.press("Escape");
  await expect(details).toHaveCount(0);
  await expect(runs.step("Fetch")).toBeFocused();
  await keyboard.press("Escape");
  await expect(runs.waterfall).toHaveCount(0);
  await expect(runs.records.getByRole("button", { name, exact: true })).toBeFocused();

  await keyboard.tabBackTo(page.getByRole("button", { name: "Retry…", exact: true }));
  await keyboard.press("Enter");
  await keyboard.tabTo(
    page.getByRole("dialog", { name: "Retry run" }).getByRole("button", { name: "Retry", exact: true }),
  );
  await keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Run on 1 selected record" })).toBeFocused();
  const views = page.getByRole("navigation", { name: "Views of this flow" });
  await keyboard.tabBackTo(views.getByRole("link", { name: "Runs", exact: true }));
  await keyboard.press("Enter");
  await keyboard.tabTo(runs.list.getByRole("link").first());
  await keyboard.press("ArrowDown", "Enter");
  await expect(page.getByRole("heading", { name: "Run on customer" })).toBeFocused();
  keyboard.expectGoodStops();
});

test("cancelling a run removes the Cancel button and moves the focus to Retry", async ({
  page,
  startOwnServer,
}) => {
  const { api, runs, open, target } = await startServerWithRunnableFlow({ page, startOwnServer });
  await createManyRecords(api, "customer", 12);
  target.hold();
  const keyboard = new KeyboardOnlyUser(page);
  const heading = page.getByRole("heading", { name: "Run on customer" });
  const cancel = page.getByRole("button", { name: "Cancel", exact: true });
  await open();
  await keyboard.tabTo(page.getByRole("button", { name: "Run on records…", exact: true }));
  await keyboard.press("Enter");
  // Waits for the count of records: before that, pressing “Run” only says that they are being counted.
  await expect(runs.dialog).toContainText("Runs on 12 records");
  await keyboard.tabTo(runs.dialog.getByRole("button", { name: "Run", exact: true }));
  await keyboard.press("Enter");
  await expect(heading).toBeFocused();
  await keyboard.tabTo(cancel);
  await keyboard.press("Enter");
  await keyboard.tabTo(page.getByRole("button", { name: "Cancel run" }));
  await keyboard.press("Enter");
  await expect(cancel).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Retry…", exact: true })).toBeFocused();
  target.letGo();
});

test("a run with names of maximum length does not overflow, and a run on 1,000 records is virtualized", async ({
  page,
  startOwnServer,
}) => {
  test.slow();
  const { api, runs, flow, open, target } = await startServerWithRunnableFlow({ page, startOwnServer }, 7);
  const longName = "Name without an end ".repeat(25).slice(0, 500);
  const body = { type: "t".repeat(255), name: longName, metadata: { number: 7 } };
  await api.call("createRecord", { body });
  await open();
  await page.getByRole("button", { name: "Run on records…", exact: true }).first().click();
  await runs.start();
  await runs.records.getByRole("button").first().click();
  await expect(runs.waterfall).toBeVisible();
  await expectNoOverflow(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoOverflow(page);

  const rows = Array.from({ length: 1000 }, (_, index) => `Row ${index + 1},${index + 1}`);
  const form = new FormData();
  form.set("file", new Blob([["name,number", ...rows].join("\n")], { type: "text/csv" }), "rows.csv");
  form.set("typeValue", "row");
  const upload = await fetch(`${api.url}/v1/records/upload-csv`, { method: "POST", body: form });
  expect(upload.status).toBe(201);
  await page.setViewportSize({ width: 1280, height: 800 });
  // Keeps the run from finishing before it is cancelled.
  target.hold();
  const run = await api.call("runOnRecordType", { params: { id: flow.id }, body: { recordType: "row" } });
  await open(`/runs/${run.batchId}`);
  await expect(runs.record("Row 1")).toBeVisible();
  const mounted = runs.records.getByRole("listitem");
  expect(await mounted.count()).toBeLessThan(60);
  await runs.records.getByRole("button").first().focus();
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(runs.record("Row 1000")).toBeVisible({ timeout: 500 });
  }).toPass();
  expect(await mounted.count()).toBeLessThan(60);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Cancel run" }).click();
  target.letGo();
  await expect(page.getByText(/^1,000 records: .* cancelled/)).toBeVisible({ timeout: 30_000 });
});

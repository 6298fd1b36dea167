import { Keyboard } from "#e2e/harness/keyboard.ts";
import { createRecords, openRunnable } from "#e2e/harness/runs.ts";
import { expect, expectAccessibleInBothThemes, test } from "#e2e/harness/test.ts";

test("axe finds nothing among the runs", async ({ page, startOwnServer }) => {
  test.slow();
  const { api, flow, runs, target, open } = await openRunnable({ page, startOwnServer });
  await open("/runs");
  await expect(page.getByRole("heading", { name: "It has not run yet" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "a flow that never ran");
  await page.getByRole("button", { name: "Run…" }).click();
  await expect(runs.dialog.getByRole("heading", { name: "No records yet" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "the dialog without records");
  await page.keyboard.press("Escape");

  await createRecords(api, "customer", 12);
  target.hold();
  await runs.ask("customer");
  await expectAccessibleInBothThemes(page, "the dialog");
  await runs.start();
  await expect(runs.record("customer 1")).toContainText("Running");
  await expectAccessibleInBothThemes(page, "a run under way");
  target.letGo();
  await expect(page.getByText(/^12 records: 8 completed, 4 failed/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Retry failed…" }).click();
  await expectAccessibleInBothThemes(page, "the question before a retry");
  await page.keyboard.press("Escape");

  await runs.openRecord("customer 3");
  await runs.step("Check").click();
  await expect(page.getByRole("region", { name: "What Check did" })).toContainText("It gave none.");
  await expectAccessibleInBothThemes(page, "a failed step");
  await runs.step("Fetch").click();
  await expect(page.getByRole("tree", { name: "Output" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "an output");
  await page.getByRole("link", { name: "All runs" }).click();
  await expect(runs.list.getByRole("listitem")).toHaveCount(1);
  await expectAccessibleInBothThemes(page, "the runs");
  await page.getByRole("link", { name: "Step results" }).click();
  const results = page.getByRole("list", { name: "Step results" });
  await page.getByRole("combobox", { name: "Step" }).selectOption("fetch");
  await results.getByRole("button", { name: "Fetch" }).first().click();
  await expect(page.getByRole("tree", { name: "Output" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "the step results");
  await open();
  await expect(page.getByText("Last run").first()).toBeAttached();
  await expectAccessibleInBothThemes(page, "the steps with their last runs");

  await page.setViewportSize({ width: 360, height: 740 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  for (const path of ["", "/runs", "/runs/steps"]) {
    await open(path);
    await expect(page.getByRole("listitem").first()).toBeVisible();
    await expectAccessibleInBothThemes(page, `${path} on a phone`);
    expect(await overflow()).toBeLessThanOrEqual(0);
  }
  const [batch] = (await api.call("listBatches", { query: { flowId: flow.id } })).data;
  await open(`/runs/${batch?.batchExecutionId}`);
  await runs.openRecord("customer 3");
  await expectAccessibleInBothThemes(page, "a record's steps on a phone");
  expect(await overflow()).toBeLessThanOrEqual(0);
  await runs.step("Check").click();
  const sheet = page.getByRole("dialog", { name: "Check" });
  await expect(sheet).toContainText("The number 3 cannot be had");
  await expectAccessibleInBothThemes(page, "a step on a phone");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "All records" }).click();
  await expect(runs.records.getByRole("button", { name: "customer 3" })).toBeFocused();
});

test("a run is started, followed and looked into by keyboard alone", async ({ page, startOwnServer }) => {
  const { api, runs, open } = await openRunnable({ page, startOwnServer });
  await createRecords(api, "customer", 5);
  const keyboard = new Keyboard(page);
  await open();
  await keyboard.tabTo(page.getByRole("button", { name: "Run", exact: true }));
  await keyboard.press("Enter");
  await expect(runs.dialog.getByRole("combobox")).toBeFocused();
  await expect(runs.dialog.getByRole("combobox")).toHaveValue("customer");
  await keyboard.tabTo(runs.dialog.getByRole("button", { name: "Run", exact: true }));
  await keyboard.press("Enter");
  await expect(page.getByText(/^5 records: 4 completed, 1 failed/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("heading", { name: "Run on customer" })).toBeFocused();

  await keyboard.tabTo(runs.records.getByRole("button").first());
  await keyboard.press("End");
  await expect(runs.records.getByRole("button").last()).toBeFocused();
  await keyboard.press("Home", "ArrowDown", "Enter");
  const name = await runs.records.locator("[aria-current]").innerText();
  await expect(page.getByRole("region", { name: `What the run did with ${name}` })).toBeVisible();
  await keyboard.tabTo(runs.step("Greeting"));
  await keyboard.press("ArrowDown", "Enter");
  const details = page.getByRole("region", { name: "What Fetch did" });
  const tree = details.getByRole("tree", { name: "Output" });
  await keyboard.tabTo(tree.getByRole("treeitem").first());

  // Into the tree, closing what is open, and opening what is long.
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

  // Escape closes one thing after the other, and leaves the focus on the row that it was about.
  await keyboard.press("Escape");
  await expect(details).toHaveCount(0);
  await expect(runs.step("Fetch")).toBeFocused();
  await keyboard.press("Escape");
  await expect(runs.waterfall).toHaveCount(0);
  await expect(runs.records.getByRole("button", { name, exact: true })).toBeFocused();

  await keyboard.tabBackTo(page.getByRole("button", { name: "Retry failed…" }));
  await keyboard.press("Enter");
  await keyboard.tabTo(page.getByRole("alertdialog").getByRole("button", { name: "Retry", exact: true }));
  await keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Run on 1 chosen record" })).toBeFocused();
  await keyboard.tabBackTo(page.getByRole("link", { name: "Runs", exact: true }));
  await keyboard.press("Enter");
  await keyboard.tabTo(runs.list.getByRole("link").first());
  await keyboard.press("ArrowDown", "Enter");
  await expect(page.getByRole("heading", { name: "Run on customer" })).toBeFocused();
  keyboard.expectGoodStops();
});

test("a run that is cancelled takes its button with it, and leaves the focus", async ({
  page,
  startOwnServer,
}) => {
  const { api, runs, open, target } = await openRunnable({ page, startOwnServer });
  await createRecords(api, "customer", 12);
  target.hold();
  const keyboard = new Keyboard(page);
  const heading = page.getByRole("heading", { name: "Run on customer" });
  const cancel = page.getByRole("button", { name: "Cancel", exact: true });
  await open();
  await keyboard.tabTo(page.getByRole("button", { name: "Run", exact: true }));
  await keyboard.press("Enter");
  await keyboard.tabTo(runs.dialog.getByRole("button", { name: "Run", exact: true }));
  await keyboard.press("Enter");
  await expect(heading).toBeFocused();
  await keyboard.tabTo(cancel);
  await keyboard.press("Enter");
  await keyboard.tabTo(page.getByRole("button", { name: "Cancel the run" }));
  await keyboard.press("Enter");
  await expect(cancel).toHaveCount(0);
  await expect(heading).toBeFocused();
  target.letGo();
});

test("names as long as they may be, and a thousand records, stay in their rows", async ({
  page,
  startOwnServer,
}) => {
  // A thousand records are being run beside it.
  test.slow();
  const { api, runs, flow, open } = await openRunnable({ page, startOwnServer }, 7);
  const longName = "Name without an end ".repeat(25).slice(0, 500);
  const body = { type: "t".repeat(255), name: longName, metadata: { number: 7 } };
  await api.call("createRecord", { body });
  await open();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await runs.start();
  await runs.records.getByRole("button").first().click();
  await expect(runs.waterfall).toBeVisible();
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await overflow()).toBeLessThanOrEqual(0);

  const rows = Array.from({ length: 1000 }, (_, index) => `Row ${index + 1},${index + 1}`);
  const form = new FormData();
  form.set("file", new Blob([["name,number", ...rows].join("\n")], { type: "text/csv" }), "rows.csv");
  form.set("typeValue", "row");
  const upload = await fetch(`${api.url}/v1/records/upload-csv`, { method: "POST", body: form });
  expect(upload.status).toBe(201);
  await page.setViewportSize({ width: 1280, height: 800 });
  const run = await api.call("runOnRecordType", { params: { id: flow.id }, body: { recordType: "row" } });
  await open(`/runs/${run.batchId}`);
  await expect(runs.record("Row 1")).toBeVisible();
  const mounted = runs.records.getByRole("listitem");
  expect(await mounted.count()).toBeLessThan(60);
  await runs.records.getByRole("button").first().focus();
  // Each page follows as the end of the one before comes near.
  await expect(async () => {
    await page.keyboard.press("End");
    await expect(runs.record("Row 1000")).toBeVisible({ timeout: 500 });
  }).toPass();
  expect(await mounted.count()).toBeLessThan(60);
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await expect(page.getByText(/^1,000 records: .* cancelled/)).toBeVisible({ timeout: 30_000 });
});

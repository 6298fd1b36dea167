import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Api } from "#e2e/harness/api.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { Runs, createRecords, openRunnable } from "#e2e/harness/runs.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a flow is run on a few records, and what each step did is seen, down to the output and the step itself", async ({
  page,
  startOwnServer,
}) => {
  test.slow();
  const { api, runs, editor, open } = await openRunnable({ page, startOwnServer });
  await createRecords(api, "customer", 4);
  await open();
  await runs.ask("customer");
  await expect(runs.dialog).toContainText("6 steps, 1 off. It runs as it is saved, once for each record.");
  await expect(runs.dialog).toContainText("4 records, run at once. Each is a run of its own.");
  await runs.start();

  await expect(page.getByRole("heading", { level: 2, name: "Run on customer" })).toBeVisible();
  await expect(page.getByText(/^4 records: 3 completed, 1 failed in /)).toBeVisible({ timeout: 30_000 });
  await expect(runs.record("customer 2")).toContainText("Completed");
  await expect(runs.record("customer 2")).toContainText("2 is done");
  await expect(runs.record("customer 3")).toContainText("Failed");
  await expect(runs.record("customer 3")).toContainText("The number 3 cannot be had");

  // What did not run is told as well, with the reason.
  await runs.openRecord("customer 3");
  await expect(page).toHaveURL(/[?&]record=record_/);
  await expect(runs.waterfall.getByRole("listitem")).toHaveCount(8);
  await expect(runs.stepRow("Blame")).toContainText("The other branch was taken.");
  await expect(runs.stepRow("Off")).toContainText("It is switched off.");
  await expect(runs.stepRow("Last")).toContainText("A step before it failed.");
  await runs.step("Check").click();
  const check = page.getByRole("region", { name: "What Check did" });
  await expect(check).toContainText("The script failed at line 1: Error: The number 3 cannot be had");
  await expect(check.getByRole("region", { name: "Output" })).toContainText("It gave none.");

  // The output is a tree, whose text is never taken for a page's.
  await runs.step("Fetch").click();
  const tree = page.getByRole("tree", { name: "Output" });
  await expect(tree.getByRole("treeitem", { name: 'path: "/pages/3"' })).toBeVisible();
  await expect(tree.getByRole("treeitem", { name: '1: "<b>bold</b>"' })).toBeVisible();
  await runs.step("Greeting").click();
  await expect(page.getByRole("region", { name: "What Greeting did" })).toContainText("nobody");
  await expect(tree.getByRole("treeitem")).toHaveText(['"Hello customer 3, "']);

  // An address that another person can open, and the way to the step.
  await page.reload();
  const greeting = page.getByRole("region", { name: "What Greeting did" });
  await greeting.getByRole("button", { name: "Go to step" }).click();
  await expect(page).toHaveURL(/\/flows\/[^/]+\?step=greeting$/);
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Greeting");
  await expect(editor.row("Fetch")).toContainText("Last run completed");
  await expect(editor.row("Off")).toContainText("Last run skipped");

  // The record itself is one press away.
  await page.goBack();
  await page.getByRole("link", { name: "Open record" }).click();
  await expect(page).toHaveURL(/\/records\/customer\?record=record_/);
  await open();

  // A step that is gone is said to be.
  await editor.chooseFromMenu("Off", "Delete");
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await runs.list.getByRole("link", { name: "customer" }).click();
  await runs.openRecord("customer 1");
  await runs.step("Off").click();
  const goToStep = page.getByRole("button", { name: "Go to step" });
  await expect(goToStep).toBeDisabled();
  await expect(goToStep).toHaveAccessibleDescription("This step is no longer in the flow.");
});

test("many records run in the background: how far they are is seen, what failed is retried, and the rest is cancelled", async ({
  page,
  startOwnServer,
}) => {
  test.slow();
  const { api, runs, editor, target, open } = await openRunnable({ page, startOwnServer }, 10);
  await createRecords(api, "page", 40);
  await open("/runs");
  await expect(page.getByRole("heading", { name: "It has not run yet" })).toBeVisible();
  target.hold();
  await page.getByRole("button", { name: "Run…" }).click();
  await runs.choose("page");
  await expect(runs.dialog).toContainText("40 records: more than 10 run in the background");
  await runs.start();
  await expect(runs.progress).toHaveAttribute("aria-valuetext", "0 of 40 records");
  await expect(runs.record("page 1")).toContainText("Running");
  target.letGo();
  await expect(runs.progress).toHaveCount(0, { timeout: 60_000 });
  await editor.expectSaid("The run has ended: 36 completed, 4 failed.");
  await expect(runs.record("page 1")).toContainText("Completed");

  // Only rows in sight are on the page; the failed ones can be had alone.
  expect(await runs.records.getByRole("listitem").count()).toBeLessThan(40);
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("failed");
  await expect(page).toHaveURL(/[?&]status=failed/);
  await expect(runs.records.getByRole("listitem")).toHaveCount(4);
  const first = page.url().split("?")[0] ?? "";

  await page.getByRole("button", { name: "Retry failed…" }).click();
  const retry = page.getByRole("alertdialog", { name: "Retry 4 failed records?" });
  await retry.getByRole("button", { name: "Retry", exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Run on 4 chosen records" })).toBeVisible();
  expect(page.url()).not.toContain(first);
  await expect(page.getByText(/^4 records: 4 failed/)).toBeVisible({ timeout: 30_000 });

  target.hold();
  await runs.ask("page");
  await runs.start();
  await expect(runs.record("page 1")).toContainText("Running");
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  const question = page.getByRole("alertdialog", { name: "Cancel this run?" });
  await expect(question).toContainText("40 records would not be run any more.");
  await question.getByRole("button", { name: "Cancel the run" }).click();
  await editor.expectSaid("The run is cancelled.");
  await expect(page.getByText(/^40 records: .*40 cancelled/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("button", { name: "Retry failed…" })).toHaveCount(0);

  await page.getByRole("link", { name: "All runs" }).click();
  await expect(runs.list.getByRole("listitem")).toHaveCount(3);
  await expect(runs.list.getByRole("listitem").nth(0)).toContainText("Cancelled");
  await expect(runs.list.getByRole("listitem").nth(2)).toContainText("36 completed, 4 failed");
  // The row that was left by has the focus again.
  await expect(runs.list.getByRole("link").nth(0)).toBeFocused();
});

test("unsaved edits are saved first or left out knowingly, and a save that fails runs nothing", async ({
  page,
  startOwnServer,
  problems,
}) => {
  const { api, flow, runs, editor, open } = await openRunnable({ page, startOwnServer });
  await createRecords(api, "customer", 2);
  await open();
  await editor.renameStep("Last", "Final word");
  await runs.ask("customer");
  await expect(runs.dialog).toContainText("there are edits that are not saved yet");
  await runs.start("Run the saved version");
  await expect(editor.status).toHaveText("1 unsaved change");
  await runs.openRecord("customer 1");
  await expect(runs.step("Last")).toBeVisible();

  problems.allow(/status of 500/);
  await api.addFaults({ method: "PUT", path: `/v1/flows/${flow.id}`, status: 500, times: 3 });
  await runs.ask("customer");
  await runs.dialog.getByRole("button", { name: "Save and run" }).click();
  await expect(runs.dialog.getByRole("alert")).toContainText(
    "Nothing was run: your edits could not be saved.",
  );
  await api.clearFaults();
  expect((await api.call("listBatches", { query: { flowId: flow.id } })).data).toHaveLength(1);

  await runs.start("Save and run");
  await expect(editor.status).toHaveText("Saved");
  await runs.openRecord("customer 1");
  await expect(runs.step("Final word")).toBeVisible();
});

test("a run whose answer is late or lost is not called a failure: its page opens", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/ERR_|Failed to load|NetworkError/);
  const { api, runs, target, open } = await openRunnable({ page, startOwnServer });
  await createRecords(api, "customer", 3);
  await open();
  // The site takes its time, and the answer comes only once all records are done.
  target.hold();
  await runs.ask("customer");
  await runs.start();
  await expect(runs.progress).toHaveAttribute("aria-valuetext", "0 of 3 records");
  target.letGo();
  await expect(page.getByText(/^3 records: 2 completed, 1 failed/)).toBeVisible({ timeout: 30_000 });

  await api.addFaults({ method: "POST", path: "/run-on-record-type", cut: "after", times: 1 });
  await runs.ask("customer");
  await runs.start();
  await expect(page.getByText(/^3 records: 2 completed, 1 failed/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole("link", { name: "All runs" }).click();
  await expect(runs.list.getByRole("listitem")).toHaveCount(2);
});

test("step results are filtered, ordered and looked into, and the address says how", async ({
  page,
  startOwnServer,
}) => {
  const { api, flow, runs, open } = await openRunnable({ page, startOwnServer });
  await createRecords(api, "customer", 6);
  await api.call("runOnRecordType", { params: { id: flow.id }, body: { recordType: "customer" } });
  await open("/runs");
  await page.getByRole("link", { name: "Step results" }).click();
  const results = page.getByRole("list", { name: "Step results" });
  await expect(results.getByRole("listitem").first()).toBeVisible();
  await page.getByRole("combobox", { name: "Step" }).selectOption("check");
  await page.getByRole("combobox", { name: "Status" }).selectOption("failed");
  await expect(results.getByRole("listitem")).toHaveCount(2);
  await expect(page).toHaveURL(/runs\/steps\?.*stepId=check/);
  await page.getByRole("combobox", { name: "Order" }).selectOption("Slowest first");
  await page.reload();
  const query = { stepId: "check", status: "failed", sortBy: "durationMs", sortOrder: "desc" };
  const slowest = (await api.call("listStepResults", { params: { id: flow.id }, query })).data;
  for (const [index, { recordName }] of slowest.entries())
    await expect(results.getByRole("listitem").nth(index)).toContainText(recordName ?? "");

  // What is looked at leads to all that was done with that record, and back.
  await results.getByRole("button", { name: "Check" }).first().click();
  const details = page.getByRole("complementary", { name: "What Check did" });
  await details.getByRole("link", { name: "All of this record" }).click();
  await expect(results.getByRole("listitem")).toHaveCount(8);
  await page.getByRole("button", { name: "One record only: show all again" }).click();
  await expect(page).not.toHaveURL(/recordId/);
  await results.getByRole("button", { name: "Fetch" }).first().click();
  await page.getByRole("link", { name: "Whole run" }).click();
  await expect(runs.step("Fetch")).toHaveAttribute("aria-current", "true");

  await open("/runs/steps?status=running");
  await expect(page.getByRole("heading", { name: "No step result is like that" })).toBeVisible();
  await page.getByRole("button", { name: "Show all step results" }).click();
  await expect(results.getByRole("listitem").first()).toBeVisible();
});

test("a flow is run from the list, which says where records come from when there are none", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/status of 404/);
  const { api, flow, runs, url } = await openRunnable({ page, startOwnServer });
  const list = new FlowList(page);
  await page.goto(`${url}/flows`);
  await list.chooseFromMenu("Digest", "Run…");
  await expect(runs.dialog.getByRole("heading", { name: "No records yet" })).toBeVisible();
  await expect(runs.dialog.getByRole("link", { name: "Go to the records" })).toHaveAttribute(
    "href",
    "/records",
  );
  await page.keyboard.press("Escape");

  await createRecords(api, "customer", 2);
  await list.chooseFromMenu("Digest", "Run…");
  await runs.choose("customer");
  await runs.start();
  await expect(page.getByText(/^2 records: 2 completed/)).toBeVisible({ timeout: 30_000 });
  await page.goto(`${url}/flows/${flow.id}/runs/batch_00000000000000000000000000`);
  await expect(page.getByRole("heading", { name: "This run is not here" })).toBeVisible();
});

test("errors of the flow are named before it runs, and a key that may not run flows is told so", async ({
  page,
  startOwnServer,
}) => {
  const { url } = await startOwnServer({ env: { API_KEYS: "reader=FLOWS:READ+RECORDS:READ,owner" } });
  const api = new Api(url, "owner");
  await createRecords(api, "customer", 1);
  const [early, late] = [
    buildStep("early", { type: "set-variable", config: { variableName: "a", valueTemplate: "{{b}}" } }),
    buildStep("late", { type: "set-variable", config: { variableName: "b", valueTemplate: "1" } }),
  ];
  const flow = await api.createFlow(buildFlow("Wrong way round", [early, late]));
  await page.goto(`${url}/sign-in`);
  await page.getByRole("textbox", { name: "API key" }).fill("reader");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
  await page.goto(`${url}/flows/${flow.id}`);
  const runs = new Runs(page);
  await runs.ask("customer");
  await expect(runs.dialog.getByRole("region", { name: "Open problems" })).toContainText(
    "Early reads “b”, which Late sets later",
  );
  await expect(runs.dialog).toContainText("This key may not run flows.");
  await expect(runs.dialog.getByRole("button", { name: "Run", exact: true })).toBeDisabled();
  await runs.dialog.getByRole("button", { name: "Show" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Early");
});

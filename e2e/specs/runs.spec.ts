import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { createUniqueRecordType } from "#e2e/harness/records.ts";
import { RunsPageObject, createManyRecords, startServerWithRunnableFlow } from "#e2e/harness/runs.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("a run is not preselected on a type that the flow does not read, and asks before it sends anything", async ({
  page,
  api,
}) => {
  // Lists both types first, because the dialog examines only the first types.
  const type = `ab-${createUniqueRecordType()}`;
  const field = `field_${type.replaceAll(/\W/g, "_")}`;
  for (const name of ["First", "Second"])
    await api.call("createRecord", { body: { type, name, metadata: { [field]: name } } });
  await api.call("createRecord", { body: { type: `aa-${type}`, name: "Other", metadata: {} } });
  const send = (id: string, url: string) =>
    buildStep(id, { type: "api-call", config: { http: { method: "POST", url, body: "{}" } } });
  const reading = await api.createFlow(
    buildFlow("Reads", [
      send("one", `https://example.com/{{${field}}}`),
      { ...send("two", "https://example.com"), when: field },
    ]),
  );
  const blind = await api.createFlow(buildFlow("Blind", [send("one", "https://example.com")]));
  const runs = new RunsPageObject(page);
  const select = runs.dialog.getByRole("combobox", { name: "Record type" });
  const run = runs.dialog.getByRole("button", { name: "Run", exact: true });
  const open = async (id: string) => {
    await page.goto(`/flows/${id}`);
    await page.getByRole("button", { name: "Run on records…" }).click();
  };

  await open(reading.id);
  await expect(select).toHaveValue(type);
  const confirmation = runs.dialog.getByRole("checkbox", { name: "Send up to 4 requests" });
  await expect(run).toHaveAccessibleDescription("Confirm what will be sent.");
  await confirmation.check();
  await expect(run).toBeEnabled();
  await runs.dialog.getByRole("combobox", { name: "Records" }).selectOption("chosen");
  await runs.dialog.getByRole("checkbox", { name: "First" }).check();
  await expect(runs.dialog.getByRole("checkbox", { name: "Send up to 2 requests" })).not.toBeChecked();
  await expect(run).toBeDisabled();

  await open(blind.id);
  await expect(select.getByRole("option", { name: new RegExp(`^${type} `) })).toBeAttached();
  await expect(select).toHaveValue("");
  await expect(run).toHaveAccessibleDescription("Choose a record type.");
  await runs.choose(type);
  await expect(runs.dialog).toContainText(
    "This flow reads nothing from the record: all 2 results will be the same.",
  );
});

test("a run on a few records shows the outcome and output of each step, with a link to the step", async ({
  page,
  startOwnServer,
}) => {
  test.slow();
  const { api, runs, editor, open } = await startServerWithRunnableFlow({ page, startOwnServer });
  await createManyRecords(api, "customer", 4);
  await open();
  await runs.ask("customer");
  await expect(runs.dialog).toContainText("8 steps, 1 off. Runs the saved draft once for each record.");
  await expect(runs.dialog).toContainText("Runs on 4 records in parallel.");
  await runs.start();

  await expect(page.getByRole("heading", { level: 2, name: "Run on customer" })).toBeVisible();
  await expect(page.getByText(/^4 records: 3 completed, 1 failed in /)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Partly failed", { exact: true })).toBeVisible();
  await expect(runs.record("customer 2")).toContainText("Completed");
  await expect(runs.record("customer 2")).toContainText("2 is done");
  await expect(runs.record("customer 3")).toContainText("Failed");
  await expect(runs.record("customer 3")).toContainText("The number 3 cannot be had");

  await runs.openRecord("customer 3");
  await expect(page).toHaveURL(/[?&]record=record_/);
  await expect(runs.waterfall.getByRole("listitem")).toHaveCount(8);
  await expect(runs.stepRow("Blame")).toContainText("Skipped: the other branch was taken.");
  await expect(runs.stepRow("Off")).toContainText("Skipped: the step is off.");
  await expect(runs.stepRow("Last")).toContainText("Skipped: an earlier step failed.");
  await runs.step("Check").click();
  const check = page.getByRole("region", { name: "Result of Check" });
  await expect(check).toContainText("The script failed at line 1: Error: The number 3 cannot be had");
  await expect(check.getByRole("region", { name: "Output" })).toContainText("No output.");

  await runs.step("Fetch").click();
  const tree = page.getByRole("tree", { name: "Output" });
  await expect(tree.getByRole("treeitem", { name: 'path: "/pages/3"' })).toBeVisible();
  await expect(tree.getByRole("treeitem", { name: '1: "<b>bold</b>"' })).toBeVisible();
  await runs.step("Greeting").click();
  await expect(page.getByRole("region", { name: "Result of Greeting" })).toContainText("nobody");
  await expect(page.getByRole("group", { name: "Output" })).toHaveText(/^Hello customer 3, $/);

  await page.reload();
  const greeting = page.getByRole("region", { name: "Result of Greeting" });
  await greeting.getByRole("button", { name: "Go to step" }).click();
  await expect(page).toHaveURL(/\/flows\/[^/]+\?step=greeting$/);
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Greeting");
  await expect(editor.row("Fetch")).toContainText("Last run completed");
  await expect(editor.row("Off")).toContainText("Last run skipped");
  await expect(editor.row("Check")).toContainText("Last run partly failed, for 1 of 4 records");

  await page.goBack();
  await page.getByRole("link", { name: "Open record" }).click();
  await expect(page).toHaveURL(/\/records\/customer\?record=record_/);
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Flows", exact: true }).click();
  await expect(new FlowListPageObject(page).row("Digest")).toContainText(
    /Last run (just now|\d+m ago): partly failed, 1 of 4 records/,
  );
});

test("a background run shows its progress, and its failed records can be retried, alone and with other runs", async ({
  page,
  startOwnServer,
}) => {
  test.slow();
  const { api, runs, editor, target, open } = await startServerWithRunnableFlow({ page, startOwnServer }, 10);
  await createManyRecords(api, "page", 40);
  await open("/runs");
  await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
  target.hold();
  await page.getByRole("button", { name: "Run on records…" }).last().click();
  await runs.choose("page");
  await expect(runs.dialog).toContainText("Runs on 40 records in the background.");
  await runs.start();
  await expect(runs.progress).toHaveAttribute("aria-valuetext", "0 of 40 records");
  await expect(runs.records.getByRole("listitem").first()).toContainText("Running");
  target.letGo();
  await expect(runs.progress).toHaveCount(0, { timeout: 60_000 });
  await editor.expectSaid("Run finished: 36 completed, 4 failed.");
  await expect(runs.record("page 1")).toContainText("Completed");

  expect(await runs.records.getByRole("listitem").count()).toBeLessThan(40);
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("failed");
  await expect(page).toHaveURL(/[?&]status=failed/);
  await expect(runs.records.getByRole("listitem")).toHaveCount(4);
  const first = page.url().split("?")[0] ?? "";

  await page.getByRole("button", { name: "Retry…", exact: true }).click();
  const retry = page.getByRole("dialog", { name: "Retry run" });
  await expect(retry.getByRole("radio", { name: "4 failed records" })).toBeChecked();
  await expect(retry.getByRole("radio", { name: "From the failed step" })).toBeChecked();
  await expect(retry.getByText("Starts at step 7, “Check”.")).toBeVisible();
  await retry.getByRole("button", { name: "Retry", exact: true }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Run on 4 selected records" })).toBeVisible();
  expect(page.url()).not.toContain(first);
  await expect(page.getByText(/^4 records: 4 failed/)).toBeVisible({ timeout: 30_000 });
  await runs.records.getByRole("button").first().click();
  await expect(page.getByText("Started at step 7, “Check”.")).toBeVisible();
  await page.getByRole("link", { name: "Open earlier run" }).click();
  await expect(page.getByRole("link", { name: "Failed retry" })).toBeVisible();

  await page.getByRole("link", { name: "All runs" }).click();
  await expect(runs.list.getByRole("listitem")).toHaveCount(2);
  await expect(runs.list.getByRole("listitem").nth(1)).toContainText("Retried · 36 completed, 4 failed");
  await expect(runs.list.getByRole("listitem").nth(1).getByRole("link").first()).toBeFocused();

  await page.getByRole("combobox", { name: "Outcome" }).selectOption("failed");
  await page.getByRole("button", { name: "Retry all that match…" }).press("Enter");
  await page.getByRole("button", { name: "Retry 1 run" }).press("Enter");
  const outcome = page.getByRole("dialog", { name: "Retry 1 run" });
  await expect(outcome).toContainText("1 run retried, 1 skipped.");
  await outcome.getByRole("link", { name: "Open retry" }).press("Enter");
  await expect(page.getByRole("heading", { level: 2, name: "Run on 4 selected records" })).toBeVisible();
});

test(
  "the run dialog saves unsaved edits first or runs the saved version, and a failed save runs nothing",
  { tag: "@full" },
  async ({ page, startOwnServer, problems }) => {
    const { api, flow, runs, editor, open } = await startServerWithRunnableFlow({ page, startOwnServer });
    await createManyRecords(api, "customer", 2);
    await open();
    await editor.renameStep("Last", "Final word");
    await runs.ask("customer");
    await expect(runs.dialog).toContainText("Unsaved edits run only if you save them first.");
    await runs.start("Run saved draft");
    await expect(editor.status).toHaveText("1 unsaved change");
    await runs.openRecord("customer 1");
    await expect(runs.step("Last")).toBeVisible();

    problems.allow(/status of 500/);
    await api.addFaults({ method: "PUT", path: `/v1/flows/${flow.id}`, status: 500, times: 3 });
    await runs.ask("customer");
    await runs.dialog.getByRole("button", { name: "Save and run" }).click();
    await expect(runs.dialog.getByRole("alert")).toContainText("Not started: couldn’t save your edits.");
    await api.clearFaults();
    expect((await api.call("listBatches", { query: { flowId: flow.id } })).data).toHaveLength(1);

    await runs.start("Save and run");
    await expect(editor.status).toHaveText("Saved");
    await runs.openRecord("customer 1");
    await expect(runs.step("Final word")).toBeVisible();
  },
);

test(
  "step results can be filtered, sorted and inspected, and the URL keeps the state",
  { tag: "@full" },
  async ({ page, startOwnServer }) => {
    const { api, flow, runs, open } = await startServerWithRunnableFlow({ page, startOwnServer });
    await createManyRecords(api, "customer", 6);
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
    await expect(page).toHaveURL(/sortBy=durationMs/);
    await page.reload();
    const query = { stepId: "check", status: "failed", sortBy: "durationMs", sortOrder: "desc" };
    const slowest = (await api.call("listStepResults", { params: { id: flow.id }, query })).data;
    for (const [index, { recordName }] of slowest.entries())
      await expect(results.getByRole("listitem").nth(index)).toContainText(recordName ?? "");

    await results.getByRole("button", { name: "Check" }).first().click();
    const details = page.getByRole("complementary", { name: "Result of Check" });
    await details.getByRole("link", { name: "Show all results of this record" }).click();
    await expect(results.getByRole("listitem")).toHaveCount(8);
    await page.getByRole("button", { name: "One record, clear filter" }).click();
    await expect(page).not.toHaveURL(/recordId/);
    await expect(results.getByRole("listitem")).not.toHaveCount(8);
    await results.getByRole("button", { name: "Fetch" }).first().click();
    await page.getByRole("link", { name: "Show whole run" }).click();
    await expect(runs.step("Fetch")).toHaveAttribute("aria-current", "true");

    await open("/runs/steps?status=running");
    await expect(page.getByRole("heading", { name: "No matching results" })).toBeVisible();
    await page.getByRole("button", { name: "Show all step results" }).click();
    await expect(results.getByRole("listitem").first()).toBeVisible();
  },
);

test(
  "a key without permission to read records sees step outcomes, but no record content",
  { tag: "@full" },
  async ({ page, startOwnServer }) => {
    const viewer = "viewer-0123456789";
    const owner = "owner-0123456789";
    const { url } = await startOwnServer({ env: { API_KEYS: `${viewer}=FLOWS:READ,${owner}=*` } });
    const api = new ApiClient(url, owner);
    await createManyRecords(api, "customer", 1);
    const seen = { variableName: "seen", valueTemplate: "number {{_record.metadata.number}}" };
    const flow = await api.createFlow(
      buildFlow("Digest", [buildStep("look", { type: "set-variable", config: seen })]),
    );
    const run = await api.call("runOnRecordType", {
      params: { id: flow.id },
      body: { recordType: "customer" },
    });
    await page.goto(`${url}/sign-in`);
    await page.getByRole("textbox", { name: "API key" }).fill(viewer);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Flows" })).toBeVisible();
    await page.goto(`${url}/flows/${flow.id}/runs/${run.batchId}`);
    const runs = new RunsPageObject(page);
    await runs.records.getByRole("button").first().click();
    await expect(page.getByRole("link", { name: "Open record" })).toHaveCount(0);
    await runs.step("Look").click();
    await expect(page.getByRole("region", { name: "Result of Look" })).toContainText(
      "Your key can’t view records. It needs RECORDS:READ.",
    );
    await expect(page.getByText("customer 1")).toHaveCount(0);
    await expect(page.getByText("number 1")).toHaveCount(0);
  },
);

test("a run by a program appears at once in the runs of its flow and of all flows, and opens as its steps", async ({
  page,
  api,
}) => {
  const { id } = await api.createFlow(
    buildFlow("Asked by a program", [
      buildStep("read", { type: "set-variable", config: { variableName: "a", valueTemplate: "read it" } }),
    ]),
  );
  await page.goto(`/flows/${id}/runs`);
  await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
  await api.call("dispatch", { body: { flow: { id }, record: { name: "Order 7", type: "order" } } });
  await expect(page.getByRole("link", { name: "Order 7" })).toBeVisible();

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).press("Enter");
  const row = page
    .getByRole("list", { name: "Runs" })
    .getByRole("listitem")
    .filter({ hasText: "Asked by a program" });
  await expect(row).toContainText("Completed");
  await expect(row).toContainText("API");
  await api.call("dispatch", { body: { flow: { id }, inputs: { topic: "x" } } });
  await expect(row.filter({ hasText: "topic: x" })).toBeVisible();

  await page.getByRole("combobox", { name: "Outcome" }).selectOption("cancelled");
  await expect(page).toHaveURL(/\/runs\?outcome=cancelled$/);
  await page.getByRole("button", { name: "Show all runs" }).press("Enter");
  await expect(page.getByRole("combobox", { name: "Outcome" })).toBeFocused();

  await row.filter({ hasText: "Order 7" }).getByRole("link").press("Enter");
  await expect(page.getByRole("heading", { name: "Run on Order 7" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Results for Order 7" })).toContainText("Read");
  await page.goBack();
  await expect(row.filter({ hasText: "Order 7" }).getByRole("link")).toBeFocused();
});

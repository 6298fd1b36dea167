import type { Page } from "@playwright/test";
import { buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import type { RealApiStandIn } from "#e2e/harness/real-api/start.ts";
import { RunsPageObject } from "#e2e/harness/runs.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";
import {
  type CloudServer,
  expect,
  expectNoAccessibilityViolations,
  expectNoAccessibilityViolationsInBothThemes,
  test,
} from "#e2e/harness/test.ts";

// Tests running flows in cloud mode, with the documented endpoints only: no events, no list of a flow's
// batches, no complete outputs, and no way to stop a run at a step.

const ask = buildStep("ask", {
  type: "prompt",
  config: { model: "claude-sonnet-4-5", userPrompt: "Summarize {{topic}}", outputVariable: "summary" },
});
const note = buildStep("note", {
  type: "set-variable",
  config: { variableName: "note", valueTemplate: "Noted for {{_record.name}}" },
});
const failing = buildStep("fail", { type: "transform-data", config: { script: "return 1" } });

/** Requests that execute a flow. */
const EXECUTING = [
  "POST /v1/dispatch",
  "POST /v1/flows/:id/run-on-record-type",
  "POST /v1/batch/flow",
  "POST /v1/batch/cancel/:id",
];
const listExecutions = ({ requests }: RealApiStandIn) =>
  requests.filter(({ kind }) => EXECUTING.includes(kind)).map(({ kind }) => kind);

async function openFlow(page: Page, { url, realApi }: CloudServer, steps: readonly object[]) {
  const flow = realApi.state.addFlow("Digest", steps as never);
  await page.goto(`${url}/flows/${flow.id}`);
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  return { flow, editor: new EditorPageObject(page), runs: new RunsPageObject(page) };
}

async function startRunOn(page: Page, type: string): Promise<void> {
  const runs = new RunsPageObject(page);
  await page.getByRole("button", { name: "Run on records…", exact: true }).first().click();
  const field = runs.dialog.getByRole("combobox", { name: "Record type" });
  await field.fill(type);
  await runs.start();
}

test("Try it streams the response to a draft, runs once on a double click, and sends only the steps up to the chosen one", async ({
  page,
  startCloudServer,
}) => {
  const server = await startCloudServer({ switches: { stepMs: 100 } });
  const { realApi } = server;
  const { flow, editor } = await openFlow(page, server, [ask, note, failing]);
  const panel = new TestRunPanelPageObject(page);
  await editor.renameStep("Note", "Note it");
  await panel.open();
  await panel.input("topic").fill("spring");
  expect(listExecutions(realApi)).toEqual([]);

  await panel.run.dblclick();
  await editor.expectSaid(/^Run failed at “Fail”\. Fail failed/);
  await expect(editor.row("Ask")).toContainText("Reply to: Summarize spring");
  await expect(editor.row("Note it")).toContainText("Noted for");
  await expect(panel.outcome).toContainText("Failed at “Fail”");
  expect(listExecutions(realApi)).toEqual(["POST /v1/dispatch"]);
  const { body } = realApi.requests.findLast(({ kind }) => kind === "POST /v1/dispatch")!;
  expect(body).toMatchObject({
    flow: { name: "Digest", steps: [{ id: "ask" }, { id: "note", name: "Note it" }, { id: "fail" }] },
    options: { streamResponse: true, flowMode: "virtual", storeResults: false },
  });

  await editor.chooseFromMenu("Note it", "Run up to here");
  await editor.expectSaid(/^Run completed/);
  const upTo = realApi.requests.findLast(({ kind }) => kind === "POST /v1/dispatch")!.body;
  expect((upTo as { flow: { steps: object[] } }).flow.steps).toMatchObject([{ id: "ask" }, { id: "note" }]);
  await expect(editor.row("Fail")).toContainText("Skipped: the run ended before this step.");
  await expect(panel.outcome).toContainText("2 of 3 steps ran");
  await expectNoAccessibilityViolationsInBothThemes(page, "Try it in cloud mode");
  expect(listExecutions(realApi)).toHaveLength(2);
  expect(realApi.state.stepResults).toEqual([]);
  expect(realApi.state.flows.get(flow.id)?.steps[1]).toMatchObject({ name: "Note" });

  realApi.planAnswer({
    method: "POST",
    path: "/v1/dispatch",
    status: 200,
    contentType: "text/html",
    body: "<!doctype html><title>Maintenance</title>",
    times: 1,
  });
  await panel.run.click();
  await expect(panel.outcome).toContainText("The run’s outcome is unknown");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Digest" })).toBeVisible();
  expect(listExecutions(realApi)).toHaveLength(3);
});

test(
  "a flow runs on few and on many records, the run can be cancelled, and results come from documented endpoints",
  { tag: "@full" },
  async ({ page, startCloudServer }) => {
    test.slow();
    const server = await startCloudServer({ switches: { stepMs: 100 } });
    const { realApi } = server;
    const customers = ["Ada", "Bob", "Eve"].map((name) => realApi.state.addRecord("customer", name));
    for (let number = 1; number <= 30; number++) realApi.state.addRecord("order", `Order ${number}`);
    const { flow, editor, runs } = await openFlow(page, server, [ask, note]);
    await startRunOn(page, "customer");
    await expect(page.getByRole("heading", { level: 2, name: "Run on customer" })).toBeVisible();
    await expect(page.getByText(/^3 records: 3 completed/)).toBeVisible();
    await expect(runs.record("Bob")).toContainText("Completed");
    await expect(runs.record("Bob")).toContainText("Noted for Bob");
    await expect(page.getByText("records without a result are not listed")).toBeVisible();
    const reads: string[] = [];
    page.on("request", (request) => {
      if (/^\/local\/batches\/[^/]+\/records$/.test(new URL(request.url()).pathname))
        reads.push(request.url());
    });
    await page.reload();
    await runs.openRecord("Eve");
    await expect(runs.waterfall.getByRole("listitem")).toHaveCount(2);
    await runs.step("Note").click();
    const result = page.getByRole("region", { name: "Result of Note" });
    await expect(result).toContainText("The API returns only the beginning of outputs.");
    await expect(result.getByRole("group", { name: "Output preview" })).toContainText("Noted for Eve");
    await expectNoAccessibilityViolationsInBothThemes(page, "a run in cloud mode");
    expect(reads).toHaveLength(1);

    await page.getByRole("link", { name: "Steps", exact: true }).click();
    await expect(editor.row("Ask")).toContainText("Last run completed");
    realApi.setSwitches({ stepMs: 2000 });
    await startRunOn(page, "order");
    await expect(page.getByText("Running", { exact: true }).first()).toBeVisible();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("button", { name: "Cancel run" }).click();
    await expect(page.getByText("Cancelled", { exact: true })).toBeVisible();
    expect(listExecutions(realApi)).toEqual([
      "POST /v1/flows/:id/run-on-record-type",
      "POST /v1/flows/:id/run-on-record-type",
      "POST /v1/batch/cancel/:id",
    ]);

    realApi.setSwitches({ stepMs: 10 });
    await page.getByRole("button", { name: "Run on records…", exact: true }).first().click();
    await expect(runs.dialog.getByRole("combobox", { name: "Record type" })).not.toHaveValue("");
    await runs.dialog.getByRole("combobox", { name: "Record type" }).fill("customer");
    await runs.dialog.getByRole("combobox", { name: "Records", exact: true }).selectOption("Chosen records");
    await runs.dialog.getByRole("checkbox", { name: "Bob" }).check();
    await runs.dialog.getByRole("searchbox", { name: "Search records" }).fill("Eve");
    await expect(runs.dialog.getByRole("checkbox")).toHaveCount(1);
    await runs.dialog.getByRole("checkbox", { name: "Eve" }).check();
    await expect(runs.dialog).toContainText("Runs on 2 chosen records in the background.");
    await expectNoAccessibilityViolations(page, "the choice of records");
    await runs.start();
    await expect(page.getByText(/^2 records: 2 completed/)).toBeVisible();
    const { body: sent } = realApi.requests.findLast(({ kind }) => kind === "POST /v1/batch/flow")!;
    expect((sent as { recordIds: string[] }).recordIds).toEqual(customers.slice(1).map(({ id }) => id));

    const views = page.getByRole("navigation", { name: "Views of this flow" });
    await views.getByRole("link", { name: "Runs", exact: true }).click();
    await expect(runs.list.getByRole("listitem")).toHaveCount(3);
    await expect(page.getByText("Only recent runs: the API has no list")).toBeVisible();
    // The server keeps what was run, which the API does not return later.
    await page.reload();
    await expect(runs.list.getByRole("link", { name: "customer" })).toBeVisible();
    await page.getByRole("link", { name: "Step results" }).click();
    await expect(page.getByRole("list", { name: "Step results" })).toContainText("Noted for Order 2");

    await page.setViewportSize({ width: 360, height: 780 });
    await page.getByRole("navigation", { name: "Run views" }).getByRole("link", { name: "Runs" }).click();
    await expect(runs.list.getByRole("listitem")).toHaveCount(3);
    await expectNoAccessibilityViolations(page, "the runs of a flow on a narrow page");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.goto(`${server.url}/flows/${flow.id}`);
    await expect(editor.row("Ask")).toContainText("Last run");
  },
);

test(
  "Try it shows the reason if the API lacks its endpoint, and can be used after “Check again”",
  { tag: "@full" },
  async ({ page, problems, startCloudServer }) => {
    problems.allow(/status of 405/);
    const server = await startCloudServer();
    const { realApi } = server;
    realApi.planAnswer({ path: "/v1/dispatch", status: 405, body: '{"error":"Not found"}' });
    const { flow, editor } = await openFlow(page, server, [ask, note]);
    const panel = new TestRunPanelPageObject(page);
    await panel.open();
    await panel.run.click();
    await expect(
      page.getByRole("paragraph").filter({ hasText: "The connected API doesn’t offer this." }),
    ).toBeVisible();
    await expect(panel.run).toBeDisabled();
    await expect(panel.run).toHaveAccessibleDescription("The connected API doesn’t offer this.");

    realApi.resetSwitches();
    await page.goto(`${server.url}/flows/${flow.id}`);
    await panel.open();
    await page.getByRole("button", { name: "Check again" }).click();
    await panel.run.click();
    await editor.expectSaid(/^Run completed/);
  },
);

test(
  "failed records are run again as a batch, once on a double click",
  { tag: "@full" },
  async ({ page, startCloudServer }) => {
    const server = await startCloudServer();
    const { realApi } = server;
    const customers = ["Ada", "Bob"].map((name) => realApi.state.addRecord("customer", name));
    const { runs } = await openFlow(page, server, [ask, failing]);
    await startRunOn(page, "customer");
    await expect(page.getByText(/^2 records: 0 completed, 2 failed|^2 records: 2 failed/)).toBeVisible();
    await expect(runs.record("Ada")).toContainText("Fail failed");
    await page.getByRole("button", { name: "Retry…", exact: true }).click();
    await page.getByRole("button", { name: "Retry", exact: true }).dblclick();
    await expect(page.getByRole("heading", { level: 2, name: "Run on 2 selected records" })).toBeVisible();
    const { body } = realApi.requests.findLast(({ kind }) => kind === "POST /v1/batch/flow")!;
    const { recordIds } = body as { recordIds: readonly string[] };
    expect(recordIds.toSorted()).toEqual(customers.map(({ id }) => id).toSorted());
    expect(listExecutions(realApi).filter((kind) => kind === "POST /v1/batch/flow")).toHaveLength(1);
    await expect(page.getByText("Partly failed", { exact: true })).toBeVisible();
    await page.getByRole("combobox", { name: "Outcome" }).selectOption("Failed");
    await expect(runs.records.getByRole("listitem")).toHaveCount(2);
  },
);

test("schedules of the API are listed, created, run, paused and deleted", async ({
  page,
  startCloudServer,
}) => {
  const { url, realApi } = await startCloudServer();
  const flow = realApi.state.addFlow("Digest", [note] as never);
  await page.goto(`${url}/runs/schedules`);
  await page.getByRole("button", { name: "New schedule…" }).click();
  const dialog = page.getByRole("dialog", { name: "New schedule" });
  await dialog.getByRole("combobox", { name: "Flow" }).fill("Digest");
  await page.getByRole("option", { name: "Digest" }).click();
  await dialog.getByRole("button", { name: "Create schedule" }).click();
  const row = page.getByRole("list", { name: "Schedules" }).getByRole("listitem");
  await expect(row).toContainText("Every weekday at 09:00");
  await expect(row.getByRole("link", { name: "Digest" })).toBeVisible();
  await row.getByRole("button", { name: "Actions for Digest" }).click();
  await page.getByRole("menuitem", { name: "Run now" }).click();
  await expect(page.getByRole("button", { name: "Show run" })).toBeVisible();
  await expect(row).toContainText("Completed");
  await row.getByRole("switch", { name: "Active, Digest" }).click();
  await expect(row).toContainText("Paused");
  await expectNoAccessibilityViolationsInBothThemes(page, "the schedules of a connected API");
  expect([...realApi.state.schedules.values()]).toMatchObject([
    { enabled: false, fields: { flowId: flow.id, cron: "0 9 * * 1-5", triggerType: "recurring" } },
  ]);

  // The overview finds the schedules of its flow in those of the API, which has no filter by flow.
  await page.setViewportSize({ width: 1920, height: 1000 });
  await page.goto(`${url}/flows/${flow.id}`);
  const section = page.getByRole("region", { name: "Schedules" });
  await expect(section.getByRole("listitem")).toContainText("Paused");
  await expect(section.getByRole("listitem")).toContainText("Completed");
});

import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { JsonObject } from "#core/json/json.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { createUniqueRecordType } from "#e2e/harness/records.ts";
import { createManyRecords } from "#e2e/harness/runs.ts";
import { expect, test } from "#e2e/harness/test.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";

function bare(name: string, value: string): JsonObject {
  const { id: _, ...step } = buildStep(name, {
    type: "set-variable",
    config: { variableName: name, valueTemplate: value },
  });
  return step;
}

const flow = buildFlow("Nested", [
  buildConditional("route", [bare("queue", "queued"), bare("hide", "hidden")], [bare("approve", "fine")]),
]);

test("Try it runs nested steps without ids, and can run up to one of them", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, flow);
  await editor.untilAnalyzed();
  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  const [request] = await Promise.all([page.waitForRequest("**/v1/dispatch"), panel.run.click()]);
  expect(JSON.stringify(request.postDataJSON())).not.toContain("~");
  await expect(editor.row("Queue")).toContainText("queued");
  await expect(panel.resultButton("Hide")).toHaveAccessibleName(/: Completed/);
  await expect(panel.resultButton("Approve")).toHaveAccessibleName(/: Skipped/);

  await editor.chooseFromMenu("Queue", "Run up to here");
  await expect(panel.resultButton("Hide")).toHaveAccessibleName(/: Skipped/);
  await expect(panel.resultButton("Queue")).toHaveAccessibleName(/: Completed/);
});

test(
  "nested steps without ids show their last run and can filter step results",
  { tag: "@full" },
  async ({ page, api }) => {
    const recordType = createUniqueRecordType();
    await createManyRecords(api, recordType, 1);
    const { id } = await api.createFlow(flow);
    await api.call("runOnRecordType", { params: { id }, body: { recordType } });
    const editor = new EditorPageObject(page);
    await editor.open(id);
    await expect(editor.row("Queue").getByText("Last run completed")).toBeAttached();
    await expect(editor.row("Approve").getByText("Last run skipped")).toBeAttached();

    await page.goto(`/flows/${id}/runs/steps`);
    await page.getByRole("combobox", { name: "Step", exact: true }).selectOption({ label: "\u2003Hide" });
    const results = page.getByRole("list", { name: "Step results" });
    await expect(results.getByRole("listitem")).toHaveCount(1);
    await results.getByRole("button", { name: /^Hide/ }).click();
    await page.getByRole("button", { name: "Go to step" }).click();
    await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Hide");
  },
);

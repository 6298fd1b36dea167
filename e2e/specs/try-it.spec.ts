import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { createManyRecords } from "#e2e/harness/runs.ts";
import { delayRequestsUntilReleased } from "#e2e/harness/slow-down-page.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";

const greet = buildStep("greet", {
  type: "set-variable",
  config: { variableName: "greeting", valueTemplate: "Hello {{_record.name}}, about {{topic}}{{missing}}" },
});
const count = buildStep("count", {
  type: "transform-data",
  config: {
    script: "return { letters: greeting.length, by: { first: greeting[0] } }",
    outputVariable: "sum",
  },
});
const end = buildStep("end", {
  type: "set-variable",
  config: { variableName: "end", valueTemplate: "{{sum.letters}}" },
});
const breaking = buildStep("break", { type: "transform-data", config: { script: "return nobody.knows" } });

test("Try it runs unsaved changes on a record, shows the result of each step, and stores nothing", async ({
  page,
  api,
}) => {
  await createManyRecords(api, "customer", 11);
  // The newest record is the first row before and after the search, so that the search moves nothing under the pointer.
  await api.call("createRecord", {
    body: { type: "customer", name: "customer 12", metadata: { number: 12 } },
  });
  const { flow, editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Greetings", [greet, count, end]),
  );
  await editor.untilAnalyzed();
  const panel = new TestRunPanelPageObject(page);
  await editor.renameStep("Count", "Count letters");
  await page.keyboard.press("Control+Enter");
  await expect(panel.heading).toBeFocused();
  await panel.record.selectOption("stored");
  await panel.search.fill("customer 12");
  // The search arrives during the press.
  await page.getByRole("button", { name: "customer 12", exact: true }).hover();
  await page.mouse.down();
  await expect(page.getByRole("button", { name: "customer 11", exact: true })).toBeHidden();
  await page.mouse.up();
  await expect(page.getByRole("button", { name: "Change record customer 12" })).toBeFocused();
  await panel.input("topic").fill("spring");
  await page.keyboard.press("Control+Enter");
  await editor.expectSaid(/^Run completed in/);
  await expect(editor.row("Greet")).toContainText("Hello customer 12, about spring");
  await expect(editor.row("Count letters")).toContainText('{"letters":31,"by":{"first":"H"}}');
  await expect(panel.outcome).toContainText("3 of 3 steps ran");
  await expect(panel.outcome).toContainText("Output of “End”");
  await expect(panel.outcome.getByRole("tree", { name: "Final output", exact: true })).toContainText("31");
  await expectNoAccessibilityViolations(page, "a completed test run");

  await editor.row("Greet").getByRole("button", { name: "Result of Greet: Completed" }).click();
  await expect(panel.details("Greet")).toContainText("Empty variable: missing");
  await panel.resultButton("Count letters").click();
  await expect(page.getByRole("heading", { name: /^Completed/ })).toBeFocused();
  await expect(panel.details("Count letters").getByRole("tree", { name: "Output" })).toContainText("letters");

  expect((await api.getFlow(flow.id)).flowSteps[1]).toMatchObject({ name: "Count" });
  expect((await api.call("listLastStepRuns", { params: { id: flow.id } })).data).toEqual([]);
  await expect(editor.status).toHaveText("1 unsaved change");

  await editor.switchOf("End").click();
  await expect(panel.outcome).toContainText("Some results are outdated");
  await panel.run.click();
  await expect(editor.row("End")).toContainText("Skipped: the step is off.");
  await expect(panel.outcome).not.toContainText("outdated");

  await editor.save();
  await page.reload();
  await editor.untilAnalyzed();
  await panel.open();
  await expect(page.getByRole("button", { name: "Change record customer 12" })).toBeVisible();
  await expect(panel.input("topic")).toHaveValue("spring");
});

test("Try it asks for a record if the flow reads one, and offers a JSON template with the fields it reads", async ({
  page,
  api,
}) => {
  const hello = buildStep("hello", {
    type: "set-variable",
    config: {
      variableName: "hello",
      valueTemplate: "{{_record.name}}, {{_record.type}}, {{_record.metadata.city}}",
    },
  });
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Reads a record", [hello]));
  await editor.untilAnalyzed();
  await editor.problemsButton.click();
  await expect(page.getByText("Requires a record. No other inputs.")).toBeVisible();
  await editor.problemsButton.click();

  const panel = new TestRunPanelPageObject(page);
  await editor.chooseFromMenu("Hello", "Run up to here");
  await editor.expectSaid("This flow reads a record. Choose one, or run without.");
  await expect(panel.record).toBeFocused();
  await expect(panel.record).toHaveAccessibleDescription(/Read by “Hello”: name, type, metadata\.city/);
  await expect(panel.record).toHaveAccessibleDescription(/without one, these values are empty/);
  await expect(page.getByText("No other inputs.")).toBeVisible();
  await expectNoAccessibilityViolations(page, "a flow that asks for a record");

  await panel.record.selectOption({ label: "Custom JSON" });
  const json = page.getByRole("textbox", { name: "Record as JSON" });
  await expect(json).toHaveValue(/"metadata": \{\s+"city": ""/);
  await json.fill('{"name": "Ada", "type": "customer", "metadata": {"city": "London"}}');
  await panel.run.click();
  await expect(editor.row("Hello")).toContainText("Ada, customer, London");
});

test("a failed step stops the test run, shows its error at the row, and links to the step", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Broken", [breaking, count]));
  await editor.untilAnalyzed();
  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  await panel.run.click();
  await editor.expectSaid(/^Run failed at “Break”\. /);
  await expect(editor.row("Break")).toContainText("nobody");
  await expect(editor.row("Count")).toContainText("Skipped: an earlier step failed.");
  await expect(panel.outcome).toContainText("Failed at “Break”");
  await expect(panel.outcome).toContainText("nobody");
  await panel.outcome.getByRole("button", { name: "“Break”" }).click();
  await expect(page.getByRole("complementary", { name: "Inspector of Break" })).toBeVisible();
  await panel.outcome.getByRole("button", { name: "Clear" }).click();
  await expect(panel.outcome).toHaveCount(0);
  await expect(editor.row("Break")).not.toContainText("nobody is");
});

test("Ctrl+Enter opens Try it while the server's capabilities are still loading", async ({ page, api }) => {
  const release = await delayRequestsUntilReleased(page, /\/local\/capabilities/);
  await createFlowAndOpenEditor({ page, api }, buildFlow("Early", [greet]));
  await page.keyboard.press("Control+Enter");
  await expect(new TestRunPanelPageObject(page).heading).toBeFocused();
  release();
});

test("the header's buttons stay in place while data load", { tag: "@full" }, async ({ page, api }) => {
  const release = await delayRequestsUntilReleased(page, /\/local\/capabilities/);
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Early", [greet]));
  await editor.untilAnalyzed();
  const undo = page.getByRole("button", { name: "Undo" });
  const before = await undo.boundingBox();
  release();
  await expect(page.getByRole("button", { name: "Try it", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Run on records…", exact: true })).toBeVisible();
  expect((await undo.boundingBox())?.x).toBe(before?.x);
});

test(
  "the Try it panel opens and closes by keyboard, and its sticky bar hides no focused element",
  { tag: "@full" },
  async ({ page, api }) => {
    const keyboard = new KeyboardOnlyUser(page);
    await keyboard.forbidPointers();
    await page.setViewportSize({ width: 1280, height: 420 });
    const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Beside", [breaking, count]));
    await editor.untilAnalyzed();
    const panel = new TestRunPanelPageObject(page);
    await keyboard.tabTo(editor.row("Break"));
    await keyboard.press("Control+Enter");
    await expect(panel.heading).toBeFocused();
    await keyboard.press("Control+Enter");
    await editor.expectSaid(/^Run failed at “Break”/);
    // `tabTo` also checks that the sticky bar does not cover the focused element.
    await keyboard.tabTo(panel.outcome.getByRole("button", { name: "“Break”" }));
    await keyboard.tabBackTo(panel.outcome.getByRole("button", { name: "Clear" }));
    await keyboard.press("Escape");
    await expect(editor.row("Break")).toBeFocused();
    keyboard.expectGoodStops();
  },
);

test("“Run up to here” asks for missing inputs, then runs the flow up to that step", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Up to", [greet, count, end]));
  await editor.untilAnalyzed();
  const panel = new TestRunPanelPageObject(page);
  await editor.chooseFromMenu("Count", "Run up to here");
  await expect(panel.input("topic")).toBeFocused();
  await expect(panel.outcome).toHaveCount(0);
  await page.keyboard.type("rain");
  await page.keyboard.press("Control+Enter");
  await editor.expectSaid(/^Run completed/);
  await expect(editor.row("Count")).toContainText("letters");
  await expect(editor.row("End")).toContainText("Skipped: the run ended before this step.");
  await page.getByRole("button", { name: "Run all steps" }).click();
  await panel.run.click();
  await expect(editor.row("End")).not.toContainText("asked to end");
});

test("Try it reports invalid inputs at their field without running, and names a step the server cannot run", async ({
  page,
  api,
}) => {
  const odd = buildStep("odd", { type: "crawl" });
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Odd", [greet, odd]));
  await editor.untilAnalyzed();
  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  await panel.input("topic").fill("{ oops");
  await page.getByRole("button", { name: "JSON for topic" }).click();
  await panel.record.selectOption("typed");
  const json = page.getByRole("textbox", { name: "Record as JSON" });
  await json.fill("[1]");
  await panel.run.click();
  await editor.expectSaid(/^Couldn’t run\. /);
  await expect(panel.input("topic")).toHaveAccessibleDescription(/line 1, column 3/);
  await expect(json).toHaveAccessibleDescription(/Enter a JSON object/);
  await expect(panel.outcome).toHaveCount(0);
  await panel.input("topic").fill('{"a": 1}');
  await json.fill('{"a": 1}');
  await panel.run.click();
  await expect(json).toHaveAccessibleDescription(/Unknown field “a”/);
  await json.fill('{"name": "Ada", "metadata": {"a": 1}}');
  await panel.run.click();
  await editor.expectSaid(/^Run failed at “Odd”/);
  await expect(editor.row("Greet")).toContainText('about {"a":1}');
  await expect(editor.row("Odd")).toContainText(/crawl/i);
});

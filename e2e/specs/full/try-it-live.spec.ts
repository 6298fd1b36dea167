import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { type StreamingModelServer, startStreamingModelServer } from "#e2e/harness/model.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test as base } from "#e2e/harness/test.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";

const test = base.extend<{ readonly model: StreamingModelServer }>({
  model: async ({}, provide) => {
    const model = await startStreamingModelServer();
    await provide(model);
    model.close();
  },
});

const ask = buildStep("ask", { config: { model: "parrot", userPrompt: "Hello", outputVariable: "answer" } });
const reply = buildStep("tell", {
  type: "set-variable",
  config: { variableName: "told", valueTemplate: "So: {{answer}}" },
});
const wait = buildStep("wait", { type: "wait-until", config: { delayMs: 60_000 } });

test("Try it shows the model's text as it streams, and Stop ends the run on the server", async ({
  page,
  model,
  startOwnServer,
}) => {
  const server = await startOwnServer({ env: { MODEL_BASE_URL: model.url } });
  const { id } = await new ApiClient(server.url).createFlow(buildFlow("Chat", [ask, reply]));
  const editor = new EditorPageObject(page);
  await editor.openAnalyzed(`${server.url}/flows/${id}`);
  const panel = new TestRunPanelPageObject(page);
  await panel.open();
  await panel.run.click();
  await editor.expectSaid("Run started.");
  await expect(panel.stop).toBeFocused();
  await model.say("Good ");
  await expect(panel.speech).toHaveText("Good");
  await expect(panel.outcome).toContainText("Running “Ask”");
  await expect(page.getByRole("progressbar", { name: "Progress of the test run" })).toHaveAttribute(
    "aria-valuetext",
    "0 of 2 steps done",
  );
  await expect(panel.resultButton("Ask")).toHaveAccessibleName(/: Running/);
  await expect(panel.resultButton("Tell")).toHaveAccessibleName(/: Waiting/);
  await model.say("morning");
  await expect(panel.speech).toHaveText("Good morning");
  await expect(editor.row("Ask")).toContainText("Good morning");
  await expectNoAccessibilityViolations(page, "a test run in progress");
  await model.end();
  await editor.expectSaid(/^Run completed in/);
  await expect(editor.row("Tell")).toContainText("So: Good morning");
  await panel.resultButton("Ask").click();
  await expect(panel.details("Ask")).toContainText("16 tokens");

  await panel.run.click();
  await model.say("Once upon");
  // The panel and the inspector's last result both show the text.
  await expect(panel.speech).toHaveText(["Once upon", "Once upon"]);
  await panel.stop.click();
  await editor.expectSaid("Run stopped.");
  await model.untilLeft();
  await expect(panel.run).toBeFocused();
  await expect(panel.details("Ask")).toContainText("Stopped here.");
  await expect(panel.outcome).toContainText("Stopped at “Ask”");
  await editor.row("Tell").click({ position: { x: 200, y: 10 } });
  await expect(panel.details("Tell")).toContainText("The run ended before this step.");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("Try it covers the step list, shows and stops the run, and the rows show the results", async ({
    page,
    api,
  }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Phone", [reply, wait]));
    await editor.untilAnalyzed();
    const panel = new TestRunPanelPageObject(page);
    await page.getByRole("button", { name: "Try it", exact: true }).tap();
    const sheet = page.getByRole("dialog", { name: "Try it" });
    await panel.run.tap();
    await expect(panel.step("Wait")).toHaveAccessibleName(/, running$/);
    await expect(panel.stop).toBeInViewport();
    await expectNoAccessibilityViolations(page, "a test run in a sheet");
    await panel.stop.tap();
    await expect(panel.step("Wait")).toHaveAccessibleName(/, cancelled$/);
    await sheet.getByRole("button", { name: "Close", exact: true }).tap();
    await expect(sheet).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Try it", exact: true })).toBeFocused();
    await expect(editor.row("Tell")).toContainText("So:");
    await editor
      .row("Tell")
      .getByRole("button", { name: /^Result of Tell/ })
      .tap();
    await expect(panel.details("Tell")).toBeVisible();
  });
});

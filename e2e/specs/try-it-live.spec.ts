import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { type Model, startModel } from "#e2e/harness/model.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test as base } from "#e2e/harness/test.ts";
import { TryPanel } from "#e2e/harness/try-panel.ts";

const test = base.extend<{ readonly model: Model }>({
  model: async ({}, provide) => {
    const model = await startModel();
    await provide(model);
    model.close();
  },
});

const ask = buildStep("ask", { config: { model: "parrot", userPrompt: "Hello", outputVariable: "answer" } });
const tell = buildStep("tell", {
  type: "set-variable",
  config: { variableName: "told", valueTemplate: "So: {{answer}}" },
});
const wait = buildStep("wait", { type: "wait-until", config: { delayMs: 60_000 } });

test("what a model says is read as it says it, and Stop ends the run on the server", async ({
  page,
  model,
  startOwnServer,
}) => {
  const server = await startOwnServer({ env: { MODEL_BASE_URL: model.url } });
  const { id } = await new Api(server.url).createFlow(buildFlow("Chat", [ask, tell]));
  const editor = new Editor(page);
  await editor.openAnalysed(`${server.url}/flows/${id}`);
  const panel = new TryPanel(page);
  await panel.open();
  await panel.run.click();
  await editor.expectSaid("Run started.");
  await expect(panel.stop).toBeFocused();
  await model.say("Good ");
  await expect(panel.speech).toHaveText("Good");
  await expect(panel.step("Ask")).toHaveAccessibleName(/, running$/);
  await expect(panel.step("Tell")).toHaveAccessibleName(/, waiting$/);
  await model.say("morning");
  await expect(panel.speech).toHaveText("Good morning");
  await expect(editor.row("Ask")).toContainText("Good morning");
  await expectAccessible(page, "a trial under way");
  await model.end();
  await editor.expectSaid(/^Run completed in/);
  await expect(editor.row("Tell")).toContainText("So: Good morning");
  await panel.step("Ask").click();
  await expect(panel.details("Ask")).toContainText("16 tokens");

  await panel.run.click();
  await model.say("Once upon");
  await expect(panel.speech).toHaveText("Once upon");
  await panel.stop.click();
  await editor.expectSaid("Run stopped.");
  await model.untilLeft();
  await expect(panel.run).toBeFocused();
  await expect(panel.details("Ask")).toContainText("It was stopped here.");
  await expect(panel.step("Tell")).toHaveAccessibleName(/, waiting$/);
});

test("a stream that breaks off is a clear end, and the same press runs it again", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/ERR_|dispatch/);
  const { editor } = await openFlow({ page, api }, buildFlow("Cut", [tell, wait]));
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await panel.open();
  await api.addFaults({ path: "/v1/dispatch", cut: "mid", times: 1 });
  await panel.run.click();
  await expect(panel.outcome).toContainText("The connection broke off");
  await expect(panel.run).toBeVisible();
  // Of a connection that it had before, a browser tries a cut request once more by itself.
  await api.addFaults({ path: "/v1/dispatch", cut: "before" });
  await panel.run.click();
  await expect(panel.outcome).toContainText("The server cannot be reached");
  await api.clearFaults();
  await panel.run.click();
  await expect(panel.step("Wait")).toHaveAccessibleName(/, running$/);
  // Who leaves the editor ends the run, without a word about it.
  await page.getByRole("link", { name: "Back to the list" }).click();
  await expect(page.getByRole("searchbox", { name: "Search flows" })).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("it is a sheet, in which the run is followed and stopped, and the rows say what came of it", async ({
    page,
    api,
  }) => {
    const { editor } = await openFlow({ page, api }, buildFlow("Phone", [tell, wait]));
    await editor.untilUnderstood();
    const panel = new TryPanel(page);
    await page.getByRole("button", { name: "Try it", exact: true }).tap();
    const sheet = page.getByRole("dialog", { name: "Try it" });
    await panel.run.tap();
    await expect(panel.step("Wait")).toHaveAccessibleName(/, running$/);
    await expect(panel.stop).toBeInViewport();
    await expectAccessible(page, "a trial in a sheet");
    await panel.stop.tap();
    await expect(panel.step("Wait")).toHaveAccessibleName(/, cancelled$/);
    await sheet.getByRole("button", { name: "Close", exact: true }).tap();
    await expect(sheet).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Try it", exact: true })).toBeFocused();
    await expect(editor.row("Tell")).toContainText("So:");
    await editor
      .row("Tell")
      .getByRole("button", { name: /^What Tell did/ })
      .tap();
    await expect(panel.details("Tell")).toBeVisible();
  });
});

test("a key that may not run drafts is told so before anything is sent", async ({
  page,
  startOwnServer,
  problems,
}) => {
  problems.allow(/401/);
  const keys = "reader=FLOWS:*+RECORDS:READ";
  const server = await startOwnServer({ env: { API_KEYS: `${keys},all=*` } });
  const { id } = await new Api(server.url, "all").createFlow(buildFlow("Guarded", [tell]));
  await page.goto(`${server.url}/flows/${id}`);
  await page.getByRole("textbox", { name: "API key" }).fill("reader");
  await page.getByRole("button", { name: "Sign in" }).click();
  const panel = new TryPanel(page);
  await panel.open();
  await expect(panel.run).toHaveAccessibleDescription(/DISPATCH:EXECUTE/);
  await page.keyboard.press("Control+Enter");
  await new Editor(page).expectSaid(/^This key may not run drafts\./);
  await expect(panel.outcome).toHaveCount(0);
});

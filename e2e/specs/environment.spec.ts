import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { RunsPageObject, createManyRecords } from "#e2e/harness/runs.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";
import { TestRunPanelPageObject } from "#e2e/harness/test-run-panel.ts";

const http = { method: "GET", url: "https://a.example/?key={{secret:TOKEN}}" };
const prompt = { model: "m", userPrompt: "Say something." };
const mail = { from: "a@a.example", to: "b@a.example", subject: "Hello", html: "Hello" };
const flow = buildFlow("Outside", [
  buildStep("ask", { config: prompt }),
  buildStep("again", { config: prompt }),
  buildStep("page", { type: "fetch-url", config: { http } }),
  buildStep("send", { type: "send-email", config: mail }),
  buildStep("read", { type: "crawl", config: { url: "https://a.example" } }),
]);
const MESSAGES = [
  "No AI model is connected. Set FLOWLINE_MODEL_BASE_URL on the server to run “Ask” and 1 more step.",
  "Secret “TOKEN” is not set. Set FLOWLINE_SECRET_TOKEN on the server to run “Page”.",
  "No mail server is connected. Set FLOWLINE_SMTP_URL on the server to run “Send”.",
  "This server can’t run “Read”: “crawl” steps need the Runtype platform.",
];
const MESSAGES_AT_STEPS = [
  "No AI model is connected. Set FLOWLINE_MODEL_BASE_URL on the server. Affects 2 steps.",
  "Secret “TOKEN” is not set. Set FLOWLINE_SECRET_TOKEN on the server.",
  "No mail server is connected. Set FLOWLINE_SMTP_URL on the server.",
  "Needs the Runtype platform. Connect the server to it, or switch this step off.",
];

test("the step picker shows the types that need the platform when asked to, and finds them last", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Fetch").focus();
  await page.keyboard.press("/");
  const dialog = page.getByRole("dialog", { name: "Add step" });
  const expander = dialog.getByRole("option", { name: /^Needs the Runtype platform \(\d+\) / });
  const unavailable = dialog.getByRole("option", { name: /^Crawl website/ });
  await expect(expander).toHaveAccessibleName(/ collapsed$/);
  await expect(unavailable).toHaveCount(0);

  // From the first option, Arrow Up goes to the last.
  await page.keyboard.press("ArrowUp");
  await expect(expander).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await editor.expectSaid(/^\d+ step types shown\.$/);
  await expect(expander).toHaveAccessibleName(/ expanded$/);
  await expect(expander).toBeInViewport({ ratio: 1 });
  await expect(unavailable).toBeInViewport();
  await page.keyboard.press("Enter");
  await editor.expectSaid(/^\d+ step types hidden\.$/);
  await expect(unavailable).toHaveCount(0);

  await page.keyboard.type("send");
  const found = dialog.getByRole("group", { name: "Found" }).getByRole("option");
  await expect(found.last()).toHaveText(/Needs the Runtype platform/);
  await expect(found.first()).not.toHaveText(/Needs the Runtype platform/);
});

test("missing server settings are listed in the problems panel, in Try it, before a run and before a publish", async ({
  page,
  startOwnServer,
}) => {
  const { url } = await startOwnServer();
  const api = new ApiClient(url);
  await createManyRecords(api, "customer", 1);
  const { id } = await api.createFlow(flow);
  const editor = new EditorPageObject(page);
  await editor.open(`${url}/flows/${id}`);
  await expect(editor.problemsButton).toHaveText(/^4 problems/);
  const noModel = "No AI model is connected. Set FLOWLINE_MODEL_BASE_URL on the server.";
  for (const name of ["Ask", "Again"])
    await expect(editor.row(name)).toHaveAccessibleDescription(`1 problem: ${noModel}`);
  await editor.row("Again").click();
  await expect(page.locator("[data-inspector]").getByText(noModel)).toBeVisible();
  await page.getByRole("button", { name: "Close inspector" }).click();
  await editor.row("Again").getByRole("switch").click();
  await expect(editor.row("Again")).not.toHaveAccessibleDescription(/problem/);
  await editor.row("Again").getByRole("switch").click();
  await expect(editor.row("Again")).toHaveAccessibleDescription(/problem/);

  await editor.problemsButton.click();
  const list = page.getByRole("list", { name: /environment problems?$/ });
  await expect(list.getByRole("listitem")).toHaveCount(4);
  await expect(list.getByRole("listitem")).toContainText(MESSAGES_AT_STEPS);
  await expect(page.getByRole("list", { name: /warnings?$/ })).toHaveCount(0);
  await expectNoAccessibilityViolationsInBothThemes(page, "the problems panel with missing settings");
  await list.getByRole("button", { name: "Go to Page" }).click();
  await expect(page.getByRole("textbox", { name: "URL", exact: true })).toBeFocused();
  await page.getByRole("button", { name: "Close problems" }).click();

  await new TestRunPanelPageObject(page).open();
  const obstacles = page.getByRole("region", { name: "Open problems" });
  for (const message of MESSAGES) await expect(obstacles).toContainText(message);
  await expect(obstacles.getByRole("link", { name: "Open environment" })).toBeVisible();
  await new TestRunPanelPageObject(page).close();

  const runs = new RunsPageObject(page);
  await runs.ask("customer");
  for (const message of MESSAGES) await expect(runs.dialog).toContainText(message);
  await expect(runs.dialog.getByRole("link", { name: "Open environment" })).toBeVisible();
  await runs.dialog.getByRole("checkbox", { name: /^Send / }).check();
  await expect(runs.dialog.getByRole("button", { name: "Run", exact: true })).toBeEnabled();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const publish = page.getByRole("dialog", { name: /^Publish “/ });
  await expect(publish.getByRole("button", { name: "Publish", exact: true })).toBeEnabled();
  for (const message of MESSAGES) await expect(publish).toContainText(message);
});

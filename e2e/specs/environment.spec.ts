import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
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

test("a missing secret and an unavailable step are listed in the problems panel, in Try it and before a publish", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, flow);
  await expect(editor.problemsButton).toHaveText(/^2 problems/);
  await editor.problemsButton.click();
  const list = page.getByRole("list", { name: /environment problems?$/ });
  await expect(list.getByRole("listitem")).toContainText([
    "Secret “TOKEN” is not set. Set FLOWLINE_SECRET_TOKEN on the server.",
    "Needs the Runtype platform. Connect the server to it, or switch this step off.",
  ]);
  await list.getByRole("button", { name: "Go to Page" }).click();
  await expect(page.getByRole("textbox", { name: "URL", exact: true })).toBeFocused();
  await page.getByRole("button", { name: "Close problems" }).click();

  await new TestRunPanelPageObject(page).open();
  const obstacles = page.getByRole("region", { name: "Open problems" });
  await expect(obstacles).toContainText("Set FLOWLINE_SECRET_TOKEN on the server to run “Page”.");
  await expect(obstacles).toContainText("This server can’t run “Read”");
  await expect(obstacles.getByRole("link", { name: "Open environment" })).toBeVisible();

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: /^Publish/ });
  await expect(dialog.getByRole("region", { name: "Open problems" })).toContainText(
    "This server can’t run “Read”",
  );
  await expect(dialog.getByRole("button", { name: "Publish", exact: true })).toBeEnabled();
});

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
  await expectNoAccessibilityViolationsInBothThemes(page, "the step picker with all step types");
  await page.keyboard.press("Enter");
  await editor.expectSaid(/^\d+ step types hidden\.$/);
  await expect(unavailable).toHaveCount(0);

  await page.keyboard.type("send");
  const found = dialog.getByRole("group", { name: "Found" }).getByRole("option");
  await expect(found.last()).toHaveText(/Needs the Runtype platform/);
  await expect(found.first()).not.toHaveText(/Needs the Runtype platform/);
});

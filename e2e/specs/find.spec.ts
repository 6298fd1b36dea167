import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

const bar = (page: Page) => page.getByRole("search", { name: "Find in flow" });
const field = (page: Page) => page.getByRole("searchbox", { name: "Find" });
const count = (page: Page) => page.locator("[data-find-count]");
const matches = (page: Page) => page.getByRole("list", { name: "Matches" });

const pageFlow = () =>
  buildFlow("Pages", [
    buildStep("fetch", { name: "Fetch page", type: "fetch-url", config: { outputVariable: "page" } }),
    buildConditional("route", [buildStep("hide", { config: { userPrompt: "Hide {{page}} from pages." } })]),
    buildStep("notify", { type: "send-email", when: "page.size > 1", config: {} }),
  ]);

async function lookFor(page: Page, query: string): Promise<void> {
  await page.keyboard.press("Control+f");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(query);
  await expect(count(page)).toHaveText(/of|No matches/);
}

test("the find bar steps through matches in names, variables, conditions and configs by keyboard", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, pageFlow());
  await editor.row("Notify").focus();
  await page.keyboard.press("Control+f");
  await expect(field(page)).toBeFocused();
  await expect(bar(page).getByRole("button", { name: "Next match" })).toHaveCount(0);
  await lookFor(page, "page");
  await expect(count(page)).toHaveText("1 of 5");
  await expect(matches(page).getByRole("listitem")).toHaveText([
    /Fetch pageName\s*Fetch page/,
    /Fetch pageoutputVariable\s*page/,
    /HideuserPrompt\s*Hide {{page}} from pages\./,
    /HideuserPrompt\s*Hide {{page}} from pages\./,
    /NotifyRun if\s*page\.size > 1/,
  ]);
  await page.keyboard.press("Enter");
  await editor.expectSaid("2 of 5: “Fetch page”, outputVariable. page");
  await page.keyboard.press("F3");
  await expect(editor.row("Hide")).toHaveAttribute("data-found", "true");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.press("Shift+F3");
  await page.keyboard.press("Shift+F3");
  await editor.expectSaid("5 of 5: “Notify”, Run if. page.size > 1");
  await expect(field(page)).toBeFocused();

  await page.keyboard.press("Escape");
  await expect(bar(page)).toHaveCount(0);
  await expect(editor.row("Notify")).toBeFocused();
  await expect(page.locator("[data-found]")).toHaveCount(0);
  await page.keyboard.press("Control+f");
  await expect(field(page)).toHaveValue("page");
});

test("the find bar unfolds a conditional with a match inside, and opens the match in the inspector", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, pageFlow());
  await page.getByRole("button", { name: "Collapse Route" }).click();
  await expect(editor.row("Hide")).toHaveCount(0);
  await lookFor(page, "from pages");
  await expect(editor.row("Hide")).toBeVisible();
  await page.keyboard.press("Tab");
  await matches(page).getByRole("button").click();
  await expect(page.getByRole("complementary", { name: "Inspector of Hide" })).toBeVisible();
});

test("the find bar replaces the chosen matches as one edit", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, pageFlow());
  await lookFor(page, "page");
  await bar(page).getByRole("button", { name: "Replace", exact: true }).click();
  await page.getByRole("textbox", { name: "Replace with" }).fill("body");
  await page.getByRole("checkbox", { name: "Replace match 1" }).uncheck();
  await page.getByRole("checkbox", { name: "Replace match 4" }).uncheck();
  await page.getByRole("button", { name: "Replace 3 selected" }).click();
  await editor.expectSaid("Replaced 3 matches in 3 steps. Undo to restore.");
  await expect(editor.status).toHaveText("1 unsaved change");
  const { flowSteps } = await editor.save();
  expect(flowSteps).toMatchObject([
    { name: "Fetch page", config: { outputVariable: "body" } },
    { config: { trueSteps: [{ config: { userPrompt: "Hide {{body}} from pages." } }] } },
    { when: "body.size > 1" },
  ]);
  await page.getByRole("button", { name: /^Undo replace/ }).click();
  await expect(count(page)).toHaveText(/of 5$/);
});

test("the find bar scrolls to a far match among 1,000 steps", { tag: "@full" }, async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildLongFlow("Long", 1000));
  await lookFor(page, "Step 987");
  await expect(count(page)).toHaveText("1 of 1");
  await expect(editor.row("Step 987")).toBeInViewport();
  expect(await editor.list.getByRole("listitem").count()).toBeLessThan(80);
});

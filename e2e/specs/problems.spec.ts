import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import {
  expect,
  expectNoAccessibilityViolations,
  expectNoAccessibilityViolationsInBothThemes,
  test,
} from "#e2e/harness/test.ts";

const prompt = (id: string, userPrompt: string, more: Readonly<Record<string, string>> = {}) =>
  buildStep(id, { config: { model: "gpt-5", userPrompt, ...more } });

/**
 * Builds a flow with three problems: Summarise reads {{page}} before Fetch page sets it, Reply reads a disabled step,
 * Notify has a typo. Nothing reads `answer`.
 */
const digest = () =>
  buildFlow("Digest", [
    prompt("summarise", "Summarise {{page}} for {{audience}}.", { outputVariable: "summary" }),
    buildStep("fetch", {
      type: "fetch-url",
      name: "Fetch page",
      config: { http: { method: "GET", url: "https://a.example" }, outputVariable: "page" },
    }),
    buildStep("facts", {
      type: "set-variable",
      enabled: false,
      config: { variableName: "facts", value: "1" },
    }),
    buildConditional("route", [
      prompt("reply", "Reply with {{summary}} and {{facts}}.", { outputVariable: "answer" }),
    ]),
    prompt("notify", "Tell {{sumary}} and {{page}}."),
  ]);

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const panel = (page: Page) => page.getByRole("complementary", { name: "Problems" });
const inspector = (page: Page, name: string) =>
  page.getByRole("complementary", { name: `Inspector of ${name}` });
const promptField = (page: Page, name: string) =>
  inspector(page, name).getByRole("textbox", { name: "Prompt", exact: true });

async function openProblems(page: Page): Promise<void> {
  await button(page, "3 problems").click();
  await expect(panel(page)).toBeVisible();
}

const expectSelected = (page: Page, text: string) =>
  expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe(text);

test("rows describe the problems of their step, and a folded conditional those of its nested steps", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, digest());
  await expect(editor.row("Summarise")).toHaveAccessibleName("1 Summarise, Prompt");
  await expect(editor.row("Summarise")).toHaveAccessibleDescription(
    "1 problem: “Summarise” needs “page”, but “Fetch page” sets it later (step 2).",
  );
  await expect(editor.row("Notify")).toHaveAccessibleDescription(/Did you mean “summary”\?/);
  await expect(editor.row("Fetch page")).toHaveAccessibleDescription("");
  await expect(editor.row("Route")).toHaveAccessibleDescription("");
  await editor.fold("Route");
  await expect(editor.row("Route")).toHaveAccessibleDescription(
    "1 problem: Inside: “Reply” reads “facts” from “Facts”, which is off.",
  );
});

test("the problems panel groups problems, and links to the faulty text, also from the JSON tab", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, digest());
  await openProblems(page);
  await expect(panel(page).getByRole("heading", { level: 2 })).toBeFocused();
  await expect(
    panel(page)
      .getByRole("list", { name: /errors?$/ })
      .getByRole("listitem"),
  ).toHaveCount(2);
  await expect(
    panel(page)
      .getByRole("list", { name: /warnings?$/ })
      .getByRole("listitem"),
  ).toHaveCount(1);
  await button(page, "Go to Notify").click();
  await expect(promptField(page, "Notify")).toBeFocused();
  await expectSelected(page, "sumary");

  await editor.fold("Route");
  await page.getByRole("link", { name: "JSON" }).click();
  await expect(page.getByRole("textbox", { name: "Flow (JSON)" })).toBeVisible();
  await button(page, "Go to Reply").click();
  await expect(promptField(page, "Reply")).toBeFocused();
  await expectSelected(page, "facts");
  await expect(editor.row("Reply")).toBeVisible();
  await expect(panel(page).getByRole("listitem").filter({ hasText: "Reply" })).toHaveAttribute(
    "aria-current",
    "true",
  );

  await panel(page).getByRole("button", { name: "Close problems" }).click();
  await expect(panel(page)).toHaveCount(0);
  await expect(button(page, "3 problems")).toBeFocused();
});

test("a quick fix is one edit, announces the remaining problems, and moves the focus to the next one", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, digest());
  await openProblems(page);
  await button(page, "Move “Fetch page” above “Summarise”").click();
  await editor.expectSaid("Move “Fetch page” above “Summarise”: done. 2 problems left.");
  await editor.expectSteps(["Fetch page", "Summarise", "Facts", "Route", "Notify"]);
  await expect(button(page, "Go to Reply")).toBeFocused();
  await button(page, "Switch on “Facts”").click();
  await expect(editor.switchOf("Facts")).toBeChecked();
  await button(page, "Change to “summary”").first().click();
  await editor.expectSaid("Change to “summary”: done. No problems left.");
  await expect(panel(page)).toContainText("No problems.");
  await expect(button(page, "No problems")).toBeVisible();
  await expect(editor.status).toHaveText("3 unsaved changes");
  await page.keyboard.press("Control+z");
  await expect(button(page, "1 problem")).toBeVisible();
  await expect(editor.status).toHaveText("2 unsaved changes");
});

test("a field shows its problem with a quick fix, and updates both as the text changes", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, digest());
  await editor.row("Summarise").click();
  const field = promptField(page, "Summarise");
  await expect(field).toHaveAccessibleDescription(/^Needs “page”, but “Fetch page” sets it later/);
  await inspector(page, "Summarise")
    .getByRole("button", { name: "Move “Fetch page” above “Summarise”" })
    .click();
  await expect(field).toBeFocused();
  await expect(field).not.toHaveAccessibleDescription(/Reads “page”/i);
  await editor.expectSteps(["Fetch page", "Summarise", "Facts", "Route", "Notify"]);

  await page.keyboard.press("Control+End");
  await page.keyboard.type(" {{fact");
  await expect(field).toHaveAccessibleDescription(/Unclosed “{{”/);
  await page.keyboard.type("s}}");
  await expect(field).not.toHaveAccessibleDescription(/Unclosed/);
  await expect(field).toHaveAccessibleDescription(/Needs “facts”/);
});

test("the inspector links a step to the steps that it reads or that read it, and the list draws the links", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, digest());
  await editor.row("Summarise").click();
  const reads = inspector(page, "Summarise").getByRole("list", { name: "Reads" });
  await expect(reads.getByRole("listitem")).toHaveText([
    /Fetch page\s*page\s*not set/,
    /run input: no step sets it\s*audience/,
  ]);
  const readBy = inspector(page, "Summarise").getByRole("list", { name: "Read by" });
  await expect(readBy.getByRole("listitem")).toHaveText([/Reply\s*summary/]);
  await expect(page.locator("[data-threads=unset]")).toHaveCount(1);
  await expect(page.locator("[data-threads=surely]")).toHaveCount(1);

  await readBy.getByRole("button", { name: /^Reply/ }).click();
  await expect(inspector(page, "Reply").getByRole("heading", { name: "Reply" })).toBeFocused();
  await editor.pickUpByKeyboard("Notify");
  await expect(page.locator("[data-threads]")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-threads]")).not.toHaveCount(0);
});

test(
  "on a narrow screen the problems panel covers the list, and its links open the step's inspector",
  { tag: "@full" },
  async ({ page, api }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await createFlowAndOpenEditor({ page, api }, digest());
    await button(page, "3 problems").click();
    const sheet = page.getByRole("dialog", { name: "Problems" });
    await expect(sheet).toBeVisible();
    await expectNoAccessibilityViolations(page, "the problems sheet");
    await sheet.getByRole("button", { name: "Go to Reply" }).click();
    await expect(sheet).toHaveCount(0);
    const field = page
      .getByRole("dialog", { name: "Step" })
      .getByRole("textbox", { name: "Prompt", exact: true });
    await expect(field).toBeFocused();
    await page.keyboard.press("F8");
    await expect(
      page.getByRole("dialog", { name: "Step" }).getByRole("heading", { name: "Notify" }),
    ).toBeVisible();
    await expect(field).toBeFocused();
  },
);

test(
  "the problems panel, row marks and field messages have no axe violations in either theme",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, digest());
    await openProblems(page);
    await editor.row("Summarise").click();
    await expect(promptField(page, "Summarise")).toBeVisible();
    await expect(button(page, "Change to “summary”")).toHaveCount(2);
    await button(page, /hints?$/).click();
    await expectNoAccessibilityViolationsInBothThemes(page, "the problems panel");
  },
);

test("Show beside a problem in Try it and in the Publish dialog focuses the field with the problem", async ({
  page,
  api,
}) => {
  const set = (id: string, valueTemplate: string) =>
    buildStep(id, { type: "set-variable", config: { variableName: id, valueTemplate } });
  const wrongWayRound = buildFlow("Wrong way round", [set("early", "{{late}}"), set("late", "1")]);
  const { editor } = await createFlowAndOpenEditor({ page, api }, wrongWayRound);
  await editor.untilAnalyzed();
  const value = page.getByRole("textbox", { name: "Value", exact: true });
  await page.keyboard.press("Control+Enter");
  await page.getByRole("complementary", { name: "Try it" }).getByRole("button", { name: "Show" }).click();
  await expect(value).toBeFocused();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Show" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(value).toBeFocused();
});

import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, test } from "#e2e/harness/test.ts";

const NEXT = "Alt+PageDown";
const PREVIOUS = "Alt+PageUp";

const inspector = (page: Page, name: string) =>
  page.getByRole("complementary", { name: `Inspector of ${name}`, exact: true });
const advanced = (page: Page) => page.getByRole("button", { name: /^Advanced/ });
const scroller = (page: Page) => page.locator("aside [data-inspector]");
const scrollTop = (page: Page) => scroller(page).evaluate((element) => Math.round(element.scrollTop));

/** Builds three prompts, a conditional with one step in then, and a mail. */
const groupedFlow = () =>
  buildFlow("Groups", [
    buildStep("first", { config: { model: "gpt-4o", userPrompt: "One", outputVariable: "one" } }),
    buildStep("second", {
      when: "one.size > 1",
      config: { model: "gpt-4o", userPrompt: "Two", topP: 0.5, outputVariable: "two" },
    }),
    buildStep("third", { config: { model: "gpt-4o", userPrompt: "Three", outputVariable: "three" } }),
    buildConditional("route", [buildStep("inside")], []),
    buildStep("mail", { type: "send-email", config: { from: "a@b.example", to: "c@d.example" } }),
  ]);

test("a form shows its fields in groups, and Advanced is collapsed unless a field has a value", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, groupedFlow());
  await editor.row("First").focus();
  await page.keyboard.press("Enter");
  const form = inspector(page, "First");
  await expect(form.getByRole("group", { name: /^(Prompt|Model|Output|Advanced)$/ })).toHaveCount(4);
  await expect(form.getByRole("heading", { level: 3 })).toHaveText([
    /^Prompt$/,
    /^Model$/,
    /^Output$/,
    /Read by/,
    /^Uses in all flows$/,
  ]);
  await expect(advanced(page)).toHaveAttribute("aria-expanded", "false");
  await expect(form.getByRole("group", { name: "Run if" })).toHaveCount(0);

  await page.keyboard.press(NEXT);
  await expect(advanced(page)).toHaveAttribute("aria-expanded", "true");
  await expect(advanced(page)).toHaveAccessibleName("Advanced · 2 set");
  await editor.showExpression();
  const when = inspector(page, "Second").getByRole("textbox", { name: "Run if" });
  await expect(when).toHaveText("one.size > 1");
  // Expects that the group stays open while the user clears the only values that were set in the group.
  await inspector(page, "Second").getByRole("textbox", { name: "Top P" }).fill("");
  await when.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await expect(advanced(page)).toHaveAccessibleName("Advanced");
  await expect(when).toBeFocused();
});

test("keys and buttons open the previous and next step, focus the same field there, and keep pending input", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, groupedFlow());
  await editor.row("First").focus();
  await page.keyboard.press("Enter");
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" and a half");
  await page.keyboard.press(NEXT);
  await expect(inspector(page, "Second")).toBeVisible();
  await expect(prompt).toBeFocused();
  await expect(prompt).toHaveText("Two");
  await editor.expectSaid("“Second”, step 2 of 6.");
  await expect(editor.status).toHaveText("1 unsaved change");
  await page.keyboard.press(PREVIOUS);
  await expect(prompt).toHaveText("One and a half");

  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Begin");
  await page.keyboard.press(NEXT);
  await expect(name).toHaveValue("Second");
  await expect(name).toBeFocused();
  expect(await editor.save()).toMatchObject({
    flowSteps: [{ name: "Begin", config: { userPrompt: "One and a half" } }, {}, {}, {}, {}],
  });

  // Opens a step without the focused field (Route has no prompt), so the focus must move to the step's heading.
  await prompt.focus();
  for (const _ of ["Third", "Route"]) await page.keyboard.press(NEXT);
  await expect(page.getByRole("heading", { level: 2, name: "Route" })).toBeFocused();

  const previous = page.getByRole("button", { name: "Previous step" });
  const next = page.getByRole("button", { name: "Next step" });
  // Moves the focus by keyboard: for two frames, the page restores a focus that it has set unless a key moves
  // it.
  for (const control of [inspector(page, "Route").getByRole("switch"), previous, next]) {
    await page.keyboard.press("Tab");
    await expect(control).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await expect(inspector(page, "Inside")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(inspector(page, "Mail")).toBeVisible();
  await expect(next).toBeFocused();
  await expect(next).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press(NEXT);
  await editor.expectSaid("This is the last step.");
  await expect(inspector(page, "Mail")).toBeVisible();
});

test(
  "the inspector's header stays visible while the form scrolls, and the form of each step keeps its scroll position",
  { tag: "@full" },
  async ({ page, api }) => {
    await page.setViewportSize({ width: 1280, height: 520 });
    const { editor } = await createFlowAndOpenEditor({ page, api }, groupedFlow());
    await editor.untilAnalyzed();
    await editor.row("First").focus();
    await page.keyboard.press("Enter");
    await advanced(page).focus();
    await page.keyboard.press("Enter");
    // Waits for the code editors of the form, which could move the fields below them.
    await expect(scroller(page).locator("[aria-busy=true]")).toHaveCount(0);
    const seed = page
      .getByRole("spinbutton", { name: "Seed" })
      .or(page.getByRole("textbox", { name: "Seed" }));
    await seed.focus();
    await expect.poll(() => scrollTop(page)).toBeGreaterThan(200);
    const before = await scrollTop(page);
    await expect(page.getByRole("heading", { level: 2, name: "First" })).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollTop)).toBe(0);

    await page.getByRole("button", { name: "Next step" }).focus();
    await page.keyboard.press("Enter");
    await expect(inspector(page, "Second")).toBeVisible();
    await expect.poll(() => scrollTop(page)).toBe(0);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("complementary", { name: /^Inspector of/ })).toHaveCount(0);
    await expect(editor.row("Second")).toBeFocused();
    await page.keyboard.press("ArrowUp");
    await expect(editor.row("First")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(seed).toBeVisible();
    await expect.poll(() => scrollTop(page)).toBe(before);
  },
);

test(
  "going to a match or a rejected field expands the group of fields that the user has collapsed",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 400/);
    const { editor, flow } = await createFlowAndOpenEditor({ page, api }, groupedFlow());
    await editor.row("Second").focus();
    await page.keyboard.press("Enter");
    await advanced(page).focus();
    await page.keyboard.press("Enter");
    await expect(advanced(page)).toHaveAttribute("aria-expanded", "false");
    const when = inspector(page, "Second").getByRole("group", { name: "Run if" });

    await page.keyboard.press("Control+f");
    await expect(page.getByRole("searchbox", { name: "Find" })).toBeFocused();
    await page.keyboard.type("one.size");
    await expect(page.locator("[data-find-count]")).toHaveText("1 of 1");
    await page.getByRole("list", { name: "Matches" }).getByRole("button").focus();
    await page.keyboard.press("Enter");
    await expect(when.getByRole("combobox", { name: "Condition 1: field" })).toBeFocused();

    await page.route(`**/v1/flows/${flow.id}`, (route) =>
      route.request().method() === "PUT"
        ? route.fulfill({
            status: 400,
            json: {
              error: "Validation failed",
              code: "VALIDATION_ERROR",
              details: [{ path: "flowSteps.2.config.topK", message: "Top K is not allowed." }],
            },
          })
        : route.continue(),
    );
    await editor.row("First").focus();
    await page.keyboard.press("Space");
    await expect(editor.switchOf("First")).not.toBeChecked();
    await page.keyboard.press("Control+s");
    await page.getByRole("button", { name: "Show step" }).focus();
    await page.keyboard.press("Enter");
    await expect(inspector(page, "Third").getByRole("textbox", { name: "Top K" })).toBeFocused();
    await expect(
      inspector(page, "Third")
        .getByText(/Top K is not allowed\./)
        .first(),
    ).toBeVisible();
  },
);

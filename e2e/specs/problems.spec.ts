import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { replaceText } from "#e2e/harness/page-text.ts";
import { expect, expectAccessible, expectAccessibleInBothThemes, test } from "#e2e/harness/test.ts";

const prompt = (id: string, userPrompt: string, more: Readonly<Record<string, string>> = {}) =>
  buildStep(id, { config: { model: "gpt-5", userPrompt, ...more } });

/** Three problems: Summarise reads too early, Reply reads what is off, Notify misspells. Nothing reads the answer. */
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
const promptOf = (page: Page, name: string) =>
  inspector(page, name).getByRole("textbox", { name: "Prompt", exact: true });

async function openProblems(page: Page): Promise<void> {
  await button(page, "3 problems").click();
  await expect(panel(page)).toBeVisible();
}

const selected = (page: Page) => page.evaluate(() => getSelection()?.toString());

test("rows say how many problems their step has, and a folded conditional what is wrong inside", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, digest());
  await expect(editor.row("Summarise")).toHaveAccessibleName("1 Summarise, Prompt");
  await expect(editor.row("Summarise")).toHaveAccessibleDescription(
    "1 problem: Summarise reads “page”, which Fetch page sets later, at step 2.",
  );
  await expect(editor.row("Notify")).toHaveAccessibleDescription(/Did you mean “summary”\?/);
  await expect(editor.row("Fetch page")).toHaveAccessibleDescription("");
  await expect(editor.row("Route")).toHaveAccessibleDescription("");
  await editor.fold("Route");
  await expect(editor.row("Route")).toHaveAccessibleDescription(
    "1 problem: Inside: Reply reads “facts”, but Facts, which sets it, is off.",
  );
});

test("the panel groups what is told, leads to the very text, and from the JSON tab too", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, digest());
  await openProblems(page);
  await expect(panel(page).getByRole("heading", { level: 2 })).toBeFocused();
  await expect(panel(page).getByRole("list", { name: "Errors" }).getByRole("listitem")).toHaveCount(2);
  await expect(panel(page).getByRole("list", { name: "Warnings" }).getByRole("listitem")).toHaveCount(1);
  await button(page, "Go to Notify").click();
  await expect(promptOf(page, "Notify")).toBeFocused();
  expect(await selected(page)).toBe("sumary");

  await editor.fold("Route");
  await page.getByRole("link", { name: "JSON" }).click();
  await expect(page.getByRole("textbox", { name: "Flow (JSON)" })).toBeVisible();
  await button(page, "Go to Reply").click();
  await expect(promptOf(page, "Reply")).toBeFocused();
  expect(await selected(page)).toBe("facts");
  await expect(editor.row("Reply")).toBeVisible();
  await expect(panel(page).getByRole("listitem").filter({ hasText: "Reply" })).toHaveAttribute(
    "aria-current",
    "true",
  );

  await panel(page).getByRole("button", { name: "Close problems" }).click();
  await expect(panel(page)).toHaveCount(0);
  await expect(button(page, "3 problems")).toBeFocused();
});

test("a repair is one press and one undo, says what is left, and the focus goes on to the next problem", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, digest());
  await openProblems(page);
  await button(page, "Move Fetch page above Summarise").click();
  await editor.expectSaid("Move Fetch page above Summarise: done. 2 problems are left.");
  await editor.expectSteps(["Fetch page", "Summarise", "Facts", "Route", "Notify"]);
  await expect(button(page, "Go to Reply")).toBeFocused();
  await button(page, "Switch on Facts").click();
  await expect(editor.switchOf("Facts")).toBeChecked();
  await button(page, "Change to “summary”").first().click();
  await editor.expectSaid("Change to “summary”: done. No problems are left.");
  await expect(panel(page)).toContainText("No problems: every step finds what it reads.");
  await expect(button(page, "No problems")).toBeVisible();
  await expect(editor.status).toHaveText("3 unsaved changes");
  await page.keyboard.press("Control+z");
  await expect(button(page, "1 problem")).toBeVisible();
  await expect(editor.status).toHaveText("2 unsaved changes");
});

test("F8 goes through the problems in the order of the page, and back", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, digest());
  await expect(button(page, "3 problems")).toBeVisible();
  await page.keyboard.press("F8");
  await expect(promptOf(page, "Summarise")).toBeFocused();
  await editor.expectSaid("Problem 1 of 3: Summarise reads “page”, which Fetch page sets later, at step 2.");
  await page.keyboard.press("F8");
  await expect(promptOf(page, "Reply")).toBeFocused();
  await page.keyboard.press("F8");
  await expect(promptOf(page, "Notify")).toBeFocused();
  await page.keyboard.press("F8");
  await expect(promptOf(page, "Summarise")).toBeFocused();
  await page.keyboard.press("Shift+F8");
  await expect(promptOf(page, "Notify")).toBeFocused();
});

test("the inputs of the flow are listed with who reads them, and what was probably meant", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, digest());
  await openProblems(page);
  const inputs = panel(page).getByRole("list", { name: "Inputs" }).getByRole("listitem");
  await expect(inputs).toHaveCount(2);
  await expect(inputs.nth(0)).toContainText(/audience\s*read by\s*Summarise/);
  await inputs.nth(0).getByRole("button", { name: "Summarise" }).click();
  await expect(promptOf(page, "Summarise")).toBeFocused();
  expect(await selected(page)).toBe("audience");
  await expect(inputs.nth(1)).toContainText("Did you mean summary?");
  await inputs.nth(1).getByRole("button", { name: "Change to “summary”" }).click();
  await expect(inputs).toHaveCount(1);
  const { flowSteps } = await editor.save();
  expect(flowSteps).toMatchObject([
    {},
    {},
    {},
    {},
    { config: { userPrompt: "Tell {{summary}} and {{page}}." } },
  ]);
});

test("the inspector tells a problem at its field, mends it there, and says it no more once it is mended by hand", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, digest());
  await editor.row("Summarise").click();
  const field = promptOf(page, "Summarise");
  await expect(field).toHaveAccessibleDescription(/Summarise reads “page”, which Fetch page sets later/);
  await inspector(page, "Summarise").getByRole("button", { name: "Move Summarise below Fetch page" }).click();
  await expect(field).toBeFocused();
  await expect(field).not.toHaveAccessibleDescription(/reads “page”/);
  await editor.expectSteps(["Fetch page", "Summarise", "Facts", "Route", "Notify"]);

  await page.keyboard.press("Control+End");
  await page.keyboard.type(" {{fact");
  await expect(field).toHaveAccessibleDescription(/is never closed/);
  await page.keyboard.type("s}}");
  await expect(field).not.toHaveAccessibleDescription(/never closed/);
  await expect(field).toHaveAccessibleDescription(/Summarise reads “facts”/);
});

test("what a step reads and who reads it are links, and threads beside the list", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, digest());
  await editor.row("Summarise").click();
  const reads = inspector(page, "Summarise").getByRole("list", { name: "Reads" });
  await expect(reads.getByRole("listitem")).toHaveText([
    /Fetch page\s*page\s*not set/,
    /from the run\s*audience/,
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

test("a step that was just added is not told off before it was left, or a save was tried", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, buildFlow("New", [prompt("ask", "Hello")]));
  await expect(button(page, "No problems")).toBeVisible();
  const add = async (name: string) => {
    await page.keyboard.press("/");
    await expect(page.getByRole("dialog", { name: "Add step" }).getByRole("combobox")).toBeFocused();
    await page.keyboard.type("Fetch URL");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
    await page.keyboard.type(name);
    // What it reads is known, and so is what it lacks.
    await replaceText(page, inspector(page, name).getByRole("textbox", { name: "When" }), "town > 1");
    await expect(inspector(page, name).getByRole("list", { name: "Reads" })).toContainText("town");
    await expect(button(page, "No problems")).toBeVisible();
    await expect(editor.row(name)).toHaveAccessibleDescription("");
  };
  await editor.row("Ask").focus();
  await add("Load");
  await editor.row("Ask").click();
  await expect(editor.row("Load")).toHaveAccessibleDescription(/^\d problems?: /);
  await editor.row("Load").focus();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await editor.expectSteps(["Ask"]);

  await add("Call");
  await page.keyboard.press("Control+s");
  await expect(editor.status).toHaveText("Saved");
  await expect(inspector(page, "Call")).toBeVisible();
  await expect(editor.row("Call")).toHaveAccessibleDescription(/^\d problems?: /);
});

test("on a narrow page the problems are a sheet that leads to the step's own", async ({ page, api }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openFlow({ page, api }, digest());
  await button(page, "3 problems").click();
  const sheet = page.getByRole("dialog", { name: "Problems" });
  await expect(sheet).toBeVisible();
  await expectAccessible(page, "the sheet of problems");
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
});

test("a thousand problems are shown a portion at a time", async ({ page, api }) => {
  const many = Array.from({ length: 1000 }, (_, index) => prompt(`ask-${index}`, "{{last}}"));
  await openFlow({ page, api }, buildFlow("Many", [...many, prompt("end", "", { outputVariable: "last" })]));
  await button(page, "1,001 problems").click();
  const errors = panel(page).getByRole("list", { name: "Errors" }).getByRole("listitem");
  await expect(errors).toHaveCount(50);
  const more = button(page, "Show 50 of 951 more");
  await more.scrollIntoViewIfNeeded();
  // What is found for those in view, one after the other, makes room for itself.
  await expect(button(page, "Move Ask-49 below End")).toBeAttached();
  await more.click();
  await expect(errors).toHaveCount(100);
});

test("the panel, the marks and the notes at fields are accessible in both themes", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, digest());
  await openProblems(page);
  await editor.row("Summarise").click();
  await expect(promptOf(page, "Summarise")).toBeVisible();
  await expect(button(page, "Change to “summary”")).toHaveCount(2);
  await button(page, /^Notes/).click();
  await expectAccessibleInBothThemes(page, "the panel of problems");
});

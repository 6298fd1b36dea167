import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { Api } from "#e2e/harness/api.ts";
import { Keyboard } from "#e2e/harness/keyboard.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Deleting, cutting, switching off and pasting steps that others read from: what they would miss is said first.

const digest = () =>
  buildFlow("Digest", [
    buildStep("fetch", {
      type: "fetch-url",
      name: "Fetch page",
      config: { http: { method: "GET", url: "https://a.example" }, outputVariable: "page" },
    }),
    buildStep("clean", {
      type: "transform-data",
      name: "Clean",
      config: { script: "return page.trim()", outputVariable: "text" },
    }),
    buildStep("sum", {
      name: "Summarise",
      config: { userPrompt: "Sum up {{text}} of {{page.url}}", outputVariable: "summary" },
    }),
    buildConditional(
      "route",
      [buildStep("tag", { name: "Tag", when: "text !== ''", config: { userPrompt: "Tag" } })],
      [],
    ),
    buildStep("send", { type: "send-email", name: "Send", config: { body: "Hello" } }),
  ]);

async function open({ page, api }: { readonly page: Page; readonly api: Api }) {
  const opened = await openFlow({ page, api }, digest());
  await opened.editor.untilUnderstood();
  const dialog = page.getByRole("dialog");
  const choice = (name: string) => dialog.getByRole("combobox", { name, exact: true });
  return { ...opened, dialog, choice };
}

test("deleting a step that nobody reads from is one key, and no dialog", async ({ page, api }) => {
  const { editor, dialog } = await open({ page, api });
  await editor.row("Send").focus();
  await page.keyboard.press("Delete");
  await editor.expectSteps(["Fetch page", "Clean", "Summarise", "Route"]);
  await expect(dialog).toHaveCount(0);
});

test("deleting one that others read from says who misses what, mends it, and is one edit", async ({
  page,
  api,
}) => {
  const { flow, editor, dialog, choice } = await open({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("Delete");
  await expect(dialog).toHaveAccessibleName("Delete Clean?");
  await expect(dialog).toHaveAccessibleDescription("2 steps read what it sets, and will find nothing there.");
  // What the step was made from is the likeliest.
  const options = choice("Summarise reads “text” in Prompt").getByRole("option");
  await expect(options).toHaveText([
    "Keep it, as a problem",
    "Take it out of the text",
    "Read “page”, set by Fetch page",
  ]);
  await expect(choice("Tag reads “text” in When").getByRole("option")).toHaveText([
    "Keep it, as a problem",
    "Read “page”, set by Fetch page",
    "Read “summary”, set by Summarise",
  ]);
  await expect(choice("Tag reads “text” in When")).toHaveAccessibleDescription(
    "It is part of code, so it cannot be taken out.",
  );
  await choice("Summarise reads “text” in Prompt").selectOption("Take it out of the text");
  await choice("Tag reads “text” in When").selectOption("Read “page”, set by Fetch page");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toHaveCount(0);
  await editor.expectSaid("Deleted Clean, and mended 2 steps. Undo brings it back.");
  await expect(editor.row("Summarise")).toBeFocused();
  await editor.expectSteps(["Fetch page", "Summarise", "Route", "Send"]);
  await expect(editor.status).toHaveText("1 unsaved change");

  const body = await editor.save();
  expect(body).toMatchObject({
    flowSteps: [
      { name: "Fetch page" },
      { name: "Summarise", config: { userPrompt: "Sum up  of {{page.url}}" } },
      { name: "Route", config: { trueSteps: [{ name: "Tag", when: "page !== ''" }] } },
      { name: "Send" },
    ],
  });
  await page.getByRole("button", { name: /^Undo/ }).click();
  await editor.expectSaid("Undid delete Clean.");
  await expect(editor.row("Clean")).toBeFocused();
  expect((await editor.save())["flowSteps"]).toEqual(flow.flowSteps);
});

test("Cancel and Escape change nothing and lead back", async ({ page, api }) => {
  const { editor, dialog } = await open({ page, api });
  await editor.row("Fetch page").focus();
  await page.keyboard.press("Delete");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(editor.row("Fetch page")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor.row("Fetch page")).toBeFocused();
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSteps(["Fetch page", "Clean", "Summarise", "Route", "Send"]);
});

test("one choice for all of them, by keyboard only", async ({ page, api }) => {
  const { editor, dialog, choice } = await open({ page, api });
  const keyboard = new Keyboard(page);
  await editor.row("Clean").focus();
  await keyboard.press("Delete");
  // Enter is the delete as it always was: what is kept becomes a problem.
  await expect(dialog.getByRole("button", { name: "Delete" })).toBeFocused();
  await keyboard.tabBackTo(choice("All 2 references"));
  await keyboard.type("Read “page”");
  await expect(choice("Tag reads “text” in When")).toHaveValue("read page");
  await keyboard.tabTo(choice("Tag reads “text” in When"));
  await keyboard.type("Keep");
  await expect(choice("All 2 references")).toHaveValue("mixed");
  await keyboard.tabTo(dialog.getByRole("button", { name: "Delete" }));
  await keyboard.press("Enter");
  keyboard.expectGoodStops();
  await editor.expectSaid("Deleted Clean, and mended 1 step. Undo brings it back.");
  expect(await editor.save()).toMatchObject({
    flowSteps: [
      {},
      { config: { userPrompt: "Sum up {{page}} of {{page.url}}" } },
      { config: { trueSteps: [{ when: "text !== ''" }] } },
      {},
    ],
  });
});

test("steps that go together with all who read from them break nothing; from the bar of a selection", async ({
  page,
  api,
}) => {
  const { editor, dialog } = await open({ page, api });
  await editor.row("Clean").click();
  await editor.row("Route").click({ modifiers: ["Shift"] });
  const remove = page
    .getByRole("complementary", { name: "Selection" })
    .getByRole("button", { name: "Delete" });
  await remove.click();
  await editor.expectSteps(["Fetch page", "Send"]);
  await page.getByRole("button", { name: /^Undo/ }).click();

  await page.keyboard.press("Escape");
  await editor.row("Fetch page").click();
  await editor.row("Clean").click({ modifiers: ["Shift"] });
  await remove.click();
  await expect(dialog).toHaveAccessibleName("Delete 2 steps?");
  await dialog.getByRole("combobox", { name: "All 3 references" }).selectOption("Keep it, as a problem");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await editor.expectSteps(["Summarise", "Route", "Send"]);
});

test("cutting asks as well, from the menu, and the copy is on the clipboard either way", async ({
  page,
  api,
}) => {
  const { editor, dialog } = await open({ page, api });
  await editor.chooseFromMenu("Clean", "Cut");
  await expect(dialog).toHaveAccessibleName("Cut Clean?");
  await expect(dialog).toHaveAccessibleDescription(/It is on the clipboard already\.$/);
  await dialog.getByRole("button", { name: "Cut" }).click();
  await editor.expectSaid("Cut Clean. Undo brings it back.");
  await editor.row("Route").focus();
  await page.keyboard.press("ControlOrMeta+v");
  await editor.expectSteps(["Fetch page", "Summarise", "Route", "Clean", "Send"]);
});

test("switching off never asks: it says who misses what, takes it back, and mends it as one edit", async ({
  page,
  api,
}) => {
  const { flow, editor, dialog, choice } = await open({ page, api });
  const note = page.getByRole("region", { name: "What this change breaks" });
  await editor.row("Clean").focus();
  await page.keyboard.press("Space");
  await expect(editor.switchOf("Clean")).not.toBeChecked();
  await editor.expectSaid("Clean is off. Summarise misses “text”, and Tag misses “text”.");
  await expect(note).toContainText("Summarise misses “text”, and Tag misses “text”.");
  await expect(dialog).toHaveCount(0);
  await note.getByRole("button", { name: "Undo" }).click();
  await expect(editor.switchOf("Clean")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");

  await editor.switchOf("Clean").click();
  await note.getByRole("button", { name: "Mend…" }).click();
  await expect(dialog).toHaveAccessibleName("Mend what misses Clean");
  await expect(dialog.getByRole("button", { name: "Mend" })).toHaveAttribute("aria-disabled", "true");
  await choice("All 2 references").selectOption("Read “page”, set by Fetch page");
  await dialog.getByRole("button", { name: "Mend" }).click();
  await editor.expectSaid("Mended 2 steps.");
  await expect(editor.status).toHaveText("1 unsaved change");
  expect(await editor.save()).toMatchObject({
    flowSteps: [
      {},
      { enabled: false },
      { config: { userPrompt: "Sum up {{page}} of {{page.url}}" } },
      { config: { trueSteps: [{ when: "page !== ''" }] } },
      {},
    ],
  });
  await page.getByRole("button", { name: /^Undo/ }).click();
  await editor.expectSaid("Undid switch off Clean.");
  expect((await editor.save())["flowSteps"]).toEqual(flow.flowSteps);
});

test("a step that nobody misses is switched off without a word", async ({ page, api }) => {
  const { editor } = await open({ page, api });
  await editor.switchOf("Send").click();
  await editor.expectSaid("Send is off.");
  await editor.switchOf("Clean").click();
  const note = page.getByRole("region", { name: "What this change breaks" });
  await expect(note).toContainText("Summarise misses “text”");
  // What was said holds no more.
  await editor.switchOf("Clean").click();
  await expect(note).toHaveCount(0);
});

test("pasted steps that find nothing where they are pasted are named, and shown", async ({ page, api }) => {
  const { editor } = await open({ page, api });
  await editor.row("Summarise").focus();
  await page.keyboard.press("ControlOrMeta+c");
  await editor.row("Fetch page").focus();
  await page.keyboard.press("ControlOrMeta+v");
  const note = page.getByRole("status", { name: "Notifications" });
  await expect(note).toContainText("1 reference finds nothing here: “text”.");
  await editor.row("Send").focus();
  await note.getByRole("button", { name: "Show" }).click();
  await expect(page.getByRole("complementary", { name: "Inspector of Summarise" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Output variable" })).toHaveValue("summary_2");
});

for (const theme of ["Light", "Dark"] as const) {
  test(`axe finds nothing on the dialog in the ${theme.toLowerCase()} theme`, async ({ page, api }) => {
    const { editor, dialog } = await open({ page, api });
    await page.getByRole("radio", { name: theme }).check();
    await editor.row("Clean").focus();
    await page.keyboard.press("Delete");
    await expect(dialog).toBeVisible();
    await expectAccessible(page, "what others would miss");
  });
}

import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "#e2e/harness/api.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

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

async function open({ page, api }: { readonly page: Page; readonly api: ApiClient }) {
  const opened = await createFlowAndOpenEditor({ page, api }, digest());
  await opened.editor.untilAnalyzed();
  const dialog = page.getByRole("dialog");
  const choice = (name: string) => dialog.getByRole("combobox", { name, exact: true });
  return { ...opened, dialog, choice };
}

test("deleting a step that other steps read lists the broken references, and fixes them in one edit", async ({
  page,
  api,
}) => {
  const { flow, editor, dialog, choice } = await open({ page, api });
  await editor.row("Clean").focus();
  await page.keyboard.press("Delete");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor.row("Clean")).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(dialog).toHaveAccessibleName("Delete “Clean”?");
  await expect(dialog).toHaveAccessibleDescription("2 steps use its output.");
  // The first suggestion is the variable that the deleted step itself reads.
  const options = choice("“Summarise” reads “text” in Prompt").getByRole("option");
  await expect(options).toHaveText([
    "Leave as is",
    "Remove the reference",
    "Use “page”, set by “Fetch page”",
  ]);
  await expect(choice("“Tag” reads “text” in Run if").getByRole("option")).toHaveText([
    "Leave as is",
    "Use “page”, set by “Fetch page”",
    "Use “summary”, set by “Summarise”",
  ]);
  await expect(choice("“Tag” reads “text” in Run if")).toHaveAccessibleDescription(
    "Edit the code to remove this reference.",
  );
  await expectNoAccessibilityViolationsInBothThemes(page, "the delete dialog with broken references");
  await choice("“Summarise” reads “text” in Prompt").selectOption("Remove the reference");
  await choice("“Tag” reads “text” in Run if").selectOption("Use “page”, set by “Fetch page”");
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(dialog).toHaveCount(0);
  await editor.expectSaid("Deleted “Clean” and fixed 2 steps. Undo to restore.");
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
  await editor.expectSaid("Undid delete “Clean”.");
  await expect(editor.row("Clean")).toBeFocused();
  expect((await editor.save())["flowSteps"]).toEqual(flow.flowSteps);
});

test("disabling a step that other steps read lists the broken references, and offers undo and a quick fix", async ({
  page,
  api,
}) => {
  const { flow, editor, dialog, choice } = await open({ page, api });
  const note = page.getByRole("region", { name: "Broken references" });
  await editor.row("Clean").focus();
  await page.keyboard.press("Space");
  await expect(editor.switchOf("Clean")).not.toBeChecked();
  await editor.expectSaid("“Clean” is off. 2 steps use “text”, which is no longer set.");
  await expect(note).toContainText("2 steps use “text”, which is no longer set.");
  await expect(dialog).toHaveCount(0);
  await note.getByRole("button", { name: "Undo" }).click();
  await expect(editor.switchOf("Clean")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");

  await editor.switchOf("Clean").click();
  await note.getByRole("button", { name: "Fix…" }).click();
  await expect(dialog).toHaveAccessibleName("Fix references to “Clean”");
  await expect(dialog.getByRole("button", { name: "Switch “Clean” on again" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(editor.switchOf("Clean")).toBeChecked();
  await expect(editor.row("Clean")).toBeFocused();
  await expect(note).toHaveCount(0);

  await page.keyboard.press("Space");
  await note.getByRole("button", { name: "Fix…" }).click();
  await expect(dialog.getByRole("button", { name: "Apply" })).toHaveAttribute("aria-disabled", "true");
  await choice("For both").selectOption("Use “page”, set by “Fetch page”");
  await dialog.getByRole("button", { name: "Apply" }).click();
  await editor.expectSaid("Fixed 2 steps.");
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
  await editor.expectSaid("Undid switch off “Clean”.");
  expect((await editor.save())["flowSteps"]).toEqual(flow.flowSteps);
});

test("after disabling a step whose references can’t be edited, one button switches the step on again", async ({
  page,
  api,
}) => {
  const script = (id: string, code: string, outputVariable: string) =>
    buildStep(id, { type: "transform-data", config: { script: code, outputVariable } });
  const steps = [script("orders", "return [1]", "list"), script("total", "return list.length", "sum")];
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Orders", steps));
  await editor.untilAnalyzed();
  await editor.switchOf("Orders").click();
  const note = page.getByRole("region", { name: "Broken references" });
  await expect(note.getByRole("button", { name: "Fix…" })).toHaveCount(0);
  await note.getByRole("button", { name: "Switch “Orders” on again" }).click();
  await expect(editor.switchOf("Orders")).toBeChecked();
  await expect(editor.row("Orders")).toBeFocused();
  await expect(note).toHaveCount(0);
});

test(
  "pasting a step whose references are missing shows a notification with a link to the step",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await open({ page, api });
    await editor.row("Summarise").focus();
    await page.keyboard.press("ControlOrMeta+c");
    await editor.row("Fetch page").focus();
    await page.keyboard.press("ControlOrMeta+v");
    const note = page.getByRole("status", { name: "Notifications" });
    await expect(note).toContainText("1 unset reference: “text”.");
    await editor.row("Send").focus();
    await note.getByRole("button", { name: "Show" }).click();
    await expect(page.getByRole("complementary", { name: "Inspector of Summarise" })).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Save result as" })).toHaveValue("summary_2");
  },
);

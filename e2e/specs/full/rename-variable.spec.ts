import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
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
    buildStep("run", {
      type: "transform-data",
      name: "Clean",
      config: { script: "const body = 1;\nreturn input.page + body", outputVariable: "text" },
    }),
    buildStep("sum", {
      name: "Summarise",
      when: "page !== ''",
      config: { userPrompt: "Sum up {{page.title}}\nfor {{reader}}", outputVariable: "summary" },
    }),
    buildStep("triage", { name: "Triage", config: { userPrompt: "Sort {{text}}" } }),
    buildStep("send", { type: "send-email", name: "Send", config: { html: "Is {{Triage.urgency}} high?" } }),
  ]);

async function open({ page, api }: { readonly page: Page; readonly api: ApiClient }) {
  const opened = await createFlowAndOpenEditor({ page, api }, digest());
  await opened.editor.untilAnalyzed();
  const dialog = page.getByRole("dialog");
  return {
    ...opened,
    dialog,
    newName: dialog.getByRole("textbox", { name: "New name" }),
    places: dialog.getByRole("group", { name: "Occurrences" }).getByRole("listitem"),
    rename: dialog.getByRole("button", { name: "Rename" }),
    inspect: async (name: string) => {
      await opened.editor.row(name).click();
      return page.getByRole("complementary", { name: `Inspector of ${name}` });
    },
  };
}

test("F2 on a variable in a prompt previews all its references and renames them as one edit", async ({
  page,
  api,
}) => {
  const { flow, editor, dialog, newName, places, inspect } = await open({ page, api });
  const inspector = await inspect("Summarise");
  const prompt = inspector.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.focus();
  await page.keyboard.press("ControlOrMeta+Home");
  for (const _ of "Sum up {{p") await page.keyboard.press("ArrowRight");
  await page.keyboard.press("F2");
  await expect(dialog).toHaveAccessibleName("Rename variable");
  await expect(newName).toBeFocused();
  await expect(newName).toHaveValue("page");
  await page.keyboard.type("article");
  await expect(dialog.getByText("4 occurrences in 3 steps")).toBeVisible();
  await expect(places).toHaveText([
    "Fetch pageSave result as · set herepage → article",
    "CleanScriptreturn input.page → article + body",
    "SummariseRun ifpage → article !== ''",
    "SummarisePromptSum up {{page → article.title}}",
  ]);
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await editor.expectSaid("Renamed “page” to “article” in 4 places.");
  await expect(prompt).toBeFocused();
  await expect(prompt).toContainText("{{article.title}}");
  await expect(editor.status).toHaveText("1 unsaved change");
  expect(await editor.save()).toMatchObject({
    flowSteps: [
      { config: { outputVariable: "article" } },
      { config: { script: "const body = 1;\nreturn input.article + body" } },
      { when: "article !== ''", config: { userPrompt: "Sum up {{article.title}}\nfor {{reader}}" } },
      {},
      {},
    ],
  });
  await page.getByRole("button", { name: /^Undo/ }).click();
  await editor.expectSaid("Undid rename variable “page” to “article”.");
  expect((await editor.save())["flowSteps"]).toEqual(flow.flowSteps);
});

test("renaming a step that others reference by name offers to rename the references, as one edit", async ({
  page,
  api,
}) => {
  const { flow, editor, dialog, places } = await open({ page, api });
  const note = page.getByRole("status", { name: "Notifications" });
  await editor.renameStep("Triage", "Sort tickets");
  await expect(note).toContainText("“Send” still refers to this step as “Triage”.");
  await note.getByRole("button", { name: "Rename references…" }).click();
  await expect(dialog).toHaveAccessibleName("Rename references");
  await expect(places).toHaveText(["SendMessageIs {{Triage → Sort tickets.urgency}} high?"]);
  await dialog.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(editor.status).toHaveText("1 unsaved change");
  expect(await editor.save()).toMatchObject({
    flowSteps: [
      {},
      {},
      {},
      { name: "Sort tickets" },
      { config: { html: "Is {{Sort tickets.urgency}} high?" } },
    ],
  });
  await page.getByRole("button", { name: /^Undo/ }).click();
  await editor.expectSaid("Undid rename “Triage”.");
  expect((await editor.save())["flowSteps"]).toEqual(flow.flowSteps);
});

test("the rename dialog has no axe violations, and says why it cannot rename", async ({ page, api }) => {
  const { editor, newName, dialog, rename } = await open({ page, api });
  await editor.chooseFromMenu("Fetch page", "Rename variable…");
  await expect(rename).toHaveAccessibleDescription("Enter a different name.");
  await newName.fill("  ");
  await expect(rename).toHaveAccessibleDescription("Enter a new name.");
  await newName.fill("text");
  await expect(dialog.getByText("“text” is already set by “Clean”.")).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "a rename with a warning");
  await newName.fill("a b");
  await expect(dialog.getByText(/is not a valid variable name/).first()).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "a rejected rename");
});

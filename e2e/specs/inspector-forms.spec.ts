import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/flow-builder.ts";
import type { JsonObject } from "#core/json.ts";
import type { Api } from "#e2e/harness/api.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// The forms of the inspector: what is typed, what is written, what is said about it.

const fetchConfig = {
  custom: { z: 1, a: [2] },
  http: { own: true, url: "https://a.example", method: "GET", headers: { Accept: "text/html" } },
  outputVariable: "page",
};

/** Fetch page, which sets `page`, and one more step, which is selected. */
async function openStep(
  { page, api }: { readonly page: Page; readonly api: Api },
  type: string,
  config: JsonObject,
) {
  const opened = await openFlow(
    { page, api },
    buildFlow("Forms", [
      buildStep("fetch", { type: "fetch-url", name: "Fetch page", config: fetchConfig }),
      buildStep("step", { type, name: "Mine", config }),
    ]),
  );
  await opened.editor.row("Mine").click();
  const inspector = page.getByRole("complementary", { name: "Inspector of Mine" });
  const savedConfig = async () =>
    JSON.stringify((await api.getFlow(opened.flow.id)).flowSteps[1]?.["config"]);
  return {
    ...opened,
    inspector,
    field: (name: string) => inspector.getByRole("textbox", { name, exact: true }),
    more: () => inspector.getByRole("button", { name: /^More/ }).click(),
    tab: (name: string) => inspector.getByRole("tab", { name }),
    /** As the server holds it after a save, in the order of its keys. */
    saveConfig: async () => {
      await opened.editor.save();
      return savedConfig();
    },
  };
}

test("an edit in the form changes one key, and leaves unknown ones as they are in value and order", async ({
  page,
  api,
}) => {
  const { field, inspector, saveConfig } = await openStep({ page, api }, "fetch-url", fetchConfig);
  await field("URL").fill("https://b.example/{{page.id}}");
  expect(await saveConfig()).toBe(
    JSON.stringify(fetchConfig).replace("https://a.example", "https://b.example/{{page.id}}"),
  );
  await expect(inspector.getByText("Other fields: custom, http.own — edit them as JSON.")).toBeVisible();

  // An optional field that is cleared takes its key along.
  await field("Output variable").fill("");
  expect(await saveConfig()).not.toContain("outputVariable");
});

test("a number out of its range is warned about, and saved", async ({ page, api }) => {
  const { field, inspector, more, saveConfig } = await openStep({ page, api }, "prompt", {
    userPrompt: "Hi",
  });
  await more();
  await field("Temperature").fill("7");
  await expect(inspector.getByText("Temperature must be a number from 0 to 2.")).toBeVisible();
  expect(await saveConfig()).toBe('{"userPrompt":"Hi","temperature":7}');
  await field("Temperature").press("ArrowDown");
  await expect(field("Temperature")).toHaveValue("2");
  await expect(inspector.getByText("Temperature must be")).toHaveCount(0);
});

test("text in a number field is kept, and Save goes there", async ({ page, api }) => {
  const { editor, field, inspector, more, tab, saveConfig } = await openStep({ page, api }, "prompt", {
    userPrompt: "Hi",
    temperature: 1,
  });
  await more();
  await field("Temperature").fill("warm");
  await expect(inspector.getByText("Fix or discard this text: “warm” is not a number.")).toBeVisible();
  await expect(editor.status).toHaveText("1 unsaved change");
  // It is not to be lost from sight meanwhile.
  await tab("JSON").click();
  await expect(tab("Form")).toHaveAttribute("aria-selected", "true");
  await editor.row("Fetch page").click();
  await page.keyboard.press("Control+s");
  await expect(field("Temperature")).toBeFocused();
  await expect(field("Temperature")).toHaveValue("warm");
  await editor.expectSaid("Not saved. Fix or discard this text.");

  await inspector.getByRole("button", { name: "Discard" }).click();
  await expect(field("Temperature")).toBeFocused();
  await expect(field("Temperature")).toHaveValue("1");
  await field("Temperature").fill("0.50");
  expect(await saveConfig()).toBe('{"userPrompt":"Hi","temperature":0.5}');
  await expect(field("Temperature")).toHaveValue("0.50");
});

test("headers are edited as pairs, and wait while two have one name", async ({ page, api }) => {
  const { field, inspector, saveConfig } = await openStep({ page, api }, "fetch-url", fetchConfig);
  await inspector.getByRole("button", { name: "Add header" }).click();
  await expect(field("Header 2")).toBeFocused();
  await page.keyboard.type("Accept");
  await field("Value 2").click();
  await page.keyboard.type("en");
  await expect(inspector.getByText("The header “Accept” is there twice.")).toBeVisible();
  await field("Header 2").press("End");
  await page.keyboard.type("-Language");
  await expect(inspector.getByText("is there twice")).toHaveCount(0);
  await field("Value 1").fill("text/plain");
  expect(await saveConfig()).toContain('"headers":{"Accept":"text/plain","Accept-Language":"en"}');

  await inspector.getByRole("button", { name: "Remove Header 1" }).click();
  await expect(field("Header 1")).toBeFocused();
  await expect(field("Header 1")).toHaveValue("Accept-Language");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(field("Header 1")).toHaveValue("Accept");
});

for (const [type, label, key, other] of [
  ["prompt", "Prompt", "text", "userPrompt"],
  ["set-variable", "Value", "value", "valueTemplate"],
  ["fetch-github", "Repository", "repo", "repository"],
] as const) {
  test(`${label} of ${type} stays under the key that the flow has it under`, async ({ page, api }) => {
    const { field, saveConfig } = await openStep({ page, api }, type, { [key]: "before", kept: 1 });
    await field(label).fill("after");
    const saved = await saveConfig();
    expect(saved).toBe(JSON.stringify({ [key]: "after", kept: 1 }));
    expect(saved).not.toContain(other);
  });
}

test("what is tried after an error is a list in order, and keys of others in it stay", async ({
  page,
  api,
}) => {
  const { field, inspector, saveConfig } = await openStep({ page, api }, "prompt", {
    userPrompt: "Hi",
    errorHandling: "continue",
  });
  const handling = inspector.getByRole("combobox", { name: "Error handling" });
  await expect(handling).toHaveValue("continue");
  await handling.selectOption("Try something else");
  await inspector.getByRole("button", { name: "Other model" }).click();
  await expect(inspector.getByRole("combobox", { name: "Fallback 2" })).toBeFocused();
  await inspector.getByRole("listitem").nth(1).getByRole("textbox", { name: "Model" }).fill("gpt-4o-mini");
  await inspector.getByRole("button", { name: "Message" }).click();
  await inspector.getByRole("listitem").nth(2).getByRole("textbox", { name: "Message" }).fill("Sorry.");
  await inspector.getByRole("button", { name: "Move fallback 3 up" }).click();
  await inspector.getByRole("button", { name: "Remove fallback 1" }).click();
  expect(JSON.parse((await saveConfig()) ?? "")).toEqual({
    userPrompt: "Hi",
    errorHandling: {
      onError: "fallback",
      fallbacks: [
        { type: "message", message: "Sorry." },
        { type: "model", model: "gpt-4o-mini" },
      ],
    },
  });
  await expect(field("Model")).not.toHaveCount(0);
  await handling.selectOption("Default");
  expect(await saveConfig()).toBe('{"userPrompt":"Hi"}');
});

test("{{ offers the variables that earlier steps set, and says which step sets each", async ({
  page,
  api,
}) => {
  const { field, inspector, saveConfig } = await openStep({ page, api }, "prompt", { userPrompt: "" });
  await field("Prompt").click();
  await page.keyboard.type("Sum up {{pa");
  const offered = inspector.getByRole("option", { name: /page/ });
  await expect(offered).toContainText("from Fetch page");
  await expectAccessible(page, "a list of variables");
  // Escape closes the list, not the inspector.
  await page.keyboard.press("Escape");
  await expect(offered).toHaveCount(0);
  await expect(field("Prompt")).toBeFocused();
  await page.keyboard.press("Control+Space");
  await expect(offered).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.type(" now");
  expect(await saveConfig()).toBe('{"userPrompt":"Sum up {{page}} now"}');
  // Tab leaves the field, as everywhere.
  await page.keyboard.press("Tab");
  await expect(field("Prompt")).not.toBeFocused();
});

test("the JSON tab says what is wrong at its place, and holds what the form does not", async ({
  page,
  api,
}) => {
  const { field, inspector, tab, saveConfig } = await openStep({ page, api }, "prompt", {
    userPrompt: "Hi",
    temperature: 1,
  });
  await tab("JSON").click();
  const json = field("Config (JSON)");
  await json.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText('{\n  "userPrompt": "Hi",\n  "temperature": 5,\n  "own": true\n}');
  await expect(inspector.getByText("Line 3: Temperature must be a number from 0 to 2.")).toBeVisible();
  await expect(inspector.locator(".cm-lintRange").first()).toHaveText("5");
  expect(await saveConfig()).toBe('{"userPrompt":"Hi","temperature":5,"own":true}');

  await page.keyboard.press("Control+End");
  await page.keyboard.press("Backspace");
  await expect(inspector.getByText(/^Fix or discard this text: .*line 4/)).toBeVisible();
  await tab("Form").click();
  await expect(tab("JSON")).toHaveAttribute("aria-selected", "true");
  await inspector.getByRole("button", { name: "Discard" }).click();
  await tab("Form").click();
  await expect(inspector.getByText("Other fields: own — edit them as JSON.")).toBeVisible();
});

test("a type without a form, and a value that its control cannot show, are edited as JSON", async ({
  page,
  api,
}) => {
  const { editor, field, tab, saveConfig } = await openStep({ page, api }, "fetch-url", {
    http: { method: "POST", url: "https://a.example", body: { a: 1 } },
  });
  await field("Body").fill('{"a": 2');
  await editor.saveButton.click();
  await expect(field("Body")).toBeFocused();
  await field("Body").fill('{"a": 2}');
  expect(await saveConfig()).toContain('"body":{"a":2}');
  await expect(tab("Form")).toBeVisible();
});

test("undo takes typing back first, then the flow's last edit", async ({ page, api }) => {
  const { editor, field, inspector } = await openStep({ page, api }, "prompt", {
    userPrompt: "Hi",
    outputVariable: "answer",
  });
  await editor.switchOf("Fetch page").click();
  await field("Prompt").click();
  await page.keyboard.press("End");
  await page.keyboard.type(" there");
  await page.keyboard.press("Control+z");
  await expect(field("Prompt")).toHaveText("Hi");
  await expect(editor.switchOf("Fetch page")).not.toBeChecked();
  await page.keyboard.press("Control+z");
  await expect(editor.switchOf("Fetch page")).toBeChecked();
  await expect(editor.status).toHaveText("Saved");

  await editor.switchOf("Fetch page").click();
  const output = field("Output variable");
  await output.focus();
  await page.keyboard.press("End");
  await page.keyboard.type("s");
  await expect(output).toHaveValue("answers");
  await page.keyboard.press("Control+z");
  await expect(output).toHaveValue("answer");
  await expect(editor.switchOf("Fetch page")).not.toBeChecked();
  await output.focus();
  await page.keyboard.press("Control+z");
  await expect(editor.switchOf("Fetch page")).toBeChecked();

  // Outside a field, the whole of what was typed is one edit.
  await inspector.getByRole("textbox", { name: "Name" }).fill("Renamed");
  await editor.row("Renamed").focus();
  await page.keyboard.press("Control+z");
  await expect(inspector.getByRole("textbox", { name: "Name" })).toHaveValue("Mine");
});

test("a prompt of a megabyte is typed in and saved like any other", async ({ page, api }) => {
  const long = `${"All work and no play makes {{page}} a dull flow.\n".repeat(21_000)}End`;
  const { field, inspector, saveConfig } = await openStep({ page, api }, "prompt", { userPrompt: long });
  await expect(field("Prompt")).toBeVisible();
  await field("Prompt").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" of it.");
  await expect(inspector.getByText("End of it.")).toBeVisible();
  expect(JSON.parse((await saveConfig()) ?? "")).toEqual({ userPrompt: `${long} of it.` });
  // The field is as high as it may be, and no more of the text than that is on the page.
  expect((await field("Prompt").locator("..").boundingBox())?.height).toBeLessThanOrEqual(400);
  expect(await inspector.locator(".cm-line").count()).toBeLessThan(200);
});

test("on a phone the form is a sheet, where undo and completion work as beside the list", async ({
  page,
  api,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { editor } = await openFlow(
    { page, api },
    buildFlow("Forms", [
      buildStep("fetch", { type: "fetch-url", name: "Fetch page", config: fetchConfig }),
      buildStep("step", { type: "prompt", name: "Mine", config: { userPrompt: "Hi" } }),
    ]),
  );
  await editor.row("Mine").click({ position: { x: 150, y: 18 } });
  const sheet = page.getByRole("dialog", { name: "Step" });
  const prompt = sheet.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.click();
  await page.keyboard.press("End");
  await page.keyboard.type(" {{pa");
  await expect(sheet.getByRole("option", { name: /page/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet.getByRole("option")).toHaveCount(0);
  await expect(sheet).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(prompt).toHaveText("Hi");
  await expectAccessible(page, "a form in the sheet");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

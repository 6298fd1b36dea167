import { fetchConfig, openStep } from "#e2e/harness/open-step.ts";
import { replaceText } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

// The forms of the inspector: what is typed, what is written, what is said about it.

test("an edit in the form changes one key, and leaves unknown ones as they are in value and order", async ({
  page,
  api,
}) => {
  const { field, inspector, saveConfig } = await openStep({ page, api }, "fetch-url", fetchConfig);
  await replaceText(page, field("URL"), "https://b.example/{{page.id}}");
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
  await expect(tab("JSON")).toHaveAttribute("aria-disabled", "true");
  await tab("Form").press("ArrowRight");
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
    await replaceText(page, field(label), "after");
    const saved = await saveConfig();
    expect(saved).toBe(JSON.stringify({ [key]: "after", kept: 1 }));
    expect(saved).not.toContain(other);
  });
}

test("a switch that nobody set can be set and left to the platform again", async ({ page, api }) => {
  const { inspector, more, saveConfig } = await openStep({ page, api }, "prompt", { userPrompt: "Hi" });
  await more();
  const stream = inspector.getByRole("switch", { name: "Stream the output" });
  await stream.click();
  expect(await saveConfig()).toBe('{"userPrompt":"Hi","streamOutput":true}');
  await stream.click();
  expect(await saveConfig()).toBe('{"userPrompt":"Hi","streamOutput":false}');
  await inspector.getByRole("button", { name: "Reset Stream the output" }).click();
  await expect(stream).toBeFocused();
  expect(await saveConfig()).toBe('{"userPrompt":"Hi"}');
});

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
  await expect(inspector.getByRole("button", { name: "Move fallback 2 up" })).toBeFocused();
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

test("a type without a form, and a value that its control cannot show, are edited as JSON", async ({
  page,
  api,
}) => {
  const { editor, field, tab, saveConfig } = await openStep({ page, api }, "fetch-url", {
    http: { method: "POST", url: "https://a.example", body: { a: 1 } },
  });
  await replaceText(page, field("Body"), '{"a": 2');
  await editor.saveButton.click();
  await expect(field("Body")).toBeFocused();
  await replaceText(page, field("Body"), '{"a": 2}');
  expect(await saveConfig()).toContain('"body":{"a":2}');
  await expect(tab("Form")).toBeVisible();
});

test("following a new name takes back nothing else, also where the same was typed elsewhere since", async ({
  page,
  api,
}) => {
  const { editor, flow } = await openStep({ page, api }, "prompt", { userPrompt: "Sum up {{page.text}}" });
  await editor.row("Fetch page").click();
  const output = page.getByRole("textbox", { name: "Output variable" });
  await output.fill("body");
  await output.press("Tab");
  await expect(page.getByText("1 step still reads page.")).toBeVisible();
  const url = page.getByRole("textbox", { name: "URL" });
  await replaceText(page, url, "body");
  await page.getByRole("button", { name: "Rename it there" }).click();
  await editor.expectSaid("Renamed page to body, also in 1 step that read it.");
  await expect(url).toHaveText("body");
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps).toMatchObject([
    { config: { outputVariable: "body", http: { url: "body" } } },
    { config: { userPrompt: "Sum up {{body.text}}" } },
  ]);
});

test("a new name for the output variable is offered to the steps that read it, as one edit", async ({
  page,
  api,
}) => {
  const { editor, flow } = await openStep({ page, api }, "prompt", { userPrompt: "Sum up {{page.text}}" });
  await editor.row("Fetch page").click();
  const output = page.getByRole("textbox", { name: "Output variable" });
  await output.fill("body");
  await output.press("Tab");
  await expect(page.getByText("1 step still reads page.")).toBeVisible();
  // In a slow press the note comes that nothing reads the new name, which has its place above what is pressed.
  await page.getByRole("button", { name: "Rename it there" }).click({ delay: 700 });
  await editor.expectSaid("Renamed page to body, also in 1 step that read it.");
  await expect(output).toBeFocused();
  await editor.save();
  const configs = async () => (await api.getFlow(flow.id)).flowSteps.map((step) => step["config"]);
  expect(await configs()).toMatchObject([{ outputVariable: "body" }, { userPrompt: "Sum up {{body.text}}" }]);

  await editor.row("Mine").focus();
  await page.keyboard.press("Control+z");
  await editor.save();
  expect(await configs()).toMatchObject([{ outputVariable: "page" }, { userPrompt: "Sum up {{page.text}}" }]);
});

import { sampleFetchUrlStepConfig, createFlowAndOpenStep } from "#e2e/harness/open-step.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { expect, test } from "#e2e/harness/test.ts";

test("editing a form field changes one key, and keeps unknown keys with their values and order", async ({
  page,
  api,
}) => {
  const { field, inspector, saveConfig } = await createFlowAndOpenStep(
    { page, api },
    "fetch-url",
    sampleFetchUrlStepConfig,
  );
  await replaceFieldTextByKeyboard(page, field("URL"), "https://b.example/{{page.id}}");
  expect(await saveConfig()).toBe(
    JSON.stringify(sampleFetchUrlStepConfig).replace("https://a.example", "https://b.example/{{page.id}}"),
  );
  await expect(inspector.getByText("Other fields: custom, http.own. Edit in JSON.")).toBeVisible();

  await field("Save result as").fill("");
  expect(await saveConfig()).not.toContain("outputVariable");
});

test("a number out of range shows a warning, but text in a number field blocks the save, which focuses it", async ({
  page,
  api,
}) => {
  const { editor, field, inspector, tab, saveConfig } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "Hi",
    temperature: 1,
  });
  await field("Temperature").fill("warm");
  await expect(inspector.getByText("Fix or discard this text: “warm” is not a number.")).toBeVisible();
  await expect(editor.status).toHaveText("1 unsaved change");
  // The JSON tab is disabled while a form field has invalid input, because switching to the JSON tab would hide that
  // input.
  await expect(tab("JSON")).toHaveAttribute("aria-disabled", "true");
  await tab("Form").press("ArrowRight");
  await expect(tab("Form")).toHaveAttribute("aria-selected", "true");
  await editor.row("Fetch page").click();
  await page.keyboard.press("Control+s");
  await expect(field("Temperature")).toBeFocused();
  await expect(field("Temperature")).toHaveValue("warm");
  await editor.expectSaid("Not saved. Fix or discard this input.");

  await inspector.getByRole("button", { name: "Discard" }).click();
  await expect(field("Temperature")).toBeFocused();
  await expect(field("Temperature")).toHaveValue("1");
  await field("Temperature").fill("0.50");
  expect(await saveConfig()).toBe('{"userPrompt":"Hi","temperature":0.5}');
  await expect(field("Temperature")).toHaveValue("0.50");

  await field("Temperature").fill("7");
  await expect(inspector.getByText("Temperature must be a number from 0 to 2.")).toBeVisible();
  expect(await saveConfig()).toBe('{"userPrompt":"Hi","temperature":7}');
  await field("Temperature").press("ArrowDown");
  await expect(field("Temperature")).toHaveValue("2");
  await expect(inspector.getByText("Temperature must be")).toHaveCount(0);
});

test("headers are edited as name-value pairs, and duplicate names are reported", async ({ page, api }) => {
  const { field, inspector, saveConfig } = await createFlowAndOpenStep(
    { page, api },
    "fetch-url",
    sampleFetchUrlStepConfig,
  );
  await inspector.getByRole("button", { name: "Add header" }).click();
  await expect(field("Header 2")).toBeFocused();
  await page.keyboard.type("Accept");
  await field("Value 2").click();
  await page.keyboard.type("en");
  await expect(inspector.getByText("Duplicate header: “Accept”.")).toBeVisible();
  await field("Header 2").press("End");
  await page.keyboard.type("-Language");
  await expect(inspector.getByText("Duplicate header")).toHaveCount(0);
  await field("Value 1").fill("text/plain");
  expect(await saveConfig()).toContain('"headers":{"Accept":"text/plain","Accept-Language":"en"}');

  await inspector.getByRole("button", { name: "Remove Header 1" }).click();
  await expect(field("Header 1")).toBeFocused();
  await expect(field("Header 1")).toHaveValue("Accept-Language");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(field("Header 1")).toHaveValue("Accept");
});

test("fallbacks are edited as an ordered list: added, moved and removed", async ({ page, api }) => {
  const { inspector, saveConfig } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "Hi",
    errorHandling: "continue",
  });
  const handling = inspector.getByRole("combobox", { name: "Error handling" });
  await expect(handling).toHaveValue("continue");
  await handling.selectOption("Use a fallback");
  await inspector.getByRole("button", { name: "Other model" }).click();
  await expect(inspector.getByRole("combobox", { name: "Fallback 2" })).toBeFocused();
  await inspector.getByRole("listitem").nth(1).getByRole("combobox", { name: "Model" }).fill("gpt-4o-mini");
  await inspector.getByRole("button", { name: "Message", exact: true }).click();
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
  await expect(inspector.getByRole("combobox", { name: "Model" })).toHaveCount(2);
  await handling.selectOption("Default");
  expect(await saveConfig()).toBe('{"userPrompt":"Hi"}');
});

test("renaming an output variable offers to rename it in the steps that read it, as one edit", async ({
  page,
  api,
}) => {
  const { editor, flow } = await createFlowAndOpenStep({ page, api }, "prompt", {
    userPrompt: "Sum up {{page.text}}",
  });
  await editor.row("Fetch page").click();
  const output = page.getByRole("textbox", { name: "Save result as" });
  await output.fill("body");
  await output.press("Tab");
  await expect(page.getByText("1 step still uses “page”.")).toBeVisible();
  // Holds the mouse button while a note appears above the button and moves it. The click must still reach the button.
  await page.getByRole("button", { name: "Rename references" }).click({ delay: 700 });
  await editor.expectSaid("Renamed “page” to “body” in 2 steps.");
  await expect(output).toBeFocused();
  await editor.save();
  const configs = async () => (await api.getFlow(flow.id)).flowSteps.map((step) => step["config"]);
  expect(await configs()).toMatchObject([{ outputVariable: "body" }, { userPrompt: "Sum up {{body.text}}" }]);

  await editor.row("Mine").focus();
  await page.keyboard.press("Control+z");
  await editor.save();
  expect(await configs()).toMatchObject([{ outputVariable: "page" }, { userPrompt: "Sum up {{page.text}}" }]);
});

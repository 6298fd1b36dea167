import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Keyboard } from "#e2e/harness/keyboard.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { createRecords } from "#e2e/harness/runs.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";
import { TryPanel } from "#e2e/harness/try-panel.ts";

const greet = buildStep("greet", {
  type: "set-variable",
  config: { variableName: "greeting", valueTemplate: "Hello {{_record.name}}, about {{topic}}{{missing}}" },
});
const count = buildStep("count", {
  type: "transform-data",
  config: {
    script: "return { letters: greeting.length, by: { first: greeting[0] } }",
    outputVariable: "sum",
  },
});
const end = buildStep("end", {
  type: "set-variable",
  config: { variableName: "end", valueTemplate: "{{sum.letters}}" },
});
const after = buildStep("after", { type: "transform-data", config: { script: "return " } });
const breaking = buildStep("break", { type: "transform-data", config: { script: "return nobody.knows" } });

test("an unsaved draft runs on a record, says at each step what it did, and nothing of it is kept", async ({
  page,
  api,
}) => {
  await createRecords(api, "customer", 12);
  const { flow, editor } = await openFlow({ page, api }, buildFlow("Greetings", [greet, count, end]));
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await editor.renameStep("Count", "Count letters");
  await page.keyboard.press("Control+Enter");
  await expect(panel.heading).toBeFocused();
  await panel.record.selectOption("stored");
  await panel.search.fill("customer 12");
  await page.getByRole("button", { name: "customer 12", exact: true }).click();
  await expect(page.getByRole("button", { name: "Change the record customer 12" })).toBeFocused();
  await panel.input("topic").fill("spring");
  await page.keyboard.press("Control+Enter");
  await editor.expectSaid(/^Run completed in/);
  await expect(editor.row("Greet")).toContainText("Hello customer 12, about spring");
  await expect(editor.row("Count letters")).toContainText('{"letters":31,"by":{"first":"H"}}');
  await expect(panel.step("Greet")).toHaveAccessibleName(/, completed$/);
  await expectAccessible(page, "a trial that went well");

  // A row leads to all that is known of its step.
  await editor.row("Greet").getByRole("button", { name: "What Greet did: Completed" }).click();
  await expect(panel.details("Greet")).toContainText(
    "Nobody had set this variable, so it came out empty: missing",
  );
  await panel.step("Count letters").click();
  await expect(panel.details("Count letters").getByRole("tree", { name: "Output" })).toContainText("letters");

  // The server knows nothing of it.
  expect((await api.getFlow(flow.id)).flowSteps[1]).toMatchObject({ name: "Count" });
  expect((await api.call("listLastStepRuns", { params: { id: flow.id } })).data).toEqual([]);
  await expect(editor.status).toHaveText("1 unsaved change");

  // After an edit it is what an older draft did, until it is run anew.
  await editor.switchOf("End").click();
  await expect(panel.outcome).toContainText("this is what an older draft did");
  await panel.run.click();
  await expect(editor.row("End")).toContainText("It is switched off.");
  await expect(panel.outcome).not.toContainText("older draft");

  // What a flow is tried on is there again the next time.
  await editor.save();
  await page.reload();
  await editor.untilUnderstood();
  await panel.open();
  await expect(page.getByRole("button", { name: "Change the record customer 12" })).toBeVisible();
  await expect(panel.input("topic")).toHaveValue("spring");
});

test("a step that fails says why at its row, stops the run, and is gone to", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, buildFlow("Broken", [breaking, count]));
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await panel.open();
  await panel.run.click();
  await editor.expectSaid(/^Run failed at “Break”\. /);
  await expect(editor.row("Break")).toContainText("nobody");
  await expect(editor.row("Count")).toContainText("A step before it failed.");
  await expectAccessible(page, "a trial that failed");
  await panel.details("Break").getByRole("button", { name: "Go to step" }).click();
  await expect(page.getByRole("complementary", { name: "Inspector of Break" })).toBeVisible();
  await panel.outcome.getByRole("button", { name: "Clear" }).click();
  await expect(panel.outcome).toHaveCount(0);
  await expect(editor.row("Break")).not.toContainText("nobody is");
});

test("with nothing but the keyboard a sheet is opened, runs the draft, and leads back to the rows", async ({
  page,
  api,
}) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { editor } = await openFlow({ page, api }, buildFlow("Narrow", [breaking, count]));
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await page.keyboard.press("Control+Enter");
  await panel.run.waitFor();
  await page.keyboard.press("Control+Enter");
  await expect(panel.outcome).toContainText("Failed");
  await expectAccessible(page, "a trial in a sheet");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Try it", exact: true })).toBeFocused();
  await expect(editor.row("Break")).toContainText("nobody");
});

test("beside the list it is opened and closed by keys from a row, and hides nothing that has the focus", async ({
  page,
  api,
}) => {
  const keyboard = new Keyboard(page);
  await keyboard.forbidPointers();
  await page.setViewportSize({ width: 1280, height: 420 });
  const { editor } = await openFlow({ page, api }, buildFlow("Beside", [breaking, count]));
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await keyboard.tabTo(editor.row("Break"));
  await keyboard.press("Control+Enter");
  await expect(panel.heading).toBeFocused();
  await keyboard.press("Control+Enter");
  await editor.expectSaid(/^Run failed at “Break”/);
  // What comes back from below lands under the bar that stays on top, not behind it.
  await keyboard.tabTo(panel.outcome.getByRole("button", { name: "Go to step" }));
  await keyboard.tabBackTo(panel.outcome.getByRole("button", { name: "Clear" }));
  await keyboard.press("Escape");
  await expect(editor.row("Break")).toBeFocused();
  keyboard.expectGoodStops();
});

test("a step's menu runs the draft up to that step, and asks for what is missing first", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, buildFlow("Up to", [greet, count, end]));
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await editor.chooseFromMenu("Count", "Run up to here");
  await expect(panel.input("topic")).toBeFocused();
  await expect(panel.outcome).toHaveCount(0);
  await page.keyboard.type("rain");
  await page.keyboard.press("Control+Enter");
  await editor.expectSaid(/^Run completed/);
  await expect(editor.row("Count")).toContainText("letters");
  await expect(editor.row("End")).toContainText("The run was asked to end before it.");
  await page.getByRole("button", { name: "Run all steps" }).click();
  await panel.run.click();
  await expect(editor.row("End")).not.toContainText("asked to end");
});

test("bad input is told at its field and runs nothing; a step that the server cannot run says so", async ({
  page,
  api,
}) => {
  const odd = buildStep("odd", { type: "crawl" });
  const { editor } = await openFlow({ page, api }, buildFlow("Odd", [greet, odd]));
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await panel.open();
  await panel.input("topic").fill("{ oops");
  await page.getByRole("button", { name: "JSON for topic" }).click();
  await panel.record.selectOption("typed");
  await page.getByRole("textbox", { name: "Metadata of the record (JSON)" }).fill("[1]");
  await panel.run.click();
  await editor.expectSaid(/^Nothing ran\. /);
  await expect(panel.input("topic")).toHaveAccessibleDescription(/line 1, column 3/);
  await expect(page.getByText("A record’s data is a JSON object")).toBeVisible();
  await expect(panel.outcome).toHaveCount(0);
  await panel.input("topic").fill('{"a": 1}');
  await page.getByRole("textbox", { name: "Metadata of the record (JSON)" }).fill('{"a": 1}');
  await panel.run.click();
  await editor.expectSaid(/^Run failed at “Odd”/);
  await expect(editor.row("Greet")).toContainText('about {"a":1}');
  await expect(editor.row("Odd")).toContainText(/crawl/i);
});

test("fields know after a dot what the last run showed", async ({ page, api }) => {
  const { editor } = await openFlow(
    { page, api },
    buildFlow("Shapes", [greet, count, buildStep("ask"), after]),
  );
  await editor.untilUnderstood();
  const panel = new TryPanel(page);
  await editor.chooseFromMenu("Count", "Run up to here");
  await expect(panel.input("topic")).toBeFocused();
  await page.keyboard.press("Control+Enter");
  await editor.expectSaid(/^Run completed/);
  await editor.row("Ask").click({ position: { x: 200, y: 10 } });
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.click();
  await page.keyboard.type("Say {{sum.");
  const option = (name: string) => page.getByRole("option", { name });
  await expect(option("letters")).toContainText("number");
  await page.keyboard.type("by.f");
  await expect(option("first")).toContainText("text");
  await page.keyboard.press("Enter");
  await expect(prompt).toHaveText("Say {{sum.by.first}}");
  await page.keyboard.type(" of {{_record.");
  await expect(option("metadata")).toBeVisible();
  await panel.close();
  // In code all variables are in `input` too, and a list is walked by its first item.
  await editor.row("After").click({ position: { x: 200, y: 10 } });
  const script = page.getByRole("textbox", { name: "Script", exact: true });
  await script.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("input.sum?.by.");
  await expect(option("first")).toContainText("text");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("return sum.letters");
  // A text that was typed this moment is ahead of the flow, and nothing is known of its names yet.
  await expect(async () => {
    await page.keyboard.press("Control+Home");
    for (let letter = 0; letter < "return s".length; letter += 1) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Control+i");
    await expect(page.getByRole("group", { name: "About sum" })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await expect(page.getByRole("group", { name: "About sum" })).toContainText(
    "When last run: object: letters, by",
  );
});

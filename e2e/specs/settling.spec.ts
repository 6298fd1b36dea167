import { buildFlow } from "#core/flow-builder.ts";
import {
  Conflict,
  askFor,
  changeElsewhere,
  flowOfThree,
  holdSave,
  namesHeld,
} from "#e2e/harness/conflict.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { replaceText } from "#e2e/harness/page-text.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Both changed the same: the person chooses, thing by thing, and nothing is sent before.

test("where both changed the same, nothing is sent before it was chosen what holds, by keyboard alone", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await editor.renameStep("Clean", "Tidy");
  await changeElsewhere(api, flow.id, 1, { name: "Polish" });
  const writes = conflict.watchWrites();
  await page.keyboard.press("Control+s");

  await expect(conflict.dialog).toBeVisible();
  await expect(editor.status).toHaveText("Changed elsewhere");
  await conflict.expectDecided(0, 1);
  const clash = conflict.clash("“Tidy” · Name");
  await expect(clash).toContainText("Before");
  await expect(clash).toContainText("Clean");
  await expect(clash).toContainText("Polish");
  await expect(clash.getByRole("radio", { name: "Mine" })).toBeFocused();
  await expect(clash.getByRole("radio", { checked: true })).toHaveCount(0);
  await expectAccessible(page, "the dialog in which clashes are settled");

  // Not before it was chosen: the button leads to what is open.
  const apply = conflict.dialog.getByRole("button", { name: "Apply and save" });
  await apply.focus();
  await page.keyboard.press("Enter");
  await editor.expectSaid("1 clash to decide.");
  await expect(clash.getByRole("radio", { name: "Mine" })).toBeFocused();
  // The first save met the newer version; since then nothing was sent.
  expect(writes.filter((write) => write.method() === "PUT")).toHaveLength(1);

  // Escape leaves everything as it was.
  await page.keyboard.press("Escape");
  await expect(conflict.dialog).toHaveCount(0);
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(conflict.banner.getByRole("button", { name: "Settle 1 clash" })).toBeVisible();
  expect(writes).toHaveLength(1);

  await page.keyboard.press("Control+s");
  await expect(clash.getByRole("radio", { name: "Mine" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(clash.getByRole("radio", { name: "Theirs" })).toBeChecked();
  await conflict.expectDecided(1, 1);
  expect(writes).toHaveLength(1);
  await apply.focus();
  await page.keyboard.press("Enter");
  await expect(editor.status).toHaveText("Saved");
  await expect(conflict.dialog).toHaveCount(0);
  await editor.expectSteps(["Fetch", "Polish", "Score"]);
  expect(await namesHeld(api, flow.id)).toEqual(["Fetch", "Polish", "Score"]);
});

test("a second conflict while the first is being settled asks again, and only for what changed", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await editor.renameStep("Fetch", "Get");
  await editor.renameStep("Clean", "Tidy");
  await changeElsewhere(api, flow.id, 0, { name: "Load" });
  await changeElsewhere(api, flow.id, 1, { name: "Polish" });
  await editor.saveButton.click();
  await conflict.clash("“Get” · Name").getByRole("radio", { name: "Mine" }).click();
  await conflict.clash("“Tidy” · Name").getByRole("radio", { name: "Mine" }).click();
  await conflict.expectDecided(2, 2);

  // Somebody saves again before this is applied: what was chosen of other values is asked again.
  await changeElsewhere(api, flow.id, 1, { name: "Scrub" });
  const second = conflict.clash("“Tidy” · Name");
  await expect(second).toContainText("Scrub");
  await expect(second).toContainText("This changed after you chose.");
  await conflict.expectDecided(1, 2);
  const apply = conflict.dialog.getByRole("button", { name: "Apply and save" });
  await apply.click();
  await expect(conflict.dialog).toContainText("The flow changed while this was open.");
  await expect(second.getByRole("radio", { name: "Mine" })).toBeFocused();
  await second.getByRole("button", { name: "Keep my choice" }).click();
  await conflict.expectDecided(2, 2);

  // And once more while it is being saved.
  const letGo = await holdSave(page, flow.id);
  const put = editor.waitForPut();
  await apply.click();
  await put;
  await changeElsewhere(api, flow.id, 1, { name: "Scour" });
  letGo();
  await expect(second).toContainText("Scour");
  await expect(editor.status).toHaveText("Changed elsewhere");
  await conflict.expectDecided(0, 1);
  expect(await namesHeld(api, flow.id)).toEqual(["Load", "Scour", "Score"]);

  await second.getByRole("radio", { name: "Mine" }).click();
  await conflict.expectDecided(1, 1);
  await apply.click();
  await expect(editor.status).toHaveText("Saved");
  expect(await namesHeld(api, flow.id)).toEqual(["Get", "Tidy", "Score"]);
});

test("a step that was removed there and changed here stays or goes as I choose", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Score").click();
  await api.updateFlow(flow.id, { flowSteps: [flow.flowSteps[0], flow.flowSteps[2]] });
  await editor.saveButton.click();
  const clash = conflict.clash("“Tidy” · changed by you, removed by them");
  await expect(clash.getByRole("list", { name: "What was changed in it" })).toHaveText(
    "Renamed “Clean” to “Tidy”",
  );
  await clash.getByRole("radio", { name: "Mine: keep it" }).click();
  await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect(await namesHeld(api, flow.id)).toEqual(["Fetch", "Tidy", "Score"]);

  await editor.renameStep("Tidy", "Clean");
  const { flowSteps } = await api.getFlow(flow.id);
  await api.updateFlow(flow.id, { flowSteps: [flowSteps[0], flowSteps[2]] });
  await editor.saveButton.click();
  await conflict
    .clash(/removed by them/)
    .getByRole("radio", { name: "Theirs: remove it" })
    .click();
  await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect(await namesHeld(api, flow.id)).toEqual(["Fetch", "Score"]);
  await editor.expectSteps(["Fetch", "Score"]);
});

test("a step that was moved to two places goes where I choose", async ({ page, api, problems }) => {
  problems.allow(/status of 412/);
  const flow = await api.createFlow(
    buildFlow(
      "Digest",
      ["a", "b", "c", "d", "e"].map((id) => askFor(id, "Go.")),
    ),
  );
  const editor = new Editor(page);
  await editor.open(flow.id);
  const conflict = new Conflict(page);
  await editor.chooseFromMenu("E", "Move to top");
  const [a, b, c, d, e] = flow.flowSteps;
  await api.updateFlow(flow.id, {
    flowSteps: [a, b, e, c, d].map((one, order) => ({ ...one, order })),
  });
  await editor.saveButton.click();
  const clash = conflict.clash("“E” · moved to two places");
  await expect(clash).toContainText("Position 5 of 5, after “D”");
  await expect(clash).toContainText("Position 1 of 5");
  await expect(clash).toContainText("Position 3 of 5, after “B”");
  await clash.getByRole("radio", { name: "Theirs" }).click();
  await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
  await expect(editor.status).toHaveText("Saved");
  await editor.expectSteps(["A", "B", "E", "C", "D"]);
});

test("many clashes are decided at once, or one by one after that", async ({ page, api, problems }) => {
  problems.allow(/status of 412/);
  const ids = Array.from({ length: 30 }, (_, index) => `step-${index + 1}`);
  const flow = await api.createFlow(
    buildFlow(
      "Many",
      ids.map((id) => askFor(id, "Go.")),
    ),
  );
  const editor = new Editor(page);
  await editor.open(flow.id);
  const conflict = new Conflict(page);
  const withText = (text: string) =>
    buildFlow(
      "Many",
      ids.map((id) => askFor(id, text)),
    );
  await page.getByRole("link", { name: "JSON" }).click();
  const mine = JSON.stringify(withText("Mine."));
  await replaceText(page, page.getByRole("textbox", { name: "Flow (JSON)" }), mine);
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await api.updateFlow(flow.id, { flowSteps: withText("Theirs.").flowSteps });
  await editor.saveButton.click();
  await conflict.expectDecided(0, 30);
  await conflict.dialog.getByRole("button", { name: "All theirs" }).click();
  await conflict.expectDecided(30, 30);
  await conflict.clash("“Step-30” · Prompt").getByRole("radio", { name: "Mine" }).click();
  await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
  await expect(editor.status).toHaveText("Saved");
  const { flowSteps } = await api.getFlow(flow.id);
  const texts = flowSteps.map(({ config }) => (config as { readonly userPrompt: string }).userPrompt);
  expect(texts).toEqual([...ids.slice(1).map(() => "Theirs."), "Mine."]);
});

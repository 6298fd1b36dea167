import { buildFlow } from "#core/testing/flow-builder.ts";
import {
  SaveConflictPageObject,
  buildStepWithPrompt,
  updateStepThroughApi,
  buildThreeStepFlow,
  delayFlowSavesUntilReleased,
  fetchStepNames,
} from "#e2e/harness/conflict.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test("a conflict is resolved by keyboard, and nothing is sent before the choice", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  await editor.renameStep("Clean", "Tidy");
  await updateStepThroughApi(api, flow.id, 1, { name: "Polish" });
  const writes = conflict.watchWrites();
  await page.keyboard.press("Control+s");

  await expect(conflict.dialog).toBeVisible();
  const sent = writes.length;
  expect(sent).toBeLessThanOrEqual(1);
  await expect(editor.status).toHaveText("Changed elsewhere");
  await conflict.expectDecided(0, 1);
  const conflictGroup = conflict.conflictGroup("“Tidy” · Name");
  await expect(conflictGroup).toContainText("Before");
  await expect(conflictGroup).toContainText("Clean");
  await expect(conflictGroup).toContainText("Polish");
  await expect(conflictGroup.getByRole("radio", { name: "Mine" })).toBeFocused();
  await expect(conflictGroup.getByRole("radio", { checked: true })).toHaveCount(0);

  const apply = conflict.dialog.getByRole("button", { name: "Apply and save" });
  await apply.focus();
  await page.keyboard.press("Enter");
  await editor.expectSaid("Choose a version for 1 conflict first.");
  await expect(conflict.dialog.getByText("Choose a version for 1 conflict first.")).toBeVisible();
  await expect(conflictGroup.getByText("Choose one")).toBeVisible();
  await expectNoAccessibilityViolations(page, "the conflict dialog");
  await expect(conflictGroup.getByRole("radio", { name: "Mine" })).toBeFocused();
  // Expects no further PUT: Apply sends nothing until a side is chosen. The save before sent one, unless a
  // change event had already reported the conflict.
  expect(writes).toHaveLength(sent);

  await page.keyboard.press("Escape");
  await expect(conflict.dialog).toHaveCount(0);
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(conflict.banner.getByRole("button", { name: "Resolve 1 conflict" })).toBeVisible();
  expect(writes).toHaveLength(sent);

  await page.keyboard.press("Control+s");
  await expect(conflictGroup.getByRole("radio", { name: "Mine" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(conflictGroup.getByRole("radio", { name: "Theirs" })).toBeChecked();
  await conflict.expectDecided(1, 1);
  expect(writes).toHaveLength(sent);
  await apply.focus();
  await page.keyboard.press("Enter");
  await expect(editor.status).toHaveText("Saved");
  await expect(conflict.dialog).toHaveCount(0);
  await editor.expectSteps(["Fetch", "Polish", "Score"]);
  expect(await fetchStepNames(api, flow.id)).toEqual(["Fetch", "Polish", "Score"]);
});

test("a remote update during conflict resolution asks again about the changed values only", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  await editor.renameStep("Fetch", "Get");
  await editor.renameStep("Clean", "Tidy");
  await updateStepThroughApi(api, flow.id, 0, { name: "Load" });
  await updateStepThroughApi(api, flow.id, 1, { name: "Polish" });
  await editor.saveButton.click();
  await conflict.conflictGroup("“Get” · Name").getByRole("radio", { name: "Mine" }).click();
  await conflict.conflictGroup("“Tidy” · Name").getByRole("radio", { name: "Mine" }).click();
  await conflict.expectDecided(2, 2);

  await updateStepThroughApi(api, flow.id, 1, { name: "Scrub" });
  const second = conflict.conflictGroup("“Tidy” · Name");
  await expect(second).toContainText("Scrub");
  await expect(second).toContainText("This field changed after you chose.");
  await conflict.expectDecided(1, 2);
  const apply = conflict.dialog.getByRole("button", { name: "Apply and save" });
  await apply.click();
  await expect(conflict.dialog).toContainText("The flow changed while this was open.");
  await expect(second.getByRole("radio", { name: "Mine" })).toBeFocused();
  await second.getByRole("button", { name: "Keep my choice" }).click();
  await conflict.expectDecided(2, 2);

  const letGo = await delayFlowSavesUntilReleased(page, flow.id);
  const put = editor.waitForPut();
  await apply.click();
  await put;
  await updateStepThroughApi(api, flow.id, 1, { name: "Scour" });
  letGo();
  await expect(second).toContainText("Scour");
  await expect(editor.status).toHaveText("Changed elsewhere");
  await conflict.expectDecided(0, 1);
  expect(await fetchStepNames(api, flow.id)).toEqual(["Load", "Scour", "Score"]);

  await second.getByRole("radio", { name: "Mine" }).click();
  await conflict.expectDecided(1, 1);
  await apply.click();
  await expect(editor.status).toHaveText("Saved");
  expect(await fetchStepNames(api, flow.id)).toEqual(["Get", "Tidy", "Score"]);
});

test(
  "a step edited locally and removed remotely can be kept",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
    const conflict = new SaveConflictPageObject(page);
    await editor.renameStep("Clean", "Tidy");
    await editor.switchOf("Score").click();
    await api.updateFlow(flow.id, { flowSteps: [flow.flowSteps[0], flow.flowSteps[2]] });
    await editor.saveButton.click();
    const conflictGroup = conflict.conflictGroup("“Tidy” · changed by you, removed by them");
    await expect(conflictGroup.getByRole("list", { name: "Changes in this step" })).toHaveText(
      "Renamed “Clean” to “Tidy”",
    );
    await conflictGroup.getByRole("radio", { name: "Mine: keep" }).click();
    await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
    await expect(editor.status).toHaveText("Saved");
    expect(await fetchStepNames(api, flow.id)).toEqual(["Fetch", "Tidy", "Score"]);
  },
);

test(
  "a step that both users moved can be put at either place",
  { tag: "@full" },
  async ({ page, api, problems }) => {
    problems.allow(/status of 412/);
    const flow = await api.createFlow(
      buildFlow(
        "Digest",
        ["a", "b", "c", "d", "e"].map((id) => buildStepWithPrompt(id, "Go.")),
      ),
    );
    const editor = new EditorPageObject(page);
    await editor.open(flow.id);
    const conflict = new SaveConflictPageObject(page);
    await editor.chooseFromMenu("E", "Move", "Move to top");
    const [a, b, c, d, e] = flow.flowSteps;
    await api.updateFlow(flow.id, {
      flowSteps: [a, b, e, c, d].map((one, order) => ({ ...one, order })),
    });
    await editor.saveButton.click();
    const conflictGroup = conflict.conflictGroup("“E” · moved to two places");
    await expect(conflictGroup).toContainText("Position 5 of 5, after “D”");
    await expect(conflictGroup).toContainText("Position 1 of 5");
    await expect(conflictGroup).toContainText("Position 3 of 5, after “B”");
    await conflictGroup.getByRole("radio", { name: "Theirs" }).click();
    await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
    await expect(editor.status).toHaveText("Saved");
    await editor.expectSteps(["A", "B", "E", "C", "D"]);
  },
);

test("all conflicts can be resolved at once, and single choices changed afterwards", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api }, buildThreeStepFlow());
  const conflict = new SaveConflictPageObject(page);
  for (const name of ["Fetch", "Clean", "Score"]) await editor.renameStep(name, `My ${name}`);
  const theirs = flow.flowSteps.map((step, index) => ({ ...step, name: `Theirs ${index + 1}` }));
  await api.updateFlow(flow.id, { flowSteps: theirs });
  await editor.saveButton.click();
  await conflict.expectDecided(0, 3);
  await conflict.dialog.getByRole("button", { name: "All theirs" }).click();
  await conflict.expectDecided(3, 3);
  await conflict.conflictGroup("“My Score” · Name").getByRole("radio", { name: "Mine" }).click();
  await conflict.dialog.getByRole("button", { name: "Apply and save" }).click();
  await expect(editor.status).toHaveText("Saved");
  expect(await fetchStepNames(api, flow.id)).toEqual(["Theirs 1", "Theirs 2", "My Score"]);
});

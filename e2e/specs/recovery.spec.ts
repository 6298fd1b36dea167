import { crash, untilKept } from "#e2e/harness/device.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { barOf, openTab, press } from "#e2e/harness/recovery-bar.ts";
import { replaceText } from "#e2e/harness/page-text.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// Whatever becomes of the page, the edits on it are on this device, and come back to whoever opens the flow again.

test("a reload brings everything back: the edits, their undo, and a text that fits no field", async ({
  page,
  api,
}) => {
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await editor.switchOf("Fetch").click();
  await editor.row("Tidy").click();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "When" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("A condition has 500 characters at most.")).toBeVisible();
  await untilKept(page, 3);

  await page.reload();
  await expect(barOf(page)).toContainText(/Recovered 3 changes from \d\d:\d\d\./);
  await editor.expectSaid(/Recovered 3 changes from/);
  await editor.expectSteps(["Fetch", "Tidy", "Route", "Notify"]);
  await expect(editor.switchOf("Fetch")).not.toBeChecked();
  await expect(when).toHaveText("x".repeat(501));
  await expect(editor.status).toHaveText("3 unsaved changes");
  await expectAccessible(page, "the bar of recovered changes");

  await press(page, "Show changes");
  const dialog = page.getByRole("dialog", { name: /^Unsaved changes from \d\d:\d\d$/ });
  await expect(dialog.getByRole("list", { name: "Unsaved changes" }).getByRole("listitem")).toHaveText([
    "Switched off “Fetch”",
    "Renamed “Clean” to “Tidy”",
    /^Typed a text into “Tidy” that does not fit its field/,
  ]);
  await expectAccessible(page, "the recovered changes");
  await page.keyboard.press("Escape");
  await expect(barOf(page).getByRole("button", { name: "Show changes" })).toBeFocused();

  await replaceText(page, when, "");
  await page.getByRole("button", { name: "Undo switch off Fetch" }).click();
  await expect(editor.switchOf("Fetch")).toBeChecked();
  await press(page, "Dismiss");
  await expect(barOf(page)).toHaveCount(0);
  await expect(page.locator(":focus")).toHaveAttribute("data-step-key", /./);
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps.slice(0, 2)).toMatchObject([{}, { name: "Tidy" }]);
  await page.reload();
  await expect(editor.status).toHaveText("Saved");
  await expect(barOf(page)).toHaveCount(0);
});

test("a crash costs nothing, and neither does a tab that was closed", async ({
  page,
  api,
  context,
  problems,
}) => {
  problems.allow(/./);
  const { flow, editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await untilKept(page, 1);
  await crash(page);

  const second = await openTab(context, flow.id);
  await expect(barOf(second.page)).toContainText("Recovered 1 change from");
  await expect(second.editor.row("Tidy")).toBeVisible();
  await second.editor.switchOf("Fetch").click();
  await untilKept(second.page, 2);
  await second.page.close();

  const third = await openTab(context, flow.id);
  await expect(barOf(third.page)).toContainText("Recovered 2 changes from");
  await third.editor.save();
  expect((await api.getFlow(flow.id)).flowSteps).toMatchObject([
    { enabled: false },
    { name: "Tidy" },
    {},
    {},
  ]);
});

test("what was recovered is discarded by one press, and back by another", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api });
  await editor.renameStep("Clean", "Tidy");
  await untilKept(page, 1);
  await page.reload();
  await press(page, "Discard");
  await expect(barOf(page)).toContainText("Discarded 1 change from");
  await expect(editor.row("Clean")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  await expect(barOf(page).getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(editor.row("Tidy")).toBeVisible();
  await expect(barOf(page)).toContainText("Recovered 1 change from");

  // With something on top it is more than was recovered: what goes is shown first.
  await editor.switchOf("Fetch").click();
  await press(page, "Discard");
  await page
    .getByRole("alertdialog", { name: "Discard unsaved changes?" })
    .getByRole("button", { name: "Cancel" })
    .click();
  await page.getByRole("button", { name: "Undo switch off Fetch" }).click();
  await press(page, "Discard");
  await expect(editor.status).toHaveText("Saved");
  await press(page, "Dismiss");
  await page.reload();
  await expect(editor.row("Clean")).toBeVisible();
  await expect(editor.status).toHaveText("Saved");
  await expect(barOf(page)).toHaveCount(0);
});

test.describe("where the server has moved on since", () => {
  /** Edits, dies, and comes back after somebody else has saved. */
  async function comeBack({ page, api }: Parameters<typeof openFlow>[0], theirs: object) {
    const { flow, editor } = await openFlow({ page, api });
    await editor.renameStep("Clean", "Tidy");
    await untilKept(page, 1);
    await page.goto("about:blank");
    await api.updateFlow(flow.id, theirs);
    await editor.open(flow.id);
    await expect(barOf(page)).toContainText(
      /1 unsaved change from \d\d:\d\d is on this device\. The flow was changed elsewhere since\./,
    );
    await expect(editor.row("Clean")).toBeVisible();
    await expect(editor.status).toHaveText("Saved");
    return { flow, editor };
  }

  test("nothing is put over it: both sides are shown, and merged when asked for", async ({ page, api }) => {
    const { flow, editor } = await comeBack({ page, api }, { name: "Their digest" });
    await press(page, "Show changes");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("list", { name: "Unsaved changes" })).toHaveText(
      "Renamed “Clean” to “Tidy”",
    );
    await expect(dialog.getByRole("list", { name: "Changed elsewhere since" })).toHaveText(
      "Renamed the flow to “Their digest”",
    );
    await expectAccessible(page, "recovered changes beside those from elsewhere");
    await page.keyboard.press("Escape");
    await press(page, "Merge");
    await expect(editor.row("Tidy")).toBeVisible();
    await expect(page.getByRole("heading", { level: 1, name: "Their digest" })).toBeVisible();
    await expect(barOf(page)).toHaveCount(0);
    await editor.save();
    expect(await api.getFlow(flow.id)).toMatchObject({
      name: "Their digest",
      flowSteps: [{}, { name: "Tidy" }, {}, {}],
    });
  });

  test("they can be kept as they were, and saving merges", async ({ page, api }) => {
    const { flow, editor } = await comeBack({ page, api }, { name: "Their digest" });
    await press(page, "Keep mine");
    await expect(editor.row("Tidy")).toBeVisible();
    await expect(editor.status).toHaveText("Changed elsewhere");
    await editor.saveButton.click();
    await expect(editor.status).toHaveText("Saved");
    expect(await api.getFlow(flow.id)).toMatchObject({
      name: "Their digest",
      flowSteps: [{}, { name: "Tidy" }, {}, {}],
    });
  });

  test("what clashes is not decided by the page", async ({ page, api }) => {
    const { flow, editor } = await openFlow({ page, api });
    await editor.renameStep("Clean", "Tidy");
    await untilKept(page, 1);
    await page.goto("about:blank");
    const { flowSteps } = await api.getFlow(flow.id);
    await api.updateFlow(flow.id, {
      flowSteps: flowSteps.map((step) => (step.id === "clean" ? { ...step, name: "Scrub" } : step)),
    });
    await editor.open(flow.id);
    await press(page, "Merge");
    await expect(editor.status).toHaveText("Changed elsewhere");
    expect((await api.getFlow(flow.id)).flowSteps[1]?.["name"]).toBe("Scrub");
  });

  test("they can be discarded and had back, or left for later", async ({ page, api }) => {
    const { flow, editor } = await comeBack({ page, api }, { name: "Their digest" });
    await press(page, "Discard");
    await expect(barOf(page)).toContainText("Discarded 1 change from");
    await press(page, "Undo");
    await expect(barOf(page)).toContainText("The flow was changed elsewhere since.");
    await press(page, "Decide later");
    await expect(barOf(page)).toHaveCount(0);
    await editor.open(flow.id);
    await expect(barOf(page)).toContainText("The flow was changed elsewhere since.");
    await press(page, "Discard");
    await expect(barOf(page)).toContainText("Discarded 1 change from");
    await editor.open(flow.id);
    await editor.untilUnderstood();
    await expect(barOf(page)).toHaveCount(0);
  });
});

import { Conflict, PROMPT, changeElsewhere, flowOfThree, promptHeld } from "#e2e/harness/conflict.ts";
import { untilKept } from "#e2e/harness/device.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { Keyboard } from "#e2e/harness/keyboard.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { barOf } from "#e2e/harness/recovery-bar.ts";
import { Records, createRecord, newType } from "#e2e/harness/records.ts";
import { expect, test } from "#e2e/harness/test.ts";

// What goes wrong is put right without a pointer, and nothing that is put right leaves the focus nowhere.

test("edits that clash are settled on the way out, and what was written by hand outlives the arrow keys", async ({
  page,
  api,
}) => {
  const keyboard = new Keyboard(page);
  await keyboard.forbidPointers();
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const conflict = new Conflict(page);
  await keyboard.tabTo(editor.row("Fetch"));
  await keyboard.press("ArrowDown", "Enter");
  await keyboard.tabTo(page.getByRole("textbox", { name: "Prompt", exact: true }));
  await keyboard.press("ControlOrMeta+Home", "End");
  await keyboard.type(" Mine.");
  await keyboard.press("Escape");
  await changeElsewhere(api, flow.id, 1, {
    config: { userPrompt: PROMPT.replace("page.", "page. Theirs.") },
  });
  await expect(conflict.banner).toBeVisible();

  const back = page.getByRole("link", { name: "Back to the list" });
  await keyboard.tabBackTo(back);
  await keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Save and leave" })).toBeFocused();
  await keyboard.press("Enter");
  await expect(conflict.dialog.getByRole("radio", { name: "Mine" })).toBeFocused();
  const byHand = conflict.dialog.getByRole("radio", { name: "Put together by hand" });
  await keyboard.press("ArrowDown", "ArrowDown");
  await expect(byHand).toBeChecked();
  const text = conflict.dialog.getByRole("textbox", { name: "The text that holds" });
  await keyboard.tabTo(text);
  await keyboard.press("F7");
  await editor.expectSaid("Difference 1 of 1.");
  await keyboard.press("End");
  await keyboard.type(" Ours.");
  await keyboard.tabBackTo(byHand);
  await keyboard.press("ArrowUp");
  await expect(text).toHaveCount(0);
  await keyboard.press("ArrowDown");
  await expect(text).toContainText("Mine. Ours.");
  await keyboard.tabTo(conflict.dialog.getByRole("button", { name: "Apply and save" }));
  await keyboard.press("Enter");
  await expect(editor.status).toHaveText("Saved");
  await expect(back).toBeFocused();
  expect(await promptHeld(api, flow.id, 1)).toBe(PROMPT.replace("page.", "page. Mine. Ours."));
});

test("a save that takes in what others did says both", async ({ page, api }) => {
  const keyboard = new Keyboard(page);
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  await keyboard.tabTo(editor.row("Fetch"));
  await keyboard.press("Space");
  await changeElsewhere(api, flow.id, 2, { name: "Rate" });
  await expect(new Conflict(page).banner).toBeVisible();
  // Together or one after the other, as fast as the server answers: so all of it is listened to.
  await page.evaluate(() => {
    const region = document.querySelector("[aria-live=polite]:not([role])");
    const note = () => (document.body.dataset["heard"] += ` ${region?.textContent}`);
    new MutationObserver(note).observe(region!, { childList: true, characterData: true, subtree: true });
  });
  await keyboard.press("ControlOrMeta+s");
  await expect(editor.status).toHaveText("Saved");
  const heard = page.locator("body[data-heard]");
  await expect(heard).toHaveAttribute("data-heard", /Merged 1 change from elsewhere with yours\./);
  await expect(heard).toHaveAttribute("data-heard", /Saved/);
  await expect(editor.row("Fetch")).toBeFocused();
});

test("work that was left behind is looked through, discarded and had back", async ({
  page,
  api,
  context,
}) => {
  const { flow, editor } = await openFlow({ page, api }, flowOfThree());
  const before = new Keyboard(page);
  await before.tabTo(editor.row("Fetch"));
  await before.press("Space", "ArrowDown", "F2");
  await before.typeOver("Tidy");
  await before.press("Enter");
  await untilKept(page, 2);
  await page.close();

  const next = await context.newPage();
  const keyboard = new Keyboard(next);
  await keyboard.forbidPointers();
  const again = new Editor(next);
  await again.open(flow.id);
  const bar = barOf(next);
  const show = bar.getByRole("button", { name: "Show changes" });
  await keyboard.tabTo(show);
  await keyboard.press("Enter");
  await expect(next.getByRole("dialog").getByRole("listitem")).toHaveCount(2);
  await keyboard.press("Escape");
  await expect(show).toBeFocused();
  await keyboard.tabTo(bar.getByRole("button", { name: "Discard" }));
  await keyboard.press("Enter");
  await again.expectSaid(/^Discarded 2 changes from/);
  await expect(bar.getByRole("button", { name: "Undo" })).toBeFocused();
  await again.expectSteps(["Fetch", "Clean", "Score"]);
  await keyboard.press("Enter");
  await again.expectSteps(["Fetch", "Tidy", "Score"]);
  await keyboard.tabTo(bar.getByRole("button", { name: "Dismiss" }));
  await keyboard.press("Enter");
  await expect(next.locator(":focus")).toHaveAttribute("data-step-key", /./);
  keyboard.expectGoodStops();
});

test("records are chosen, deleted and had back, and each choice is said", async ({ page, api }) => {
  const keyboard = new Keyboard(page);
  await keyboard.forbidPointers();
  const records = new Records(page);
  const said = new Editor(page);
  const type = newType();
  for (const name of ["Cy", "Bo", "Ada"]) await createRecord(api, type, name);
  await records.open(type);
  await keyboard.tabTo(records.link("Ada"));
  await keyboard.press("Space");
  await said.expectSaid("1 record is selected.");
  await keyboard.press("Space");
  await said.expectSaid("No record is selected.");
  const box = page.getByRole("checkbox", { name: "Select Ada" });
  await keyboard.tabBackTo(box);
  await keyboard.press("Space", "ArrowDown");
  await expect(records.link("Bo")).toBeFocused();
  await keyboard.press("Shift+Space");
  await said.expectSaid("2 records are selected.");
  await keyboard.press("Delete");
  await expect(page.getByRole("alertdialog").getByRole("button", { name: "Cancel" })).toBeFocused();
  await keyboard.tabTo(page.getByRole("alertdialog").getByRole("button", { name: "Delete" }));
  await keyboard.press("Enter");
  await expect(records.link("Cy")).toBeFocused();
  // The next toast is read without this one.
  const toasts = page.getByRole("status", { name: "Notifications" });
  await expect(toasts).toContainText("Deleted 2 records.");
  await expect(toasts).toHaveAttribute("aria-atomic", "false");
  await keyboard.press("ControlOrMeta+z");
  await said.expectSaid("2 records are back.");
  await expect(records.rows).toHaveCount(3);
});

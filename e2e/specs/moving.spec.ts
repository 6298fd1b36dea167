import { buildConditional, buildFlow, buildLongFlow, buildStep } from "#core/flow-builder.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

const nestedFlow = () =>
  buildFlow("Nested", [
    buildStep("fetch"),
    buildConditional("route", [buildStep("score"), buildStep("hide")], [buildStep("approve")]),
    buildStep("notify"),
  ]);

test("Alt and arrows carry a step into a conditional, through its branches and out again", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, nestedFlow());
  await editor.row("Fetch").focus();
  const press = async (key: string, said: string) => {
    await page.keyboard.press(key);
    await editor.expectSaid(said);
    await expect(editor.row("Fetch")).toBeFocused();
  };
  await press("Alt+Shift+ArrowRight", "Moved Fetch to position 1 of 3, in Route then.");
  await press("Alt+ArrowUp", "Fetch is already first in Route. Alt+Shift+← moves it out.");
  await press("Alt+ArrowDown", "Moved Fetch to position 2 of 3, in Route then.");
  await press("Alt+ArrowDown", "Moved Fetch to position 3 of 3, in Route then.");
  await press("Alt+ArrowDown", "Moved Fetch to position 1 of 2, in Route else.");
  await press("Alt+ArrowUp", "Moved Fetch to position 3 of 3, in Route then.");
  await press("Alt+Shift+ArrowLeft", "Moved Fetch to position 2 of 3.");
  await press("Alt+Shift+ArrowLeft", "Fetch is not inside a conditional.");
});

test("from right to left the arrows mean what they show", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, nestedFlow());
  await page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
  await editor.row("Fetch").focus();
  await page.keyboard.press("Alt+Shift+ArrowLeft");
  await editor.expectSaid("Moved Fetch to position 1 of 3, in Route then.");
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await editor.expectSaid("Moved Fetch to position 2 of 3.");
});

test("several move together, keep their order, and the focus stays on the row it was on", async ({
  page,
  api,
}) => {
  const steps = ["a", "b", "c", "d"].map((id) => buildStep(id));
  const { editor } = await openFlow({ page, api }, buildFlow("Plain", steps));
  await editor.row("B").focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(editor.row("C")).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSaid("Moved 2 steps to position 1 of 4.");
  await editor.expectSteps(["B", "C", "A", "D"]);
  await expect(editor.row("C")).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSaid("2 steps are already first.");
  await page.keyboard.press("Control+z");
  await editor.expectSaid("Undid move 2 steps.");
  await editor.expectSteps(["A", "B", "C", "D"]);
});

test("Alt and an arrow on the handle leaves the focus on the handle", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, nestedFlow());
  await editor.handle("Fetch").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await editor.expectSaid("Moved Fetch to position 2 of 3.");
  await expect(editor.handle("Fetch")).toBeFocused();
});

test("the menu of a selected row says that it moves them all, and gets the focus back", async ({
  page,
  api,
}) => {
  const { editor } = await openFlow({ page, api }, nestedFlow());
  await editor.row("Score").click();
  await editor.row("Hide").click({ modifiers: ["Shift"] });
  await editor.chooseFromMenu("Hide", "Move selected steps out of “Route” › then");
  await editor.expectSaid("Moved 2 steps to position 3 of 5.");
  await expect(page.getByRole("button", { name: "Actions for Hide" })).toBeFocused();
  await editor.openMenu("Fetch");
  await expect(page.getByRole("menuitem", { name: "Move up" })).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("menuitem", { name: /^Move up/ })).toContainText("Fetch is already first.");
});

test("Move to… finds every place by typing, and refuses those inside the step", async ({ page, api }) => {
  const { flow, editor } = await openFlow({ page, api }, nestedFlow());
  await editor.chooseFromMenu("Notify", "Move to…");
  const dialog = page.getByRole("dialog", { name: "Move Notify to…" });
  await expect(dialog.getByRole("option", { name: /^at the end/ })).toHaveAttribute("aria-disabled", "true");
  await expectAccessible(page, "the dialog of places");
  await page.keyboard.type("hide");
  await expect(dialog.getByRole("option")).toHaveText([/^in Route › then, before Hide/]);
  await page.keyboard.press("Enter");
  await editor.expectSaid("Moved Notify to position 2 of 3, in Route then.");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Actions for Notify" })).toBeFocused();

  await editor.chooseFromMenu("Route", "Move to…");
  await page.keyboard.type("approve");
  await expect(page.getByRole("option")).toContainText("A step cannot go inside itself.");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Actions for Route" })).toBeFocused();
  const body = await editor.save();
  expect(body).toMatchObject({ flowSteps: [{ id: "fetch" }, { id: "route" }] });
  expect((await api.getFlow(flow.id)).flowSteps.length).toBe(2);
});

test("in a thousand steps a place is found by its name", async ({ page, api }) => {
  const { editor } = await openFlow({ page, api }, buildLongFlow("Long", 1000));
  await editor.chooseFromMenu("Step 3", "Move to…");
  await expect(page.getByRole("option")).toHaveCount(100);
  await expect(page.getByText("900 more places. Type to find them.")).toBeVisible();
  await page.keyboard.type("step 812");
  await page.keyboard.press("Enter");
  await editor.expectSaid("Moved Step 3 to position 811 of 1000.");
  await expect(page.getByRole("button", { name: "Actions for Step 3", exact: true })).toBeFocused();
});

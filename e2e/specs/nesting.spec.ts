import type { JsonObject } from "#core/json/json.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

/** Builds Fetch, Route (then: Queue, Split (then: Ask; else: empty); else: Approve) and Notify. */
const nestedFlow = () =>
  buildFlow("Nested", [
    buildStep("fetch"),
    buildConditional(
      "route",
      [buildStep("queue"), buildConditional("split", [buildStep("ask")])],
      [buildStep("approve")],
    ),
    buildStep("notify"),
  ]);

const OPEN = [
  "1 Fetch",
  "2 Route",
  "  then",
  "  1 Queue",
  "  2 Split",
  "    then",
  "    1 Ask",
  "    else",
  "  else",
  "  1 Approve",
  "3 Notify",
];

const namesIn = (steps: unknown) => (steps as readonly JsonObject[]).map((step) => step["name"]);
const branchOf = (step: JsonObject | undefined, branch: "trueSteps" | "falseSteps") =>
  (step?.["config"] as JsonObject | undefined)?.[branch];

test("a conditional can be folded and unfolded by its button and by arrow keys", async ({ page, api }) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
  await editor.fold("Route");
  await editor.expectOutline(["1 Fetch", "2 Route", "3 Notify"]);
  await editor.unfold("Route");
  await editor.expectOutline(OPEN);
  const ask = editor.row("Ask");
  for (const [name, value] of Object.entries({ level: "3", posinset: "1", setsize: "1" }))
    await expect(ask).toHaveAttribute(`aria-${name}`, value);
  await expect(ask).toHaveAccessibleName("1 Ask, Prompt, in Split then");
  await expect(editor.branch("Split", "else")).toHaveAccessibleName("Split › else, no steps");

  await editor.row("Ask").focus();
  await page.keyboard.press("ArrowLeft");
  await expect(editor.row("Split")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(editor.row("Ask")).toHaveCount(0);
  await expect(editor.row("Split")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(editor.branch("Split", "then")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(editor.row("Ask")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(editor.branch("Split", "else")).toBeFocused();
  await page.keyboard.press("End");
  await expect(editor.row("Notify")).toBeFocused();
  await expect(editor.status).toHaveText("Saved");
});

test.describe("by mouse", () => {
  test("a step can be dragged into a branch, saved there, and dragged out again", async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
    await editor.carry("Fetch", editor.row("Queue"), "below");
    await editor.expectSaid("“Fetch”, position 2 of 3, in “Route” then, before “Split”.");
    await page.mouse.up();
    await editor.expectSaid("Moved “Fetch” to position 2 of 3, in “Route” then.");
    await expect(editor.row("Fetch")).toBeFocused();
    const { flowSteps } = (await editor.save()) as { flowSteps: readonly JsonObject[] };
    expect(namesIn(flowSteps)).toEqual(["Route", "Notify"]);
    expect(namesIn(branchOf(flowSteps[0], "trueSteps"))).toEqual(["Queue", "Fetch", "Split"]);

    await editor.carry("Fetch", editor.row("Notify"), "below");
    await page.mouse.up();
    await editor.expectSaid("Moved “Fetch” to position 3 of 3.");
    await editor.expectSteps(["Route", "Notify", "Fetch"]);
  });

  test(
    "the horizontal position of a drag selects the nesting level between rows where several lists end",
    { tag: "@full" },
    async ({ page, api }) => {
      const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
      await editor.carry("Notify", editor.row("Approve"), "below");
      await editor.expectSaid(/^“Notify”, position 3 of 3, at the end\.$/);
      const row = (await editor.row("Notify").boundingBox())!;
      await editor.carryOn(editor.row("Approve"), "below", row.x + 250 + 30);
      await editor.expectSaid("“Notify”, position 2 of 2, in “Route” else, at the end.");
      await page.mouse.up();
      await editor.expectSaid("Moved “Notify” to position 2 of 2, in “Route” else.");

      await editor.carry("Notify", editor.row("Notify"), "below", -30);
      await editor.expectSaid("“Notify”, position 3 of 3, at the end.");
      await page.mouse.up();
      await editor.expectOutline(OPEN);
    },
  );

  test(
    "dropping a step on the heading of an empty branch puts it into the branch",
    { tag: "@full" },
    async ({ page, api }) => {
      const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
      await editor.carry("Notify", editor.branch("Split", "else"), "above");
      await editor.expectSaid("“Notify”, position 1 of 1, in “Route” then, “Split” else, at the end.");
      await page.mouse.up();
      await expect(editor.branch("Split", "else")).toHaveAccessibleName("Split › else, 1 step");
    },
  );

  test(
    "dragging a conditional into itself shows a refused marker, and dropping changes nothing",
    { tag: "@full" },
    async ({ page, api }) => {
      const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
      await editor.carry("Route", editor.row("Queue"), "below");
      await editor.expectSaid("A step can’t be moved into itself.");
      await expect(page.locator("[data-drop-marker=refused]")).toBeAttached();
      await expect(page.locator("[data-drag-overlay]")).toContainText("A step can’t be moved into itself.");
      await expectNoAccessibilityViolations(page, "a drag over an invalid place");
      await page.mouse.up();
      await editor.expectSaid("A step can’t be moved into itself. “Route” stays at position 2.");
      await editor.expectOutline(OPEN);
      await expect(editor.status).toHaveText("Saved");
    },
  );

  test("a folded conditional unfolds when a drag hovers over it", { tag: "@full" }, async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
    await editor.fold("Route");
    await editor.carry("Notify", editor.row("Route"), "below");
    await expect(editor.row("Queue")).toBeVisible();
    await editor.carryOn(editor.row("Queue"), "above", 260);
    await page.mouse.up();
    await editor.expectSaid("Moved “Notify” to position 1 of 3, in “Route” then.");
  });

  test(
    "dragging one of several selected steps moves them all, and shows their count",
    { tag: "@full" },
    async ({ page, api }) => {
      const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
      await editor.row("Fetch").click({ position: { x: 400, y: 20 } });
      await editor.row("Notify").click({ position: { x: 400, y: 20 }, modifiers: ["ControlOrMeta"] });
      await expect(editor.row("Fetch")).toHaveAccessibleName("1 Fetch, Prompt, selected");
      await editor.carry("Notify", editor.row("Queue"), "above");
      await editor.expectSaid("2 steps, position 1 of 4, in “Route” then, before “Queue”.");
      await expect(page.locator("[data-drag-count]")).toHaveText("2");
      await page.mouse.up();
      await editor.expectSaid("Moved 2 steps to position 1 of 4, in “Route” then.");
      expect((await editor.outline()).slice(0, 5)).toEqual([
        "1 Route",
        "  then",
        "  1 Fetch",
        "  2 Notify",
        "  3 Queue",
      ]);
      await page.keyboard.press("Control+z");
      await editor.expectOutline(OPEN);
    },
  );
});

test.describe("by keyboard", () => {
  test(
    "steps can be added at a branch heading and between steps of every level",
    { tag: "@full" },
    async ({ page, api }) => {
      const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
      await editor.branch("Split", "else").focus();
      await page.keyboard.press("Enter");
      await expect(page.getByRole("dialog", { name: "Add step" }).getByRole("combobox")).toBeFocused();
      await page.keyboard.type("Send email");
      await page.keyboard.press("Enter");
      await expect(editor.branch("Split", "else")).toHaveAccessibleName("Split › else, 1 step");
      const shown = page.locator("[data-nearest]");
      await editor.row("Approve").hover({ position: { x: 300, y: 35 } });
      await expect(shown).toHaveAccessibleName("Add step after Approve");
      await expect(shown).toHaveCSS("opacity", "1");
      await editor.row("Approve").hover({ position: { x: 20, y: 35 } });
      await expect(shown).toHaveAccessibleName("Add step after Route");
      await editor.row("Approve").hover({ position: { x: 300, y: 5 } });
      await expect(shown).toHaveAccessibleName(/^Add step first in Route/);
      await editor.status.hover();
      await expect(shown).toHaveCount(0);
      await editor.row("Approve").hover();
      for (const name of ["Add step after Approve", "Add step after Route"])
        await expect(page.getByRole("button", { name, exact: true })).toBeVisible();
      await page.getByRole("button", { name: "Add step after Route", exact: true }).click();
      await expect(page.getByRole("dialog", { name: "Add step" }).getByRole("combobox")).toBeFocused();
      await page.keyboard.type("Fetch URL");
      await page.keyboard.press("Enter");
      await expect.poll(async () => (await editor.outline()).at(-2)).toBe("3 Fetch URL");
    },
  );
});

test.describe("by touch", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("a step can be dragged into a branch and between branches", async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
    await editor.dragByTouch("Fetch", "Queue", "above");
    await editor.expectSaid("Moved “Fetch” to position 1 of 3, in “Route” then.");
    await editor.dragByTouch("Fetch", editor.branch("Route", "else"), "below");
    await editor.expectSaid("Moved “Fetch” to position 1 of 2, in “Route” else.");
  });

  test("a tap on the handle offers all places, and a tap on a place moves the step there", async ({
    page,
    api,
  }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
    await editor.handle("Notify").tap();
    await editor.expectSaid("Picked up “Notify”, position 3 of 3. Choose a position, or cancel.");
    await expect(page.getByText("Moving “Notify” — tap a position")).toBeVisible();
    await expect(page.getByRole("button", { name: "Place in “Route” › else, last" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Place at the end" })).toHaveCount(0);
    await page.getByRole("button", { name: "Place in “Route” › then › “Split” › else, first" }).tap();
    await editor.expectSaid("Moved “Notify” to position 1 of 1, in “Route” then, “Split” else.");
    await expect(editor.handle("Notify")).toBeFocused();
  });
});

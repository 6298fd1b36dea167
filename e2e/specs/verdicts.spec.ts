import type { Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import type { Api } from "#e2e/harness/api.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// What a move would break is said before it is made, by whatever means it is made.

const prompt = (id: string, userPrompt: string, outputVariable: string) =>
  buildStep(id, { config: { model: "gpt-4o", userPrompt, outputVariable } });

/** Fetch page sets `page`, Clean makes `text` of it, Summarise and Notify read on. */
const digest = () =>
  buildFlow("Digest", [
    buildStep("fetch", {
      name: "Fetch page",
      type: "fetch-url",
      config: { http: { method: "GET", url: "https://a.example" }, outputVariable: "page" },
    }),
    buildStep("clean", {
      type: "transform-data",
      config: { script: "return input.page.trim();", outputVariable: "text" },
    }),
    prompt("summarise", "Summarise {{text}} of {{page}}", "summary"),
    buildStep("notify", {
      type: "send-email",
      config: { from: "a@a.example", to: "b@a.example", subject: "News", html: "{{summary}}" },
    }),
  ]);

async function openDigest({ page, api }: { page: Page; api: Api }, body = digest()) {
  const flow = await api.createFlow(body);
  const editor = new Editor(page);
  await editor.openAnalysed(flow.id);
  return editor;
}

const bar = (page: Page) => page.getByRole("region", { name: "What this change breaks" });
const ORDER = ["Fetch page", "Clean", "Summarise", "Notify"];
const BROKEN = "Breaks 2 references: Summarise reads “text”, which Clean sets later, at step 3.";

test("by mouse: slots that break are struck through, the reason hangs on the pointer, one press mends it", async ({
  page,
  api,
}) => {
  const editor = await openDigest({ page, api });
  await editor.carry("Summarise", editor.row("Fetch page"), "above");
  await expect(page.locator("[data-drop-marker=breaks]")).toBeAttached();
  await expect(page.locator("[data-drag-overlay]")).toContainText(BROKEN);
  // Above Fetch page, above Clean, and at the end, where Notify would miss the summary.
  await expect(page.locator("[data-break-mark]")).toHaveCount(3);
  await editor.expectSaid(`Summarise, position 1 of 4, before Fetch page. ${BROKEN}`);
  await page.mouse.up();

  await editor.expectSaid(`Moved Summarise to position 1 of 4. ${BROKEN}`);
  await expect(bar(page)).toContainText(BROKEN);
  await expect(editor.problemsButton).toHaveText(/^2 problems/);
  await expect(editor.row("Summarise")).toBeFocused();
  await bar(page).getByRole("button", { name: "Take along the 2 steps needed" }).click();
  await editor.expectSteps(ORDER);
  await expect(bar(page)).toHaveCount(0);
  await expect(editor.row("Summarise")).toBeFocused();
  await expect(editor.problemsButton).toHaveText(/^No problems/);
  await expect(editor.status).toHaveText("Saved");
});

test("a move that broke something is undone from where it is told", async ({ page, api }) => {
  const editor = await openDigest({ page, api });
  await editor.dragByMouse("Clean", "Fetch page", "above");
  const reason = "Breaks 1 reference: Clean reads “page”, which Fetch page sets later, at step 2.";
  await expect(bar(page)).toContainText(reason);
  await expectAccessible(page, "the bar under the list");
  await bar(page).getByRole("button", { name: "Undo" }).click();
  await editor.expectSteps(ORDER);
  await expect(bar(page)).toHaveCount(0);
  await expect(editor.row("Clean")).toBeFocused();
  await expect(editor.status).toHaveText("Saved");
});

test("by keyboard: each place is said with what it breaks, and Shift leads to the next safe one", async ({
  page,
  api,
}) => {
  const editor = await openDigest({ page, api });
  const said = [await editor.pickUpByKeyboard("Fetch page")];
  for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Shift+ArrowDown"])
    said.push(await editor.pressAndHear(key));
  expect(said).toEqual([
    "Picked up Fetch page, position 1 of 4. Arrow keys move it, with Shift to the next safe place, Space drops it, Escape puts it back.",
    "Fetch page, position 2 of 4, before Summarise. Breaks 1 reference: Clean reads “page”, which Fetch page sets later, at step 2.",
    "Fetch page, position 3 of 4, before Notify. Breaks 2 references: Clean reads “page”, which Fetch page sets later, at step 3.",
    "Fetch page, position 2 of 4, before Summarise. Breaks 1 reference: Clean reads “page”, which Fetch page sets later, at step 2.",
    "No place further down is safe.",
  ]);
  await editor.pressAndHear("Space");
  await editor.expectSteps(["Clean", "Fetch page", "Summarise", "Notify"]);
  // The way out is the next thing that Tab comes to after the list.
  const wayOut = bar(page).getByRole("button", { name: "Take Clean along" });
  await expect(wayOut).toBeVisible();
  await wayOut.press("Enter");
  await editor.expectSteps(ORDER);
  await expect(editor.row("Fetch page")).toBeFocused();
});

test("Shift and an arrow pass over what breaks", async ({ page, api }) => {
  const editor = await openDigest(
    { page, api },
    buildFlow("Safe", [
      prompt("one", "Begin", "first"),
      prompt("two", "{{first}}", "second"),
      prompt("free", "Hello", ""),
    ]),
  );
  await editor.pickUpByKeyboard("One");
  // Below Two it would come too late for it, and so would the end.
  expect(await editor.pressAndHear("Shift+ArrowDown")).toBe("No place further down is safe.");
  await editor.pressAndHear("Escape");
  await editor.pickUpByKeyboard("Two");
  expect(await editor.pressAndHear("Shift+ArrowDown")).toBe("Two, position 3 of 3, at the end.");
  await editor.pressAndHear("Space");
  await editor.expectSteps(["One", "Free", "Two"]);
  await expect(bar(page)).toHaveCount(0);
});

test("by dialog: each place tells what it breaks; a repair mends it, and two undos bring all back", async ({
  page,
  api,
}) => {
  const editor = await openDigest({ page, api });
  await editor.chooseFromMenu("Clean", "Move to…");
  const dialog = page.getByRole("dialog", { name: "Move Clean to…" });
  const reason = "Breaks 1 reference: Clean reads “page”, which Fetch page sets later, at step 2.";
  await expect(dialog.getByRole("option", { name: /^before Fetch page/ })).toContainText(reason);
  await expect(dialog.getByRole("option", { name: /^before Notify/ })).toContainText(
    "Breaks 1 reference: Summarise",
  );
  await expectAccessible(page, "places with verdicts");
  await dialog.getByRole("option", { name: /^before Fetch page/ }).click();
  await editor.expectSteps(["Clean", "Fetch page", "Summarise", "Notify"]);
  await editor.expectSaid(`Moved Clean to position 1 of 4. ${reason}`);
  await bar(page).getByRole("button", { name: "Move Fetch page above Clean" }).click();
  await editor.expectSteps(ORDER);
  await editor.expectSaid("Done: Move Fetch page above Clean.");
  await expect(editor.problemsButton).toHaveText(/^No problems/);
  await page.keyboard.press("Control+z");
  await editor.expectSteps(["Clean", "Fetch page", "Summarise", "Notify"]);
  await page.keyboard.press("Control+z");
  await editor.expectSteps(ORDER);
  await expect(editor.status).toHaveText("Saved");
});

test("by Alt and arrows: a move is said with what it broke", async ({ page, api }) => {
  const editor = await openDigest({ page, api });
  await editor.row("Summarise").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSaid(
    "Moved Summarise to position 2 of 4. Breaks 1 reference: Summarise reads “text”, which Clean sets later, at step 3.",
  );
  await page.keyboard.press("Alt+ArrowDown");
  await editor.expectSaid("Moved Summarise to position 3 of 4. Mends 1 reference: Summarise finds “text”.");
  await expect(bar(page)).toHaveCount(0);
});

test("several at once are judged together", async ({ page, api }) => {
  const editor = await openDigest({ page, api });
  await editor.row("Fetch page").click();
  await editor.row("Clean").click({ modifiers: ["Shift"] });
  await editor.row("Clean").focus();
  await page.keyboard.press("Alt+ArrowDown");
  await editor.expectSaid(
    "Moved 2 steps to position 2 of 4. Breaks 2 references: Summarise reads “text”, which Clean sets later, at step 3.",
  );
});

test("a move into a branch, past a step that sets the same, or into the other branch says what changes", async ({
  page,
  api,
}) => {
  const editor = await openDigest(
    { page, api },
    buildFlow("Shadows", [
      prompt("draft", "Write", "text"),
      prompt("polish", "Polish", "text"),
      buildConditional("route", [buildStep("left")], [buildStep("right")]),
      prompt("send", "Send {{text}}", "sent"),
    ]),
  );
  await editor.row("Polish").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSaid(
    "Moved Polish to position 1 of 4. Changes 1 reference: Send reads “text” from Draft instead of Polish.",
  );
  await expect(bar(page)).toContainText("Changes 1 reference");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await editor.expectSaid(
    "Moved Polish to position 1 of 2, in Route then. Changes 1 reference: Send reads “text” from Polish or Draft instead of Polish.",
  );
});

test.describe("under a finger", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });

  test("places to tap tell what they break, and so does a long press that carries", async ({ page, api }) => {
    const editor = await openDigest({ page, api });
    await editor.handle("Clean").tap();
    const place = page.getByRole("button", {
      name: /^Place before Fetch page\. Breaks 1 reference: Clean reads “page”/,
    });
    await expect(place).toBeVisible();
    await place.tap();
    await expect(bar(page)).toContainText("Clean reads “page”");
    await expectAccessible(page, "the bar on a phone");
    await bar(page).getByRole("button", { name: "Undo" }).tap();
    await editor.expectSteps(ORDER);
    await editor.dragByTouch("Summarise", "Fetch page", "above");
    await editor.expectSaid(`Moved Summarise to position 1 of 4. ${BROKEN}`);
    await expect(bar(page)).toContainText(BROKEN);
  });
});

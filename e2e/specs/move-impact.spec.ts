import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "#e2e/harness/api.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const prompt = (id: string, userPrompt: string, outputVariable: string) =>
  buildStep(id, { config: { model: "gpt-4o", userPrompt, outputVariable } });

/** Builds a flow: Fetch page sets `page`, Clean derives `text` from it, Summarise and Notify read the results. */
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

async function openDigest({ page, api }: { page: Page; api: ApiClient }, body = digest()) {
  const flow = await api.createFlow(body);
  const editor = new EditorPageObject(page);
  await editor.openAnalyzed(flow.id);
  return editor;
}

const bar = (page: Page) => page.getByRole("region", { name: "Broken references" });
const ORDER = ["Fetch page", "Clean", "Summarise", "Notify"];
const BROKEN = "Breaks 2 references: “Summarise” needs “text”, but “Clean” sets it later (step 3).";

test("dragging marks positions that break references, shows the reason, and offers a quick fix", async ({
  page,
  api,
}) => {
  const editor = await openDigest({ page, api });
  await editor.carry("Summarise", editor.row("Fetch page"), "above");
  await expect(page.locator("[data-drop-marker=breaks]")).toBeAttached();
  const overlay = page.locator("[data-drag-overlay]");
  await expect(overlay).toContainText(BROKEN);
  // The overlay leaves the name below the place visible.
  const covered = await editor.row("Fetch page").locator("[data-part=name]").boundingBox();
  expect((await overlay.boundingBox())?.y).toBeGreaterThan((covered?.y ?? 0) + (covered?.height ?? 0));
  // Three positions are marked: above Fetch page, above Clean, and at the end.
  await expect(page.locator("[data-break-mark]")).toHaveCount(3);
  await editor.expectSaid(`“Summarise”, position 1 of 4, before “Fetch page”. ${BROKEN}`);
  await page.mouse.up();

  await editor.expectSaid(`Moved “Summarise” to position 1 of 4. ${BROKEN}`);
  await expect(bar(page)).toContainText(BROKEN);
  await expect(editor.problemsButton).toHaveText(/^2 problems/);
  await expect(editor.row("Summarise")).toBeFocused();
  await bar(page).getByRole("button", { name: "Move its 2 dependencies too" }).click();
  await editor.expectSteps(ORDER);
  await expect(bar(page)).toHaveCount(0);
  await expect(editor.row("Summarise")).toBeFocused();
  await expect(editor.problemsButton).toHaveText(/^No problems/);
  await expect(editor.status).toHaveText("Saved");
});

test("a keyboard move announces which references each position breaks", async ({ page, api }) => {
  const editor = await openDigest({ page, api });
  const said = [await editor.pickUpByKeyboard("Fetch page")];
  for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Shift+ArrowDown"])
    said.push(await editor.pressAndHear(key));
  expect(said).toEqual([
    "Picked up “Fetch page”, position 1 of 4. Use arrow keys to move, with Shift to the next valid position. Space drops, Escape cancels.",
    "“Fetch page”, position 2 of 4, before “Summarise”. “Clean” needs “page”, but “Fetch page” sets it later (step 2).",
    "“Fetch page”, position 3 of 4, before “Notify”. Breaks 2 references: “Clean” needs “page”, but “Fetch page” sets it later (step 3).",
    "“Fetch page”, position 2 of 4, before “Summarise”. “Clean” needs “page”, but “Fetch page” sets it later (step 2).",
    "No valid position further down.",
  ]);
  await editor.pressAndHear("Space");
  await editor.expectSteps(["Clean", "Fetch page", "Summarise", "Notify"]);
  const quickFix = bar(page).getByRole("button", { name: "Move “Clean” too" });
  await expect(quickFix).toBeVisible();
  await quickFix.press("Enter");
  await editor.expectSteps(ORDER);
  await expect(editor.row("Fetch page")).toBeFocused();
});

test(
  "Move to… names the references that each position breaks, and a quick fix restores them",
  { tag: "@full" },
  async ({ page, api }) => {
    const editor = await openDigest({ page, api });
    await editor.chooseFromMenu("Clean", "Move", "Move to…");
    const dialog = page.getByRole("dialog", { name: "Move “Clean” to…" });
    const reason = "“Clean” needs “page”, but “Fetch page” sets it later (step 2).";
    await expect(dialog.getByRole("option", { name: /^before “Fetch page”/ })).toContainText(reason);
    await expect(dialog.getByRole("option", { name: /^before “Notify”/ })).toContainText("“Summarise”");
    await expectNoAccessibilityViolations(page, "the Move to… dialog with broken references");
    await dialog.getByRole("option", { name: /^before “Fetch page”/ }).click();
    await editor.expectSteps(["Clean", "Fetch page", "Summarise", "Notify"]);
    await editor.expectSaid(`Moved “Clean” to position 1 of 4. ${reason}`);
    await bar(page).getByRole("button", { name: "Move “Fetch page” above “Clean”" }).click();
    await editor.expectSteps(ORDER);
    await editor.expectSaid("Done: Move “Fetch page” above “Clean”.");
    await expect(editor.problemsButton).toHaveText(/^No problems/);
    await page.keyboard.press("Control+z");
    await editor.expectSteps(["Clean", "Fetch page", "Summarise", "Notify"]);
    await page.keyboard.press("Control+z");
    await editor.expectSteps(ORDER);
    await expect(editor.status).toHaveText("Saved");
  },
);

test("Alt+Arrow announces the references that a move breaks or restores", async ({ page, api }) => {
  const editor = await openDigest({ page, api });
  await editor.row("Summarise").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await editor.expectSaid(
    "Moved “Summarise” to position 2 of 4. “Summarise” needs “text”, but “Clean” sets it later (step 3).",
  );
  await page.keyboard.press("Alt+ArrowDown");
  await editor.expectSaid(
    "Moved “Summarise” to position 3 of 4. Fixes 1 reference: “Summarise” can read “text”.",
  );
  await expect(bar(page)).toHaveCount(0);
});

test.describe("by touch", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });

  test(
    "moving a step shows the references that a position breaks, by tap and by long press",
    { tag: "@full" },
    async ({ page, api }) => {
      const editor = await openDigest({ page, api });
      await editor.handle("Clean").tap();
      const place = page.getByRole("button", {
        name: /^Place before “Fetch page”\. “Clean” needs “page”/,
      });
      await expect(place).toBeVisible();
      await place.tap();
      await expect(bar(page)).toContainText("“Clean” needs “page”");
      await expectNoAccessibilityViolations(page, "the bar about broken references on a phone");
      await bar(page).getByRole("button", { name: "Undo" }).tap();
      await editor.expectSteps(ORDER);
      await expect(bar(page)).toHaveCount(0);
      await editor.dragByTouch("Summarise", "Fetch page", "above");
      await editor.expectSaid(`Moved “Summarise” to position 1 of 4. ${BROKEN}`);
      await expect(bar(page)).toContainText(BROKEN);
    },
  );
});

import type { Page } from "@playwright/test";
import { FAMILIES, STEP_TYPES } from "#contract/step-types.ts";
import { newStepConfig } from "#contract/step-descriptions/new-step-config.ts";
import { buildConditional, buildFlow, buildStep } from "#core/flow-builder.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessibleInBothThemes, test } from "#e2e/harness/test.ts";

// Every state of the editor, in both themes, wide and narrow: axe has nothing to say, and nothing sticks out.

const nestedFlow = () =>
  buildFlow("Nested", [
    buildStep("fetch", { type: "fetch-url", config: { outputVariable: "page" } }),
    buildStep("clean", { enabled: false, when: "page.size > 1", config: { userPrompt: "Clean {{page}}" } }),
    buildConditional(
      "route",
      [buildStep("queue"), buildConditional("split", [buildStep("ask")])],
      [buildStep("approve", { type: "send-slack-message" })],
    ),
    buildStep("notify", { type: "send-email" }),
  ]);

async function check(page: Page, what: string): Promise<void> {
  await expectAccessibleInBothThemes(page, what);
  expect(await sidewaysOverflow(page), `${what} is no wider than the page`).toBeLessThanOrEqual(0);
}

const sidewaysOverflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

for (const width of [1280, 360]) {
  test.describe(`at ${width} pixels`, () => {
    test.use({ viewport: { width, height: 800 } });
    const isNarrow = width < 900;
    /** A press on the words of a row, which a narrow one has few of. */
    const onRow = { position: { x: isNarrow ? 130 : 250, y: 20 } };

    test("the list: nested, folded, several selected, and a row's menu", async ({ page, api }) => {
      test.setTimeout(180_000);
      const { editor } = await openFlow({ page, api }, nestedFlow());
      await check(page, "a nested list");

      await editor.fold("Split");
      await editor.fold("Route");
      await check(page, "a folded list");
      await editor.unfold("Route");

      await editor.openMenu("Queue");
      await check(page, "a row's menu");
      await page.keyboard.press("Escape");

      await editor.row("Fetch").focus();
      await page.keyboard.press("Shift+ArrowDown");
      await page.keyboard.press("Shift+ArrowDown");
      await expect(page.getByRole("heading", { name: "3 steps selected" })).toBeVisible();
      await check(page, "several steps selected");
      if (isNarrow) {
        await page.getByRole("button", { name: "More for 3 steps selected" }).click();
        await expect(page.getByRole("menu")).toBeVisible();
        await check(page, "the menu of the selection");
      }
    });

    test("what is opened over the list", async ({ page, api }) => {
      test.setTimeout(180_000);
      const { editor } = await openFlow({ page, api }, nestedFlow());
      await editor.row("Clean").focus();
      await page.keyboard.press("/");
      await expect(page.getByRole("dialog", { name: "Add step" })).toBeVisible();
      await check(page, "the step picker");
      await page.keyboard.type("no such type");
      await check(page, "the step picker without a match");
      await page.keyboard.press("Escape");

      await editor.chooseFromMenu("Route", "Move to…");
      await expect(page.getByRole("dialog", { name: "Move Route to…" })).toBeVisible();
      await check(page, "the dialog of places");
      await page.keyboard.press("Escape");

      await editor.chooseFromMenu("Clean", "Paste…");
      const paste = page.getByRole("dialog", { name: "Paste steps" });
      await expect(paste.getByRole("textbox")).toBeFocused();
      await page.keyboard.insertText('[\n  {"type": "prompt"},\n  {"type": "prompt" "name": "Two"}\n]');
      await paste.getByRole("button", { name: "Insert" }).click();
      await expect(paste.getByRole("button", { name: /^Line 3/ })).toBeVisible();
      await check(page, "a paste that was refused");
      await page.keyboard.press("Escape");

      await page.keyboard.press("ControlOrMeta+/");
      await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
      await check(page, "the keyboard map");
    });

    test("find and replace", async ({ page, api }) => {
      test.setTimeout(180_000);
      await openFlow({ page, api }, nestedFlow());
      await page.keyboard.press("ControlOrMeta+f");
      await expect(page.getByRole("searchbox", { name: "Find" })).toBeFocused();
      await page.keyboard.type("page");
      await expect(page.locator("[data-find-count]")).toHaveText("1 of 3");
      await check(page, "the find bar");
      await page.getByRole("search").getByRole("button", { name: "Replace", exact: true }).click();
      await page.getByRole("textbox", { name: "Replace with" }).fill("body");
      await check(page, "find and replace");
    });

    test("the JSON tab, right and wrong", async ({ page, api }) => {
      test.setTimeout(180_000);
      await openFlow({ page, api }, nestedFlow());
      await page.getByRole("link", { name: "JSON" }).click();
      const text = page.getByRole("textbox", { name: "Flow (JSON)" });
      await expect(text).toBeVisible();
      await check(page, "the JSON tab");
      await text.click();
      await page.keyboard.press("ControlOrMeta+Home");
      await page.keyboard.type("{");
      await expect(page.getByRole("list", { name: "Problems" })).toBeVisible();
      await check(page, "the JSON tab with a problem");
    });

    test("while a step is on its way", async ({ page, api }) => {
      test.setTimeout(180_000);
      const { editor } = await openFlow({ page, api }, nestedFlow());
      await editor.carry("Fetch", editor.row("Queue"), "above");
      await editor.expectSaid(/^Fetch, position 1 of 3, in Route then/);
      await check(page, "a drag by mouse");
      await editor.carryOn(editor.row("Fetch"), "above", 200);
      await page.mouse.up();
      await editor.carry("Route", editor.row("Queue"), "below");
      await editor.expectSaid("A step cannot go inside itself.");
      await check(page, "a drag to where it cannot go");
      await page.mouse.up();

      await editor.pickUpByKeyboard("Fetch");
      await editor.pressAndHear("ArrowDown");
      await check(page, "a move by keyboard");
      await editor.pressAndHear("Escape");

      await editor.handle("Notify").click();
      await expect(page.getByRole("button", { name: "Place before Fetch" })).toBeVisible();
      await check(page, "the places for a step in hand");
    });

    for (const family of FAMILIES) {
      test(`the forms of the family ${family}`, async ({ page, api }) => {
        test.setTimeout(240_000);
        const ofFamily = STEP_TYPES.filter((type) => type.family === family);
        // The sheet shows the same forms in another frame: one of each family shows whether it fits.
        const types = isNarrow ? ofFamily.slice(0, 1) : ofFamily;
        const steps = types.map(({ type, label }) =>
          buildStep(type, { type, name: `My ${label}`, config: newStepConfig(type) }),
        );
        const { editor } = await openFlow({ page, api }, buildFlow("Forms", steps));
        for (const { label } of types) {
          await editor.row(`My ${label}`).click(onRow);
          const name = page.getByRole("textbox", { name: "Name", exact: true });
          await expect(name).toHaveValue(`My ${label}`);
          const more = page.getByRole("button", { name: /^More(?: ·|$)/ });
          if (await more.isVisible()) await more.click();
          await expect(page.getByText(/^Loading /)).toHaveCount(0);
          await check(page, `the form of ${label}`);
          await page.keyboard.press("Escape");
        }
      });
    }

    test("a form with errors, a list of fallbacks, and a config that is no JSON", async ({ page, api }) => {
      test.setTimeout(180_000);
      const { editor } = await openFlow(
        { page, api },
        buildFlow("Faults", [
          buildStep("score", {
            when: "score >",
            config: {
              userPrompt: "Hi {{",
              temperature: 7,
              errorHandling: {
                onError: "fallback",
                fallbacks: [
                  { type: "retry", maxRetries: 2 },
                  { type: "model", model: "gpt-4o-mini" },
                  { type: "message", message: "Sorry." },
                ],
              },
            },
          }),
        ]),
      );
      await editor.row("Score").click(onRow);
      await page.getByRole("button", { name: /^More/ }).click();
      await expect(page.getByText("Temperature must be a number from 0 to 2.")).toBeVisible();
      await expect(page.getByRole("list", { name: "Fallbacks" }).getByRole("listitem")).toHaveCount(3);
      await check(page, "a form with errors and fallbacks");

      await page.getByRole("tab", { name: "JSON" }).click();
      const json = page.getByRole("textbox", { name: "Config (JSON)" });
      await json.click();
      await page.keyboard.press("ControlOrMeta+End");
      await page.keyboard.type("}");
      await expect(page.getByText(/^Fix or discard this text/)).toBeVisible();
      await check(page, "a config that is no JSON");
    });
  });
}

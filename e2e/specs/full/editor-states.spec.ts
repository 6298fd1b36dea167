import type { Page } from "@playwright/test";
import { STEP_CATEGORIES, STEP_TYPES } from "#contract/step-types.ts";
import { createNewStepConfig } from "#contract/step-descriptions/new-step-config.ts";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

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
  await expectNoAccessibilityViolationsInBothThemes(page, what);
  expect(await sidewaysOverflow(page), `${what} is no wider than the page`).toBeLessThanOrEqual(0);
}

const sidewaysOverflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

for (const width of [1280, 320]) {
  test.describe(
    `no axe violations or overflow at ${width} pixels`,
    { tag: width < 900 ? ["@full"] : [] },
    () => {
      test.use({ viewport: { width, height: 800 } });
      const isNarrow = width < 900;
      /** Position of a click on a row's text, which is short on a narrow screen. */
      const onRow = { position: { x: isNarrow ? 130 : 250, y: 20 } };

      test("in the step list with nested, folded and selected steps, and a row's menu", async ({
        page,
        api,
      }) => {
        test.setTimeout(180_000);
        const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
        await check(page, "a nested list");

        await editor.fold("Split");
        await editor.fold("Route");
        await check(page, "a folded list");
        await editor.unfold("Route");

        await editor.openMenu("Queue");
        await check(page, "a row's menu");
        await page.keyboard.press("Escape");
        await expect(page.getByRole("menu")).toHaveCount(0);

        await editor.row("Fetch").focus();
        await page.keyboard.press("Shift+ArrowDown");
        await expect(editor.row("Clean")).toBeFocused();
        await page.keyboard.press("Shift+ArrowDown");
        await expect(page.getByRole("heading", { name: "3 steps selected" })).toBeVisible();
        await check(page, "several steps selected");
        if (isNarrow) {
          await page.getByRole("button", { name: "Actions for 3 steps selected" }).click();
          await expect(page.getByRole("menu")).toBeVisible();
          await check(page, "the selection menu");
        }
      });

      test("in the dialogs Add step, Move to…, Paste steps and Keyboard shortcuts", async ({ page, api }) => {
        test.setTimeout(180_000);
        const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
        await editor.row("Clean").focus();
        await page.keyboard.press("/");
        await expect(page.getByRole("dialog", { name: "Add step" })).toBeVisible();
        await check(page, "the step picker");
        await page.keyboard.type("no such type");
        await expect(page.getByText("No matching steps.")).toBeVisible();
        await check(page, "the step picker without matches");
        await page.keyboard.press("Escape");

        await editor.chooseFromMenu("Route", "Move", "Move to…");
        await expect(page.getByRole("dialog", { name: "Move “Route” to…" })).toBeVisible();
        await check(page, "the Move to… dialog");
        await page.keyboard.press("Escape");

        await editor.chooseFromMenu("Clean", "Copy and paste", "Paste…");
        const paste = page.getByRole("dialog", { name: "Paste steps" });
        await expect(paste.getByRole("textbox")).toBeFocused();
        await page.keyboard.insertText('[\n  {"type": "prompt"},\n  {"type": "prompt" "name": "Two"}\n]');
        await paste.getByRole("button", { name: "Insert steps" }).click();
        await expect(paste.getByRole("button", { name: /^Line 3/ })).toBeVisible();
        await check(page, "a rejected paste");
        await page.keyboard.press("Escape");
        await expect(paste).toHaveCount(0);

        await page.keyboard.press("ControlOrMeta+/");
        await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
        await check(page, "the keyboard shortcuts");
      });

      test("in find and replace", async ({ page, api }) => {
        test.setTimeout(180_000);
        await createFlowAndOpenEditor({ page, api }, nestedFlow());
        await page.keyboard.press("ControlOrMeta+f");
        await expect(page.getByRole("searchbox", { name: "Find" })).toBeFocused();
        await page.keyboard.type("page");
        await expect(page.locator("[data-find-count]")).toHaveText("1 of 3");
        await check(page, "the find bar");
        await page.getByRole("search").getByRole("button", { name: "Replace", exact: true }).click();
        await page.getByRole("textbox", { name: "Replace with" }).fill("body");
        await check(page, "find and replace");
      });

      test("in the JSON tab with valid and invalid JSON", async ({ page, api }) => {
        test.setTimeout(180_000);
        await createFlowAndOpenEditor({ page, api }, nestedFlow());
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

      test("while a step is moved by mouse, keyboard and tap", async ({ page, api }) => {
        test.setTimeout(180_000);
        const { editor } = await createFlowAndOpenEditor({ page, api }, nestedFlow());
        await editor.untilAnalyzed();
        await editor.carry("Fetch", editor.row("Queue"), "above");
        await editor.expectSaid(/^“Fetch”, position 1 of 3, in “Route” then/);
        await check(page, "a mouse drag");
        await editor.carryOn(editor.row("Fetch"), "above", 200);
        await page.mouse.up();
        await editor.carry("Route", editor.row("Queue"), "below");
        await editor.expectSaid("A step can’t be moved into itself.");
        await check(page, "a drag to an invalid place");
        await page.mouse.up();

        await editor.pickUpByKeyboard("Fetch");
        await editor.pressAndHear("ArrowDown");
        await check(page, "a keyboard move");
        await editor.pressAndHear("Escape");

        await editor.handle("Notify").click();
        await expect(page.getByRole("button", { name: "Place before “Fetch”" })).toBeVisible();
        await check(page, "the places for a picked-up step");
      });

      for (const category of STEP_CATEGORIES) {
        test(`in the forms of the “${category}” step types`, async ({ page, api }) => {
          test.setTimeout(240_000);
          const ofFamily = STEP_TYPES.filter((type) => type.category === category);
          // Checks only one step type for each category on a narrow screen, because it shows the same forms as a wide
          // screen.
          const types = isNarrow ? ofFamily.slice(0, 1) : ofFamily;
          const steps = types.map(({ type, label }) =>
            buildStep(type, { type, name: `My ${label}`, config: createNewStepConfig(type) }),
          );
          const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Forms", steps));
          for (const { label } of types) {
            await editor.row(`My ${label}`).click(onRow);
            const name = page.getByRole("textbox", { name: "Name", exact: true });
            await expect(name).toHaveValue(`My ${label}`);
            await editor.openAdvanced();
            await expect(page.getByText(/^Loading /)).toHaveCount(0);
            await check(page, `the form of ${label}`);
            await page.keyboard.press("Escape");
          }
        });
      }

      test("in a form with errors, a list of fallbacks, and an invalid JSON config", async ({
        page,
        api,
      }) => {
        test.setTimeout(180_000);
        const { editor } = await createFlowAndOpenEditor(
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
        await expect(page.getByText("Temperature must be a number from 0 to 2.")).toBeVisible();
        await expect(page.getByRole("list", { name: "Fallbacks" }).getByRole("listitem")).toHaveCount(3);
        await check(page, "a form with errors and fallbacks");

        await page.getByRole("tab", { name: "JSON" }).click();
        const json = page.getByRole("textbox", { name: "Config (JSON)" });
        await json.click();
        await page.keyboard.press("ControlOrMeta+End");
        await page.keyboard.type("}");
        await expect(page.getByText(/^Fix or discard this text/)).toBeVisible();
        await check(page, "an invalid JSON config");
      });
    },
  );
}

import type { Locator, Page } from "@playwright/test";
import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { ApiClient } from "#e2e/harness/api.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const digest = () =>
  buildFlow("Digest", [
    buildStep("fetch", {
      type: "fetch-url",
      name: "Fetch page",
      when: "topic !== ''",
      config: { http: { method: "GET", url: "https://a.example" }, outputVariable: "page" },
    }),
    buildStep("sky", { name: "Look up", config: { userPrompt: "", outputVariable: "sky" } }),
    buildStep("sum", {
      name: "Summarise",
      when: "sky > 1",
      config: { userPrompt: "{{sky}} {{page}} {{later}} {{reader}} {{_record.id}}" },
    }),
    buildConditional("route", [buildStep("tag", { name: "Tag", config: { outputVariable: "tag" } })]),
    buildStep("last", { name: "Last", config: { userPrompt: "", outputVariable: "later" } }),
    buildStep("tell", { type: "template", name: "Tell", config: { template: "{{ sky | upcase }}" } }),
  ]);

async function open({ page, api }: { readonly page: Page; readonly api: ApiClient }, step = "Summarise") {
  const opened = await createFlowAndOpenEditor({ page, api }, digest());
  await opened.editor.untilAnalyzed();
  await opened.editor.row(step).click();
  const inspector = page.getByRole("complementary", { name: `Inspector of ${step}` });
  return {
    ...opened,
    inspector,
    prompt: inspector.getByRole("textbox", { name: "Prompt", exact: true }),
    card: (name: string) => page.getByRole("group", { name: `About ${name}`, exact: true }),
  };
}

async function pointAt(text: Locator, word: string): Promise<void> {
  await text.scrollIntoViewIfNeeded();
  const place = await text.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const index = node.textContent?.indexOf(wanted) ?? -1;
      if (index < 0) continue;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + wanted.length);
      const { left, top, width, height } = range.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    }
    throw new Error(`“${wanted}” is not in the text.`);
  }, word);
  await text.page().mouse.move(place.x - 3, place.y);
  await text.page().mouse.move(place.x, place.y, { steps: 3 });
}

test("the pointer can move onto the hover card, which links to the step that sets the variable", async ({
  page,
  api,
}) => {
  const { prompt, card } = await open({ page, api });
  await expect(prompt).toContainText("{{sky}}");
  await pointAt(prompt, "reader");
  await expect(card("reader")).toContainText("Input supplied by the run.");
  // Escape closes the card although the focus is elsewhere and the pointer does not move.
  await page.keyboard.press("Escape");
  await expect(card("reader")).toHaveCount(0);
  await pointAt(prompt, "sky");
  const link = card("sky").getByRole("button", { name: "Look up" });
  await link.hover();
  await expectNoAccessibilityViolations(page, "the hover card of a variable");
  await link.click();
  await expect(page.getByRole("complementary", { name: "Inspector of Look up" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Look up", level: 2 })).toBeFocused();
});

test("the hover card can be opened, used and closed by keyboard", async ({ page, api }) => {
  const { prompt, card } = await open({ page, api });
  const keyboard = new KeyboardOnlyUser(page);
  await prompt.focus();
  await keyboard.press("ControlOrMeta+Home", "ArrowRight", "ArrowRight", "ControlOrMeta+i");
  await expect(card("sky")).toBeFocused();
  await keyboard.press("Escape");
  await expect(card("sky")).toHaveCount(0);
  await expect(prompt).toBeFocused();
  await keyboard.press("ControlOrMeta+i");
  await expect(card("sky")).toBeFocused();
  await keyboard.tabTo(card("sky").getByRole("button", { name: "Rename everywhere…" }));
  await keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Rename variable" });
  await expect(dialog.getByRole("textbox", { name: "New name" })).toBeFocused();
  await keyboard.typeOver("weather");
  await keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect(prompt).toContainText("{{weather}}");
  await expect(prompt).toBeFocused();
  await keyboard.press("ControlOrMeta+End", "ControlOrMeta+i");
  await expect(page.getByRole("group", { name: /^About/ })).toHaveCount(0);
});

test("completion lists each variable with its source, and unavailable ones last with the reason", async ({
  page,
  api,
}) => {
  const { editor, prompt, inspector } = await open({ page, api });
  await prompt.click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(" {{");
  const options = inspector.getByRole("listbox").getByRole("option");
  await expect(options.first()).toContainText("from “Look up”");
  await expect(options.nth(1)).toContainText("maybe, from “Fetch page”");
  await expect(inspector.getByText("Not available here")).toBeVisible();
  await expect(options.last()).toContainText("“Last” sets it later (step 5)");
  await expect(options.filter({ hasText: "tag" })).toContainText("“Tag” sets it later");

  // Types letters that match only an unavailable variable. Enter must not insert that variable.
  await page.keyboard.type("lat");
  await expect(options).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(options).toHaveCount(0);
  await expect(prompt).not.toContainText("{{later}} {{reader}} {{_record.id}} {{later}}");
  // Undoes the effect of Enter and opens the list once more: after Arrow Down, Enter must insert the variable
  // although it is unavailable.
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("ControlOrMeta+ ");
  await expect(options).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const chosen = "{{sky}} {{page}} {{later}} {{reader}} {{_record.id}} {{later}}";
  await expect(prompt).toHaveText(chosen);
  expect(await editor.save()).toMatchObject({
    flowSteps: [{}, {}, { config: { userPrompt: chosen } }, {}, {}, {}],
  });
  await prompt.press("ControlOrMeta+End");

  // Runs axe on a short list: axe would report a long one, because it does not know that arrow keys scroll the list.
  await page.keyboard.type(" {{lat");
  await expect(options).toHaveCount(1);
  await expectNoAccessibilityViolations(page, "completion with unavailable variables");
});

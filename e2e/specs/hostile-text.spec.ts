import type { Locator } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Names and texts must not act as markup or URLs, nor change the text direction around them.

const script = `<script>document.title = "taken"</script><img src=x onerror="document.title='taken'">`;
const bidi = "invoice \u202Egnp.exe\u202C and \u2067more";
const long = "An endless name ".repeat(31);

test(
  "the list and the editor show markup, bidi characters and long names as plain text",
  { tag: "@full" },
  async ({ page, api }) => {
    const steps = [
      buildStep("a", { name: script, config: { userPrompt: script, outputVariable: script } }),
      buildStep("b", { name: bidi, when: "javascript:alert(1)" }),
      buildStep("c", {
        name: long,
        type: "fetch-url",
        config: { http: { method: "GET", url: "javascript:alert(1)" } },
      }),
    ];
    const flow = await api.createFlow({ ...buildFlow(script, steps), description: script });
    const list = new FlowListPageObject(page);
    await list.open();
    await expect(list.link(script)).toBeVisible();
    await list.link(script).click();

    const editor = new EditorPageObject(page);
    await editor.expectSteps([script, bidi, long]);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("<script>");
    await editor.list.getByText(script).first().click();
    await expect(page.getByRole("textbox", { name: "Prompt", exact: true })).toContainText("<script>");
    await page.getByRole("tab", { name: "JSON" }).click();
    await expect(page.getByRole("textbox", { name: "Config (JSON)" })).toContainText("<script>");
    expect(
      await page.evaluate(() => document.querySelectorAll("main img, [href^='javascript']").length),
    ).toBe(0);
    expect(await page.title()).not.toBe("taken");
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(isWide).toBe(false);

    await page.keyboard.press("Escape");
    await editor.list.getByRole("listitem").first().focus();
    await page.keyboard.press("Alt+ArrowDown");
    await editor.save();
    expect((await api.getFlow(flow.id)).flowSteps.map((step) => step["name"])).toEqual([bidi, script, long]);
  },
);

test("right-to-left names are aligned like left-to-right names", async ({ page, api }) => {
  await api.deleteAllFlows();
  const [ltr, rtl] = ["Weekly report", "تقرير أسبوعي"];
  const ids: string[] = [];
  for (const name of [ltr, rtl]) {
    const { id } = await api.createFlow(buildFlow(name, [buildStep("a", { name })]));
    ids.push(id);
  }
  /** Returns the left edge of the text itself, since an element may be wider. */
  const startOf = (text: Locator) =>
    text.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return Math.round(range.getBoundingClientRect().left);
    });
  const list = new FlowListPageObject(page);
  await list.open();
  await expect(list.rows).toHaveCount(2);
  // Repeats, because a late part of the page may move the rows between the two measurements.
  await expect(async () =>
    expect(await startOf(list.link(rtl))).toBe(await startOf(list.link(ltr))),
  ).toPass();

  const starts: Record<string, number>[] = [];
  for (const [index, name] of [ltr, rtl].entries()) {
    const editor = new EditorPageObject(page);
    await editor.openAnalyzed(ids[index] ?? "");
    await editor.row(name).click();
    const heading = page.locator("[data-inspector-heading]");
    await expect(heading).toHaveText(name);
    starts.push({
      header: await startOf(page.getByRole("heading", { level: 1 }).getByText(name)),
      row: await startOf(editor.row(name).getByText(name, { exact: true }).first()),
      inspector: await startOf(heading),
    });
  }
  expect(starts[1]).toEqual(starts[0]);
});

import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Editor } from "#e2e/harness/editor.ts";
import { FlowList } from "#e2e/harness/flow-list.ts";
import { expect, test } from "#e2e/harness/test.ts";

// Names and texts are data: none is markup, an address or a direction of the page around it.

const script = `<script>document.title = "taken"</script><img src=x onerror="document.title='taken'">`;
const bidi = "invoice \u202Egnp.exe\u202C and \u2067more";
const long = "An endless name ".repeat(31);

test("markup, bidi marks and endless names show as text, in list and editor", async ({ page, api }) => {
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
  const list = new FlowList(page);
  await list.open();
  await expect(list.link(script)).toBeVisible();
  await list.link(script).click();

  const editor = new Editor(page);
  await editor.expectSteps([script, bidi, long]);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("<script>");
  await editor.list.getByText(script).first().click();
  await expect(page.getByRole("textbox", { name: "Prompt", exact: true })).toContainText("<script>");
  await page.getByRole("tab", { name: "JSON" }).click();
  await expect(page.getByRole("textbox", { name: "Config (JSON)" })).toContainText("<script>");
  expect(await page.evaluate(() => document.querySelectorAll("main img, [href^='javascript']").length)).toBe(
    0,
  );
  expect(await page.title()).not.toBe("taken");
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(isWide).toBe(false);

  await page.keyboard.press("Escape");
  await editor.list.getByRole("listitem").first().focus();
  await page.keyboard.press("Alt+ArrowDown");
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps.map((step) => step["name"])).toEqual([bidi, script, long]);
});

test("a prompt of 100,000 characters does not slow the page down to a stop", async ({ page, api }) => {
  const prompt = "All work and no play. ".repeat(4_600);
  const flow = await api.createFlow(
    buildFlow("Long prompt", [buildStep("a", { config: { userPrompt: prompt } })]),
  );
  const editor = new Editor(page);
  await editor.open(flow.id);
  await editor.row("A").click();
  await expect(page.getByRole("textbox", { name: "Prompt", exact: true })).toContainText(
    "All work and no play.",
  );
  await editor.switchOf("A").click();
  await editor.save();
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["config"]).toEqual({ userPrompt: prompt });
});

test("search takes any text as a text", async ({ page, api }) => {
  await api.deleteAllFlows();
  await api.createFlow({ name: '50% off_now\\or "never"' });
  await api.createFlow({ name: "500 offers now or never" });
  const list = new FlowList(page);
  for (const search of ["50%", "off_now", "now\\or", '"never"']) {
    await list.open();
    await list.search.fill(search);
    await list.expectNames(['50% off_now\\or "never"']);
  }
});

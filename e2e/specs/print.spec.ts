import { buildConditional, buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

test(
  "a flow is printed with all steps and their settings, in light colors and without the rest of the page",
  { tag: "@full" },
  async ({ page, api }) => {
    // The print dialog of the browser would block the page.
    await page.addInitScript(() => {
      let count = 0;
      window.print = () => {
        count += 1;
        document.documentElement.dataset["printed"] = String(count);
      };
    });
    await page.emulateMedia({ colorScheme: "dark" });
    const steps = Array.from({ length: 150 }, (_, index) =>
      buildStep(`s${index}`, {
        type: "prompt",
        config: { model: "gpt-4o", userPrompt: `Question ${index}` },
      }),
    );
    const route = buildConditional(
      "route",
      [buildStep("inner", { type: "send-slack-message" })],
      [buildStep("other")],
    );
    const body = { ...buildFlow("On paper", [...steps, route]), description: "To be read offline." };
    const { editor } = await createFlowAndOpenEditor({ page, api }, body);
    await editor.untilAnalyzed();
    await editor.renameFlow("On real paper");
    await editor.row("S0").focus();
    await page.keyboard.press("Control+p");

    const paper = page.getByRole("dialog", { name: "Print flow" });
    await expect(paper.getByRole("heading", { name: "On real paper" })).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("data-printed", "1");
    await expect(paper).toContainText("To be read offline.");
    await expect(paper).toContainText(/153 steps · 1 unsaved change/);
    await expect(paper.getByRole("listitem")).toHaveCount(153);
    await expect(paper.getByRole("listitem").nth(149)).toContainText(/S149[^]*Prompt[^]*Question 149/);
    await expect(paper.getByRole("list", { name: "then" })).toContainText(/151a\.1[^]*Inner/);
    await expect(paper.getByRole("list", { name: "else" })).toContainText(/151b\.1[^]*Other/);
    await expectNoAccessibilityViolations(page, "the print preview");
    await paper.getByRole("button", { name: "Print", exact: true }).click();
    await expect(page.locator("html")).toHaveAttribute("data-printed", "2");

    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await expect(paper.getByRole("button", { name: "Print", exact: true })).toBeHidden();
    await expect(page.locator("#root")).toBeHidden();
    const sheet = await page.pdf({ format: "A4" });
    const pages = sheet.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(10);
    await page.emulateMedia({ media: "screen" });
    await page.keyboard.press("Escape");
    await expect(paper).toHaveCount(0);
    await expect(editor.row("S0")).toBeFocused();

    await editor.chooseFromFlowMenu("Copy and export", "Print…");
    await expect(paper).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("data-printed", "2");
  },
);

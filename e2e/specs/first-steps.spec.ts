import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import type { Page } from "@playwright/test";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

test.beforeEach(({ api }) => api.deleteAllFlows());

const cardOn = (page: Page) => page.getByRole("region", { name: "First steps" });
const itemOf = (page: Page, text: string) => cardOn(page).getByRole("listitem").filter({ hasText: text });

async function chooseHelp(page: Page, entry: string): Promise<void> {
  await page.getByRole("button", { name: "Help", exact: true }).click();
  await page.getByRole("menuitem", { name: entry }).click();
}

test("when a new user tries a sample, the card of first steps marks each task as done in all tabs", async ({
  page,
  context,
}) => {
  const list = new FlowListPageObject(page);
  await list.open();
  await page.getByRole("button", { name: "Try it on a sample" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Order summary" })).toBeVisible();
  await expect(cardOn(page)).toContainText("0 of 4");
  await expectNoAccessibilityViolationsInBothThemes(page, "the card of first steps");
  const other = await context.newPage();
  await other.goto("/flows");
  await expect(cardOn(other)).toContainText("Open a flow to begin.");

  const total = page.getByRole("listitem", { name: /^2 ?Add up the total/ });
  await total.focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect(itemOf(page, "Reorder a step (done)")).toBeVisible();
  await expect(itemOf(page, "See what a move would break (done)")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.getByRole("button", { name: "Run once" }).click();
  await expect(itemOf(page, "Try it (done)")).toBeVisible();
  await expect(page.getByText("3 items, 1000 in total: a large order.").first()).toBeVisible();
  await expect(cardOn(other)).toContainText("3 of 4");

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).click();
  await expect(cardOn(page)).toContainText("4 of 4");
  await expect(cardOn(other)).toContainText("4 of 4");
  await cardOn(other).getByRole("button", { name: "Done" }).click();
  for (const tab of [page, other]) await expect(cardOn(tab)).toHaveCount(0);
  await expect(new FlowListPageObject(other).search).toBeFocused();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Order summary" })).toBeVisible();
  await expect(cardOn(page)).toHaveCount(0);
});

test(
  "the help menu shows shortcuts, first steps and the version by keyboard",
  { tag: "@full" },
  async ({ page, api }) => {
    const { id } = await api.createFlow(buildFlow("Digest", [buildStep("a")]));
    const list = new FlowListPageObject(page);
    await list.open();
    const help = page.getByRole("button", { name: "Help", exact: true });
    await help.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem", { name: "Keyboard shortcuts" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Search flows");
    await page.keyboard.press("Escape");
    await expect(help).toBeFocused();

    await chooseHelp(page, "Show first steps");
    await expect(cardOn(page)).toBeVisible();
    await page.goto(`/flows/${id}`);
    await expect(cardOn(page)).toBeVisible();
    await chooseHelp(page, "Keyboard shortcuts");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toContainText("Undo");
    await page.keyboard.press("Escape");
    await chooseHelp(page, "About Flowline");
    await expect(page.getByRole("dialog", { name: "About Flowline" })).toContainText(
      /Version\s*\d+\.\d+\.\d+/,
    );
    await page.keyboard.press("Escape");
    await cardOn(page).getByRole("button", { name: "Dismiss the first steps" }).click();
    await expect(cardOn(page)).toHaveCount(0);
    await chooseHelp(page, "About Flowline");
    await page
      .getByRole("dialog", { name: "About Flowline" })
      .getByRole("link", { name: "Open environment" })
      .click();
    await expect(page.getByRole("heading", { level: 1, name: "Environment" })).toBeVisible();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  },
);

test(
  "the card is folded in a low window, leaves room for six steps at 200 % zoom, and ends with the flow",
  { tag: "@full" },
  async ({ page, api }) => {
    const steps = ["a", "b", "c", "d", "e", "f", "g"].map((id) =>
      buildStep(id, { type: "set-variable", config: { variableName: id, value: "1" } }),
    );
    const { id } = await api.createFlow(buildFlow("Own", steps));
    await api.createFlow(buildFlow("Next", steps));
    await page.goto("/flows");
    await page.evaluate(() =>
      localStorage.setItem(
        "flowline-first-steps",
        JSON.stringify({ shownOn: "all pages", done: ["reorder", "impact", "testRun"] }),
      ),
    );
    await page.setViewportSize({ width: 640, height: 400 });
    await page.goto(`/flows/${id}`);
    await expect(page.getByRole("listitem", { name: /^6 ?F/ })).toBeInViewport({ ratio: 1 });

    await page.setViewportSize({ width: 1280, height: 690 });
    await expect(cardOn(page)).toContainText("3 of 4");
    await expect(cardOn(page).getByRole("listitem")).toHaveCount(0);
    await cardOn(page).getByRole("button", { name: "Expand the first steps" }).click();
    await itemOf(page, "Publish").getByRole("button").click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).click();
    await expect(cardOn(page)).toContainText("4 of 4");
    await page.getByRole("link", { name: "Versions", exact: true }).click();
    await page.getByRole("link", { name: "Steps", exact: true }).click();
    await expect(cardOn(page)).toContainText("4 of 4");
    await page.getByRole("link", { name: "Back to flows" }).click();
    await new FlowListPageObject(page).link("Next").click();
    await expect(page.getByRole("heading", { level: 1, name: "Next" })).toBeVisible();
    await expect(cardOn(page)).toHaveCount(0);
  },
);

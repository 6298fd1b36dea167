import type { Page } from "@playwright/test";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolations, test } from "#e2e/harness/test.ts";

const flowMenu = "Actions for this flow";

async function openMenu(page: Page) {
  await page.getByRole("button", { name: flowMenu }).click();
  const entry = page.getByRole("menuitemcheckbox", { name: "Autosave" });
  await expect(entry).toBeVisible();
  return entry;
}

function countPuts(page: Page): () => number {
  let puts = 0;
  page.on("request", (request) => (puts += request.method() === "PUT" ? 1 : 0));
  return () => puts;
}

test("autosave is off by default; once enabled it saves pending and later edits, also after a reload", async ({
  page,
  api,
}) => {
  const puts = countPuts(page);
  await page.clock.install();
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  const isOn = async (index: number) => (await api.getFlow(flow.id)).flowSteps[index]?.["enabled"] !== false;
  await editor.switchOf("Fetch").click();
  await page.clock.fastForward(60_000);
  expect(puts()).toBe(0);
  await expect(editor.status).toHaveText("1 unsaved change");

  const entry = await openMenu(page);
  await expect(entry).toHaveAttribute("aria-checked", "false");
  await entry.click();
  await editor.expectSaid("Autosave on. Applies to every flow in this browser.");
  await expect(editor.status).toHaveText("Saved");
  expect(await isOn(0)).toBe(false);
  await expect(await openMenu(page)).toHaveAttribute("aria-checked", "true");
  await expectNoAccessibilityViolations(page, "the flow menu with autosave enabled");
  await page.keyboard.press("Escape");

  await page.reload();
  await editor.switchOf("Clean").click();
  await expect(editor.status).toHaveText("Saved");
  await expect.poll(() => isOn(1)).toBe(false);
  await page.keyboard.press("Control+z");
  await expect.poll(() => isOn(1)).toBe(true);

  await (await openMenu(page)).click();
  await editor.expectSaid("Autosave off. Save edits manually.");
  await editor.switchOf("Clean").click();
  const before = puts();
  await page.clock.fastForward(60_000);
  expect(puts()).toBe(before);
});

import type { Page } from "@playwright/test";
import { delayFlowSavesUntilReleased } from "#e2e/harness/conflict.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { replaceFieldTextByKeyboard } from "#e2e/harness/page-text.ts";
import { LOST_CONNECTION } from "#e2e/harness/page-problems.ts";
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

test("autosave neither merges a version saved by another user nor opens a dialog", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await (await openMenu(page)).click();
  // Delays an autosave until the other user has saved: an earlier autosave would cause no conflict.
  const letGo = await delayFlowSavesUntilReleased(page, flow.id);
  // Makes a local edit. Without unsaved edits, the page would load the newer version instead of reporting a conflict.
  await editor.renameStep("Clean", "Tidy");
  await api.updateFlow(flow.id, { name: "Their digest" });
  letGo();
  await expect(editor.status).toHaveText("Changed elsewhere");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(editor.row("Tidy")).toBeVisible();
  expect(await api.getFlow(flow.id)).toMatchObject({
    name: "Their digest",
    flowSteps: [{}, { name: "Clean" }, {}, {}],
  });
});

test("autosave pauses while a field holds invalid input", async ({ page, api }) => {
  const puts = countPuts(page);
  await page.clock.install();
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await (await openMenu(page)).click();
  await editor.row("Clean").click();
  await editor.openAdvanced();
  await editor.showExpression();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "Run if" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("Conditions are limited to 500 characters.")).toBeVisible();
  await editor.switchOf("Fetch").click();
  await page.clock.fastForward(60_000);
  expect(puts()).toBe(0);
  await expect(editor.status).toHaveText("2 unsaved changes");

  await replaceFieldTextByKeyboard(page, when, "text.words > 2");
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps).toMatchObject([
    { enabled: false },
    { when: "text.words > 2" },
    {},
    {},
  ]);
});

test("autosave keeps edits locally while the server is unreachable, and saves them once it responds", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(LOST_CONNECTION);
  const { flow, editor } = await createFlowAndOpenEditor({ page, api });
  await (await openMenu(page)).click();
  await api.addFaults(
    { method: "PUT", path: "/v1/flows/:id", cut: "before" },
    { path: "/healthz", cut: "before" },
  );
  await editor.switchOf("Fetch").click();
  await expect(editor.status).toHaveText(/^Offline — kept/, { timeout: 30_000 });
  await api.clearFaults();
  await expect(editor.status).toHaveText("Saved", { timeout: 40_000 });
  expect((await api.getFlow(flow.id)).flowSteps[0]?.["enabled"]).toBe(false);
});

import type { Page } from "@playwright/test";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { replaceText } from "#e2e/harness/page-text.ts";
import { expect, expectAccessible, test } from "#e2e/harness/test.ts";

// “Save by itself” is off until somebody wants it, and even then asks nobody anything and overwrites nobody.

const flowMenu = "Actions for this flow";

async function openMenu(page: Page) {
  await page.getByRole("button", { name: flowMenu }).click();
  const entry = page.getByRole("menuitemcheckbox", { name: "Save by itself" });
  await expect(entry).toBeVisible();
  return entry;
}

/** Counts what the page writes. */
function countPuts(page: Page): () => number {
  let puts = 0;
  page.on("request", (request) => (puts += request.method() === "PUT" ? 1 : 0));
  return () => puts;
}

test("it is off at first; switched on, it saves what is there and every edit after it, after a reload too", async ({
  page,
  api,
}) => {
  const puts = countPuts(page);
  await page.clock.install();
  const { flow, editor } = await openFlow({ page, api });
  const isOn = async (index: number) => (await api.getFlow(flow.id)).flowSteps[index]?.["enabled"] !== false;
  await editor.switchOf("Fetch").click();
  await page.clock.fastForward(60_000);
  expect(puts()).toBe(0);
  await expect(editor.status).toHaveText("1 unsaved change");

  const entry = await openMenu(page);
  await expect(entry).toHaveAttribute("aria-checked", "false");
  await entry.click();
  await editor.expectSaid("Edits are now saved a moment after they are made");
  await expect(editor.status).toHaveText("Saved");
  expect(await isOn(0)).toBe(false);
  await expect(await openMenu(page)).toHaveAttribute("aria-checked", "true");
  await expectAccessible(page, "the menu with a setting that is on");
  await page.keyboard.press("Escape");

  await page.reload();
  await editor.switchOf("Clean").click();
  await expect(editor.status).toHaveText("Saved");
  await expect.poll(() => isOn(1)).toBe(false);
  // It can be taken back like any saved edit.
  await page.keyboard.press("Control+z");
  await expect.poll(() => isOn(1)).toBe(true);

  await (await openMenu(page)).click();
  await editor.expectSaid("Edits are now saved only when you ask for it.");
  await editor.switchOf("Clean").click();
  const before = puts();
  await page.clock.fastForward(60_000);
  expect(puts()).toBe(before);
});

test("what somebody else saved is not merged into, and no dialog opens by itself", async ({
  page,
  api,
  problems,
}) => {
  problems.allow(/status of 412/);
  const { flow, editor } = await openFlow({ page, api });
  await (await openMenu(page)).click();
  // A page without edits of its own would take the newer version in.
  await editor.renameStep("Clean", "Tidy");
  await api.updateFlow(flow.id, { name: "Their digest" });
  await expect(editor.status).toHaveText("Changed elsewhere");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(editor.row("Tidy")).toBeVisible();
  expect(await api.getFlow(flow.id)).toMatchObject({
    name: "Their digest",
    flowSteps: [{}, { name: "Clean" }, {}, {}],
  });
});

test("a text that does not fit its field waits, and nothing is saved without it until it is mended", async ({
  page,
  api,
}) => {
  const puts = countPuts(page);
  await page.clock.install();
  const { flow, editor } = await openFlow({ page, api });
  await (await openMenu(page)).click();
  await editor.row("Clean").click();
  const when = page.getByRole("complementary").getByRole("textbox", { name: "When" });
  await when.fill("x".repeat(501));
  await expect(page.getByText("A condition has 500 characters at most.")).toBeVisible();
  await editor.switchOf("Fetch").click();
  await page.clock.fastForward(60_000);
  expect(puts()).toBe(0);
  await expect(editor.status).toHaveText("2 unsaved changes");

  await replaceText(page, when, "text.words > 2");
  await expect(editor.status).toHaveText("Saved");
  expect((await api.getFlow(flow.id)).flowSteps).toMatchObject([
    { enabled: false },
    { when: "text.words > 2" },
    {},
    {},
  ]);
});

test("without the server the edits wait, and go on by themselves", async ({ page, api, problems }) => {
  problems.allow(/ERR_EMPTY_RESPONSE|ERR_CONNECTION/);
  const { flow, editor } = await openFlow({ page, api });
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

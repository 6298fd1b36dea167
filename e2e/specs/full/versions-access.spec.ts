import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { expect, expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";
import { VersionsPageObject, saveAndPublishFlowVersions } from "#e2e/harness/versions.ts";

const say = (userPrompt: string) => ({ config: { model: "m", userPrompt } });
const [fetch, clean, send] = [
  buildStep("fetch", say("Read the page.")),
  buildStep("clean", say("Drop what is not text.")),
  buildStep("send", say("Tell of it.")),
];
const states = [
  { steps: [fetch, clean, send], label: "First", notes: "What we began with.\nIt did well." },
  { steps: [clean, fetch, { ...send, enabled: false }] },
];

test("versions, their dialogs and comparisons have no axe violations", async ({ page, api }) => {
  const { flow } = await createFlowAndOpenEditor({ page, api }, buildFlow("Digest", [fetch, clean, send]));
  const [one, two] = await saveAndPublishFlowVersions(api, flow.id, states);
  const versions = new VersionsPageObject(page);
  await versions.open(flow.id);
  await expectNoAccessibilityViolationsInBothThemes(page, "the list of versions");
  await page.getByRole("button", { name: "Actions for Version 1", exact: true }).click();
  await expectNoAccessibilityViolationsInBothThemes(page, "the menu of a version");
  await page.getByRole("menuitem", { name: "Restore version…" }).click();
  const restore = page.getByRole("dialog", { name: "Restore version 1?" });
  await expect(restore.getByRole("list", { name: "Changes in the editor" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the restore dialog");
  await restore.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(page.getByRole("region", { name: "Restored version" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the editor after a restore");

  await page.getByRole("link", { name: "Versions" }).click();
  await versions.openVersion(1);
  await page.getByRole("button", { name: /^2 Clean/ }).click();
  await expect(page.getByRole("textbox", { name: "Step (JSON)" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "an open version");
  await page.getByRole("button", { name: "Publish this version…" }).click();
  const publish = page.getByRole("dialog", { name: "Publish version 1?" });
  await expect(publish.getByRole("list", { name: "Changes going live" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "the publish dialog of a version");
  await page.keyboard.press("Escape");

  const address = `/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`;
  await page.goto(address);
  await expect(versions.differences).not.toHaveCount(0);
  await expectNoAccessibilityViolationsInBothThemes(page, "a comparison as a list of changes");
  await page.goto(`${address}&as=json`);
  await expect(page.getByRole("textbox", { name: "Version 2" })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "a comparison as JSON");
  await page.setViewportSize({ width: 320, height: 640 });
  await expect(page.getByRole("textbox", { name: /^Version 2, compared with/ })).toBeVisible();
  await expectNoAccessibilityViolationsInBothThemes(page, "a comparison on a phone");
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await versions.open(flow.id);
  await expectNoAccessibilityViolationsInBothThemes(page, "the list of versions on a phone");
  expect(await overflow()).toBeLessThanOrEqual(0);
});

test("a version can be opened, compared, restored and published by keyboard alone", async ({ page, api }) => {
  const keyboard = new KeyboardOnlyUser(page);
  await keyboard.forbidPointers();
  const { flow, editor } = await createFlowAndOpenEditor(
    { page, api },
    buildFlow("Digest", [fetch, clean, send]),
  );
  await saveAndPublishFlowVersions(api, flow.id, states);
  const versions = new VersionsPageObject(page);
  const openMenuEntry = async (name: string) => {
    await keyboard.press("Shift+F10");
    await keyboard.arrowTo(page.getByRole("menuitem", { name }));
    await keyboard.press("Enter");
  };

  await page.reload();
  await keyboard.tabTo(page.getByRole("link", { name: "Versions" }));
  await keyboard.press("Enter");
  await keyboard.tabTo(versions.link(2));
  await keyboard.press("ArrowDown");
  await expect(versions.link(1)).toBeFocused();
  await keyboard.press("Enter");
  await expect(versions.heading(1)).toBeFocused();
  await keyboard.tabTo(page.getByRole("button", { name: /^1 Fetch/ }));
  await keyboard.press("ArrowDown", "Enter");
  await keyboard.tabTo(page.getByRole("textbox", { name: "Step (JSON)" }));
  await keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^2 Clean/ })).toBeFocused();
  await keyboard.tabBackTo(page.getByRole("link", { name: "All versions" }));
  await keyboard.press("Enter");
  await expect(versions.link(1)).toBeFocused();

  await keyboard.press("ArrowUp");
  await openMenuEntry("Compare with previous version");
  await expect(versions.differences).toHaveText([
    /^Moved “(?:Clean|Fetch)” (?:up|down) 1/,
    /^Disabled “Send”/,
  ]);
  await expect(page.getByRole("heading", { level: 2, name: "Compare" })).toBeFocused();
  await keyboard.tabTo(page.getByRole("tab", { name: "Summary" }));
  await keyboard.press("ArrowRight");
  await expect(page.getByRole("textbox", { name: "Version 2" })).toBeVisible();
  await keyboard.tabTo(page.getByRole("button", { name: "Next difference" }));
  await keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Version 2" })).toBeFocused();
  const places = await page.getByText(/^\d+ places? differs?$/).innerText();
  const count = Number.parseInt(places, 10);
  await editor.expectSaid(`Difference 1 of ${count}.`);
  await keyboard.press("F7");
  await editor.expectSaid(`Difference 2 of ${count}.`);
  await keyboard.press("Shift+F7");
  await editor.expectSaid(`Difference 1 of ${count}.`);
  await page.goBack();
  await expect(versions.link(2)).toBeFocused();

  await keyboard.press("End");
  await openMenuEntry("Restore version…");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Cancel" })).toBeFocused();
  await keyboard.tabTo(page.getByRole("dialog").getByRole("button", { name: "Restore", exact: true }));
  await keyboard.press("Enter");
  await expect(editor.row("Fetch")).toBeFocused();
  await editor.expectSteps(["Fetch", "Clean", "Send"]);
  await keyboard.press("ControlOrMeta+z");
  await editor.expectSteps(["Clean", "Fetch", "Send"]);

  await keyboard.tabBackTo(page.getByRole("link", { name: "Versions" }));
  await keyboard.press("Enter");
  await keyboard.tabTo(versions.link(2));
  await keyboard.press("End");
  await openMenuEntry("Publish this version…");
  const dialog = page.getByRole("dialog", { name: "Publish version 1?" });
  await keyboard.tabTo(dialog.getByRole("button", { name: "Publish", exact: true }));
  await expect(dialog.getByRole("list", { name: "Changes going live" })).toBeVisible();
  await keyboard.press("Enter");
  await expect(versions.row(1)).toContainText("Live");
  await expect(versions.link(1)).toBeFocused();

  const filter = page.getByRole("combobox", { name: "Type" });
  await keyboard.tabBackTo(filter);
  await keyboard.press("ArrowDown");
  await editor.expectSaid("2 versions found.");
  await keyboard.press("ArrowDown");
  await editor.expectSaid("No matching versions.");
  await keyboard.tabTo(page.getByRole("button", { name: "Show all versions" }));
  await keyboard.press("Enter");
  await expect(filter).toBeFocused();
  await expect(versions.link(2)).toBeVisible();
  keyboard.expectGoodStops();
});

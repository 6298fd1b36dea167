import { buildFlow, buildStep } from "#core/flow-builder.ts";
import { Keyboard } from "#e2e/harness/keyboard.ts";
import { openFlow } from "#e2e/harness/open-flow.ts";
import { expect, expectAccessibleInBothThemes, test } from "#e2e/harness/test.ts";
import { Versions, publishEach } from "#e2e/harness/versions.ts";

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

test("axe finds nothing among the versions", async ({ page, api }) => {
  const { flow } = await openFlow({ page, api }, buildFlow("Digest", [fetch, clean, send]));
  const [one, two] = await publishEach(api, flow.id, states);
  const versions = new Versions(page);
  await versions.open(flow.id);
  await expectAccessibleInBothThemes(page, "the list of versions");
  await page.getByRole("button", { name: "Actions for Version 1", exact: true }).click();
  await expectAccessibleInBothThemes(page, "the menu of a version");
  await page.getByRole("menuitem", { name: "Restore into the editor…" }).click();
  const restore = page.getByRole("dialog", { name: "Restore version 1?" });
  await expect(restore.getByRole("list", { name: "What changes in the editor" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "the dialog before a restore");
  await restore.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(page.getByRole("region", { name: "Restored version" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "the editor after a restore");

  await page.getByRole("link", { name: "Versions" }).click();
  await versions.openVersion(1);
  await page.getByRole("button", { name: /^2 Clean/ }).click();
  await expect(page.getByRole("textbox", { name: "Step (JSON)" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "an open version");
  await page.getByRole("button", { name: "Publish this version…" }).click();
  const publish = page.getByRole("dialog", { name: "Publish version 1?" });
  await expect(publish.getByRole("list", { name: "What goes live" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "the dialog before a version is published");
  await page.keyboard.press("Escape");

  const address = `/flows/${flow.id}/versions/compare?from=${one?.id}&to=${two?.id}`;
  await page.goto(address);
  await expect(versions.differences).not.toHaveCount(0);
  await expectAccessibleInBothThemes(page, "a comparison in words");
  await page.goto(`${address}&as=json`);
  await expect(page.getByRole("textbox", { name: "Version 2" })).toBeVisible();
  await expectAccessibleInBothThemes(page, "a comparison as JSON");
  await page.setViewportSize({ width: 320, height: 640 });
  await expect(page.getByRole("textbox", { name: /^Version 2, with/ })).toBeVisible();
  await expectAccessibleInBothThemes(page, "a comparison on a phone");
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await versions.open(flow.id);
  await expectAccessibleInBothThemes(page, "the list on a phone");
  expect(await overflow()).toBeLessThanOrEqual(0);
});

test("a version is looked at, compared, put back and published by keyboard alone", async ({ page, api }) => {
  const keyboard = new Keyboard(page);
  await keyboard.forbidPointers();
  const { flow, editor } = await openFlow({ page, api }, buildFlow("Digest", [fetch, clean, send]));
  await publishEach(api, flow.id, states);
  const versions = new Versions(page);
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
  await openMenuEntry("Compare with the one before");
  await expect(versions.differences).toHaveText([
    /^Moved “(?:Clean|Fetch)” (?:up|down) 1/,
    /^Switched off “Send”/,
  ]);
  await expect(page.getByRole("heading", { level: 2, name: "Compare" })).toBeFocused();
  await keyboard.tabTo(page.getByRole("tab", { name: "In words" }));
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
  await openMenuEntry("Restore into the editor…");
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
  await expect(dialog.getByRole("list", { name: "What goes live" })).toBeVisible();
  await keyboard.press("Enter");
  await expect(versions.row(1)).toContainText("Live");
  await expect(versions.link(1)).toBeFocused();

  const filter = page.getByRole("combobox", { name: "Type" });
  await keyboard.tabBackTo(filter);
  await keyboard.press("ArrowDown");
  await editor.expectSaid("2 versions found.");
  await keyboard.press("ArrowDown");
  await editor.expectSaid("No version matches.");
  await keyboard.tabTo(page.getByRole("button", { name: "Show all versions" }));
  await keyboard.press("Enter");
  await expect(filter).toBeFocused();
  await expect(versions.link(2)).toBeVisible();
  keyboard.expectGoodStops();
});

import type { Page } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { delayRequestsUntilReleased, slowDownCpu } from "#e2e/harness/slow-down-page.ts";
import { createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { pressKeysWithoutWaiting } from "#e2e/harness/press-at-once.ts";
import { expect, test } from "#e2e/harness/test.ts";

/**
 * Matches the scripts that load when a step is added: the code that creates the step's config and the code of the
 * step's form.
 */
const CODE = /\/assets\/(new-step-config|describe-step-type|step-form)/;

const EDITOR_DIALOGS = /\/assets\/dialogs-/;

/** The header's tools, the palette, and the dialogs of the list. */
const LATER_CODE = /\/assets\/(tools|command-palette|list-dialogs|new-flow-dialog)/;

/** Factor by which the processor of the page is slowed down. */
const SLOWDOWN = 4;

test("a step can be searched, added and named while its code chunk is still loading", async ({
  page,
  api,
}) => {
  const release = await delayRequestsUntilReleased(page, CODE);
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Fetch").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("crawl");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Site /?");
  release();
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await expect(name).toBeFocused();
  await page.keyboard.type(" map");
  await expect(name).toHaveValue("Site /? map");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await editor.expectSteps(["Fetch", "Site /? map", "Clean", "Route", "Notify"]);
});

test("a shortcut's key, typed while a dialog of the editor is still loading, goes to its field", async ({
  page,
  api,
}) => {
  const release = await delayRequestsUntilReleased(page, EDITOR_DIALOGS);
  const { editor } = await createFlowAndOpenEditor({ page, api });
  await editor.row("Fetch").focus();
  await page.keyboard.press("/");
  await page.keyboard.type("?");
  release();
  await expect(page.getByRole("dialog", { name: "Add step" }).getByRole("combobox")).toHaveValue("?");
});

test("keys typed while the palette or a dialog is still loading go to its field", async ({ page, api }) => {
  await api.createFlow(buildFlow("Listed", []));
  const release = await delayRequestsUntilReleased(page, LATER_CODE);
  await page.goto("/flows");
  await expect(page.getByRole("link", { name: "Listed" }).first()).toBeVisible();
  await page.getByRole("button", { name: "New flow" }).first().click();
  await page.keyboard.type("Typed ahead");
  await page.keyboard.press("Backspace");
  await pressAltGraphKey(page, "@");
  release();
  const name = page.getByRole("dialog", { name: "New flow" }).getByRole("textbox", { name: "Name" });
  await expect(name).toHaveValue("Typed ahea@");
  await expect(name).toBeFocused();

  const releaseNext = await delayRequestsUntilReleased(page, LATER_CODE);
  await page.reload();
  await expect(page.getByRole("link", { name: "Listed" }).first()).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("go to environment");
  await page.keyboard.press("Enter");
  releaseNext();
  await expect(page).toHaveURL("/environment");
});

/** Fires the event that Windows fires for a character of the third level, which no key of Playwright has. */
async function pressAltGraphKey(page: Page, key: string): Promise<void> {
  await page.evaluate((typed) => {
    const held = { ctrlKey: true, altKey: true, modifierAltGraph: true };
    const event = new KeyboardEvent("keydown", { key: typed, bubbles: true, cancelable: true, ...held });
    document.activeElement?.dispatchEvent(event);
  }, key);
}

test("a double click on Add step does not choose the step type that appears under the pointer", async ({
  page,
  api,
}) => {
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Empty", []));
  await page.getByRole("button", { name: "Add step", exact: true }).dblclick();
  const search = page.getByRole("combobox", { name: "Step types" });
  await expect(search).toBeFocused();
  await page.keyboard.type("crawl");
  await expect(search).toHaveValue("crawl");
  await page.keyboard.press("Enter");
  await editor.expectSteps(["Crawl website"]);
});

test(
  "text typed right after opening Find or Move to… goes to its search field",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await slowDownCpu(page, SLOWDOWN);
    await editor.row("Clean").focus();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("notify");
    await expect(page.getByRole("searchbox", { name: "Find" })).toHaveValue("notify");
    await page.keyboard.press("Escape");
    await expect(editor.row("Clean")).toBeFocused();

    await page.keyboard.press("Shift+F10");
    const move = page.getByRole("menuitem", { name: "Move", exact: true });
    const moveTo = page.getByRole("menuitem", { name: "Move to…" });
    // Waits until the menu is open, because opening the menu may move the focus.
    await expect(move).toBeVisible();
    await editor.waitFourFrames();
    await move.press("ArrowRight");
    await expect(moveTo).toBeVisible();
    await editor.waitFourFrames();
    await moveTo.focus();
    await expect(moveTo).toBeFocused();
    await pressKeysWithoutWaiting(page, "Enter", { text: "before approve" }, "Enter");
    await editor.expectSaid(/^Moved “Clean” to position 1 of 2, in “Route” else/);
    await expect(page.getByRole("button", { name: "Actions for Clean" })).toBeFocused();
  },
);

test(
  "keys pressed right after Escape go to the element below the closed dialog or menu",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await slowDownCpu(page, SLOWDOWN);
    await editor.row("Fetch").focus();
    await page.keyboard.press("/");
    await expect(page.getByRole("combobox")).toBeFocused();
    await pressKeysWithoutWaiting(page, { text: "crawl" }, "Escape", "ArrowDown");
    await expect(editor.row("Clean")).toBeFocused();

    await page.keyboard.press("Shift+F10");
    await expect(page.getByRole("menu")).toBeVisible();
    await editor.waitFourFrames();
    await pressKeysWithoutWaiting(page, "Escape", "ArrowDown");
    // Escape has closed the menu and focused its button, so Arrow Down opens the menu again.
    await expect(page.getByRole("menuitem").first()).toBeFocused();
  },
);

test(
  "steps can be focused, moved, deleted and renamed by keys pressed in rapid succession",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await slowDownCpu(page, SLOWDOWN);
    await editor.row("Fetch").focus();
    for (const key of ["ArrowDown", "Alt+ArrowUp", "Alt+ArrowDown", "ArrowUp", "Delete", "F2"])
      await page.keyboard.press(key);
    await page.keyboard.type("Tidy up");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Alt+ArrowDown");
    await editor.expectOutline([
      "1 Route",
      "  then",
      "  1 Queue",
      "  2 Hide",
      "  else",
      "  1 Approve",
      "2 Tidy up",
      "3 Notify",
    ]);
    await expect(editor.row("Tidy up")).toBeFocused();
  },
);

test("text typed right after a click into a code field keeps its order while its problems change", async ({
  page,
  api,
}) => {
  const prompt = buildStep("ask", { type: "prompt", config: { userPrompt: "Two\nlines {{" } });
  const { editor } = await createFlowAndOpenEditor({ page, api }, buildFlow("Digest", [prompt]));
  await editor.row("Ask").click();
  const inspector = page.getByRole("complementary", { name: /^Inspector of/ });
  const field = inspector.getByRole("textbox", { name: "Prompt", exact: true });
  for (let round = 0; round < 5; round += 1) {
    await expect(inspector.getByText(/^Unclosed/)).toBeVisible();
    await field.click();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type('{"text": "{{');
    await expect(field).toHaveText('{"text": "{{');
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.insertText("Two\nlines {{");
    await inspector.getByRole("textbox", { name: "Name", exact: true }).click();
  }
});

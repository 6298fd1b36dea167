import { type Page, expect } from "@playwright/test";
import { buildFlow, buildStep } from "#core/testing/flow-builder.ts";
import { EditorPageObject } from "#e2e/harness/editor.ts";
import { FlowListPageObject } from "#e2e/harness/flow-list.ts";
import { KeyboardOnlyUser } from "#e2e/harness/keyboard.ts";
import { buildSampleDigestFlowBody, createFlowAndOpenEditor } from "#e2e/harness/open-flow.ts";
import { createRecord, createUniqueRecordType } from "#e2e/harness/records.ts";
import { waitUntilTimersFired } from "#e2e/harness/slow-down-page.ts";
import { expectNoAccessibilityViolationsInBothThemes, test } from "#e2e/harness/test.ts";

const paletteOf = (page: Page) => page.getByRole("dialog", { name: "Command palette" });
const fieldOf = (page: Page) => paletteOf(page).getByRole("combobox");
const highlightedIn = (page: Page) => paletteOf(page).getByRole("option", { selected: true });
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

test("reaches a flow, a step, an action and a record type by keyboard alone", async ({
  page,
  api,
  problems,
}) => {
  const keyboard = new KeyboardOnlyUser(page);
  await keyboard.forbidPointers();
  const type = createUniqueRecordType();
  await createRecord(api, type, "First");
  const { id } = await api.createFlow(buildSampleDigestFlowBody());
  await api.createFlow(buildFlow("Quarterly Überblick", [buildStep("fetch")]));
  await api.createFlow(buildFlow("Namesake", [buildStep("fetch")]));
  await api.createFlow(buildFlow("Namesake", [buildStep("fetch"), buildStep("clean")]));
  const editor = new EditorPageObject(page);
  const find = async (query: string, option: string | RegExp) => {
    await keyboard.press("ControlOrMeta+k");
    await expect(fieldOf(page)).toBeFocused();
    await keyboard.type(query);
    await expect(highlightedIn(page)).toHaveAccessibleName(option);
  };

  await test.step("a flow, from a text field, with letters of its name", async () => {
    await new FlowListPageObject(page).open();
    await keyboard.press("/");
    await keyboard.type("x");
    await find("uberbl", /^Quarterly Überblick/);
    await expect(paletteOf(page).getByRole("status")).toHaveText(/\d results?$/);
    await keyboard.press("Escape");
    await expect(page.getByRole("searchbox", { name: "Search flows" })).toBeFocused();
    await find("namesake", "Namesake Draft · 2 steps · updated just now");
    await expect(paletteOf(page).getByRole("option", { name: "Namesake Draft · 1 step" })).toBeVisible();
    await keyboard.type("z");
    // Presses Enter before the search for the new text is sent: Enter must not open a result of the earlier
    // text.
    expect(await paletteOf(page).getByRole("option").count()).toBe(0);
    await keyboard.press("Enter", "Escape", "ControlOrMeta+k");
    await keyboard.type("uberbl");
    await keyboard.press("Enter");
    await expect(heading(page, "Quarterly Überblick")).toBeFocused();
  });

  await test.step("a step of the open flow, and an action on it", async () => {
    await editor.open(id);
    await find("approv", /^Approve 1 · .+ in “Route” › else/);
    await keyboard.press("Enter");
    await expect(page.getByRole("complementary", { name: "Inspector of Approve" })).toBeVisible();
    await expect(page).toHaveURL(/step=approve/);
    await find("switch off", /^Switch off “Approve”.*Space/);
    await keyboard.press("Enter");
    await expect(editor.switchOf("Approve")).not.toBeChecked();
    await expect(paletteOf(page)).toHaveCount(0);
  });

  await test.step("an unavailable action, which says why and does nothing", async () => {
    await find("revert to published", /^Revert to published… Not published yet\.$/);
    await expect(highlightedIn(page)).toHaveAttribute("aria-disabled", "true");
    await keyboard.press("Enter");
    await expect(fieldOf(page)).toBeFocused();
    await keyboard.typeOver("json");
    await expect(paletteOf(page).getByRole("option", { name: /^Export JSON/ })).toBeVisible();
    await keyboard.press("Escape");
  });

  await test.step("recent flows and actions, first", async () => {
    await keyboard.press("ControlOrMeta+k");
    await expect(paletteOf(page).getByRole("group").first()).toHaveAccessibleName("Recent flows");
    await expect(highlightedIn(page)).toHaveAccessibleName("Quarterly Überblick");
    const actions = paletteOf(page).getByRole("group", { name: "Recent actions" });
    await expect(actions.getByRole("option")).toHaveAccessibleName(/^Switch on “Approve”/);
    await expectNoAccessibilityViolationsInBothThemes(page, "the command palette");
    await keyboard.press("Escape");
  });

  await test.step("a record type, while the server cannot search flows", async () => {
    problems.allow(/status of 503/);
    // Fails every search: slow typing sends several.
    await api.addFaults({ method: "GET", path: "/v1/flows", status: 503 });
    await find(type, new RegExp(`^${type} 1 record$`));
    await expect(paletteOf(page).getByText(/^Couldn’t search all flows\./)).toBeVisible();
    await keyboard.tabTo(paletteOf(page).getByRole("button", { name: "Retry" }));
    await api.clearFaults();
    await keyboard.press("Enter");
    await expect(paletteOf(page).getByText(/^Couldn’t search all flows\./)).toHaveCount(0);
    await expect(fieldOf(page)).toBeFocused();
    await keyboard.press("Enter");
    // The flow has an unsaved edit.
    const leave = page.getByRole("alertdialog");
    await expect(leave).toBeVisible();
    await keyboard.press("ControlOrMeta+k");
    await expect(paletteOf(page)).toHaveCount(0);
    await keyboard.tabTo(leave.getByRole("button", { name: "Discard changes" }));
    await keyboard.press("Enter");
    await expect(heading(page, type)).toBeFocused();
  });

  await test.step("an action of the list, from another page", async () => {
    await find("new flow", /^New flow/);
    await keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: "New flow" })).toBeVisible();
    await expect(page).toHaveURL(/\/flows$/);
  });
  keyboard.expectGoodStops();
});

test("goes to the views of the open flow and to a tag, and looks up names and texts in all flows", async ({
  page,
  api,
}) => {
  const ask = buildStep("ask", {
    type: "prompt",
    config: { model: "palette-model", userPrompt: "Hello", outputVariable: "answer" },
  });
  const { id } = await api.createFlow({ ...buildFlow("Asks", [ask]), tags: ["palette tag"] });
  const editor = new EditorPageObject(page);
  await editor.openAnalyzed(id);
  const pick = async (query: string, option: RegExp) => {
    await page.keyboard.press("ControlOrMeta+k");
    await fieldOf(page).fill(query);
    await expect(highlightedIn(page)).toHaveAccessibleName(option);
    await page.keyboard.press("Enter");
    await expect(paletteOf(page)).toHaveCount(0);
  };

  await test.step("views and panels", async () => {
    await pick("versions", /^Go to versions/);
    await expect(page).toHaveURL(/\/versions$/);
    await pick("overview", /^Show overview/);
    await expect(page.getByRole("heading", { name: "Overview" })).toBeFocused();
    await pick("problems", /^Show problems/);
    await expect(page.locator("[data-panel-heading=problems]")).toBeFocused();
  });

  await test.step("uses of a variable, and the replacement of a model", async () => {
    await editor.row("Ask").focus();
    await pick("uses of answer", /^Uses of “answer” Variable/);
    const uses = page.getByRole("dialog", { name: "Uses of “answer”" });
    await expect(uses.getByRole("link", { name: "Asks" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(editor.row("Ask")).toBeFocused();
    await pick("replace palette", /^Replace model “palette-model”…/);
    await expect(page.getByRole("dialog", { name: "Replace “palette-model” in 1 flow" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(editor.row("Ask")).toBeFocused();
  });

  await test.step("a tag, and a text that only the steps may contain", async () => {
    await pick("palette tag", /^palette tag 1 flow/);
    await expect(page).toHaveURL(/\/flows\?tag=palette\+tag$/);
    await pick("versions", /^Search in steps for “versions”/);
    await expect(page).toHaveURL(/\/flows\?search=versions&in=steps$/);
  });
});

test(
  "New flow does not open later if the user stays with unsaved edits",
  { tag: "@full" },
  async ({ page, api }) => {
    const { editor } = await createFlowAndOpenEditor({ page, api });
    await editor.switchOf("Fetch").click();
    await expect(editor.status).toHaveText("1 unsaved change");
    await page.keyboard.press("ControlOrMeta+k");
    await fieldOf(page).fill("new flow");
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "Stay" }).click();
    await expect(editor.switchOf("Fetch")).toBeFocused();
    await editor.save();
    await page.getByRole("link", { name: "Back to flows" }).click();
    await expect(heading(page, "Flows")).toBeFocused();
    // Waits for the code that registers the commands of the list: a “New flow” that is still pending would
    // run then.
    const readAssets = () => performance.getEntriesByType("resource").map(({ name }) => name);
    await expect.poll(async () => (await page.evaluate(readAssets)).join()).toContain("idle-parts");
    await waitUntilTimersFired(page);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  },
);

test.describe("on a touch screen", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });

  test(
    "reaches a flow, a step, an action and a record type by touch alone",
    { tag: "@full" },
    async ({ page, api }) => {
      await page.addInitScript(() => {
        addEventListener("pointerdown", (event) => {
          if (event.pointerType !== "touch") throw new Error(`A ${event.pointerType} was used.`);
        });
      });
      const type = createUniqueRecordType();
      await createRecord(api, type, "First");
      await api.createFlow(buildFlow("Meeting minutes", [buildStep("fetch"), buildStep("clean")]));
      /** Types like an on-screen keyboard, without key events. */
      const choose = async (query: string, option: RegExp) => {
        await page.getByRole("button", { name: "Search…" }).tap();
        await expect(fieldOf(page)).toBeFocused();
        await page.keyboard.insertText(query);
        await paletteOf(page).getByRole("option", { name: option }).tap();
      };

      await new FlowListPageObject(page).open();
      await choose("minutes", /^Meeting minutes/);
      await expect(heading(page, "Meeting minutes")).toBeVisible();
      await choose("clean", /^Clean 2 ·/);
      const sheet = page.getByRole("dialog", { name: "Step", exact: true });
      await expect(sheet.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Clean");
      await sheet.getByRole("button", { name: "Close" }).tap();

      await choose("runs on rec", /^Run on records…/);
      await page.getByRole("dialog", { name: /^Run/ }).getByRole("button", { name: "Close" }).tap();

      await choose(type, new RegExp(`^${type}`));
      await expect(heading(page, type)).toBeVisible();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBe(360);
    },
  );
});
